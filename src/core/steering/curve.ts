import type { CurveHandle } from './plan.js';

/**
 * The curve's factor at a token: straight lines between handles, level before the first and after the last; 1 without
 * handles. Of several handles at the same token the last counts from there on.
 *
 * @param handles in ascending order of `at`
 * @param index counted from the first generated token
 */
export function curveAt(handles: readonly CurveHandle[], index: number): number {
  const next = handles.findIndex(({ at }) => at > index);
  const left = next < 0 ? handles.at(-1) : handles[next - 1];
  const right = next < 0 ? undefined : handles[next];
  if (!left) return right?.factor ?? 1;
  if (!right) return left.factor;
  return left.factor + ((index - left.at) / (right.at - left.at)) * (right.factor - left.factor);
}
