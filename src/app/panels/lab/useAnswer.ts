import { useEffect, useState } from 'react';
import { isCancelled, toErrorData, type ErrorData } from '../../../core/errors.js';
import type { Progress, WorkerApi } from '../../../protocol/api.js';
import { call, cancelTask } from '../../engine/connection.js';

/** What the worker says to a question. While a newer one is answered, the old answer stays. */
export interface Answer<Value> {
  readonly value: Value | null;
  /** Whether the value belongs to an older question, or there is none yet. */
  readonly pending: boolean;
  readonly progress: Progress | null;
  readonly error: ErrorData | null;
}

export type Ask<Value> = (api: WorkerApi, task: string, onProgress: (progress: Progress) => void) => Promise<Value>;

/**
 * Asks the worker whenever the question changes; an older question is cancelled.
 *
 * @param ask null: there is nothing to ask. The same function is the same question, so make it with `useCallback`.
 */
export function useAnswer<Value>(ask: Ask<Value> | null): Answer<Value> {
  const [state, setState] = useState<{ readonly of: Ask<Value> | null } & Omit<Answer<Value>, 'pending'>>({
    of: null,
    value: null,
    progress: null,
    error: null,
  });
  useEffect(() => {
    if (!ask) return;
    let current = true;
    const task = crypto.randomUUID();
    const onProgress = (progress: Progress): void => {
      if (current) setState((before) => ({ ...before, progress }));
    };
    call((api) => ask(api, task, onProgress)).then(
      (value) => current && setState({ of: ask, value, progress: null, error: null }),
      (error: unknown) => {
        if (!current || isCancelled(error)) return;
        setState((before) => ({ ...before, of: ask, progress: null, error: toErrorData(error) }));
      },
    );
    return () => {
      current = false;
      cancelTask(task);
    };
  }, [ask]);
  const { of, ...rest } = state;
  return { ...rest, pending: ask !== null && of !== ask };
}
