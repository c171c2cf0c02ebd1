import { toErrorData } from '../../core/errors.js';

export type Attempted<Value> =
  { readonly value: Value; readonly problem: null } | { readonly value: null; readonly problem: string };

/** What a function gives, or what it says is wrong. */
export function attempted<Value>(act: () => Value): Attempted<Value> {
  try {
    return { value: act(), problem: null };
  } catch (error) {
    return { value: null, problem: toErrorData(error).message };
  }
}
