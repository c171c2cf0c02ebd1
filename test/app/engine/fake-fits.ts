import { vi } from 'vitest';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import { SteerboardError } from '../../../src/core/errors.js';
import type { FitRequest, LoadedModel, WorkerApi } from '../../../src/protocol/api.js';

export const stamp = { id: 'm', revision: null, dtype: 'fp32', family: 'llama', layers: 1, width: 2 };
export const loaded = { stamp, chat: false } as unknown as LoadedModel;

/** A fit that the worker was asked for and that the test answers. */
interface AskedFit extends FitRequest {
  readonly finish: (vector?: readonly [number, number]) => void;
  readonly fail: (message: string) => void;
}

export const asked: AskedFit[] = [];

/** The newest fit, once there are so many. */
export async function fitNumber(count: number): Promise<AskedFit> {
  return vi.waitFor(() => {
    if (asked.length !== count) throw new Error(`${asked.length} fits were asked for.`);
    return asked.at(-1)!;
  });
}

const failing = new Map<string, (error: Error) => void>();

/** In place of `engine/connection.js`. */
export const fakeConnection = {
  call: <Result>(use: (api: WorkerApi) => Promise<Result>) => use({ fitDirection } as unknown as WorkerApi),
  cancelTask: (task: string) => failing.get(task)?.(new SteerboardError('cancelled', 'Cancelled.')),
};

function fitDirection(request: FitRequest): Promise<FittedDirection> {
  return new Promise((resolve, reject) => {
    failing.set(request.task, reject);
    const { texts, method, options = {}, hook = 'resid_post' } = request;
    const finish = ([x, y]: readonly [number, number] = [1, 0]): void =>
      resolve({
        model: stamp,
        hook,
        source: { method, options, texts },
        layers: [{ layer: 0, vector: Float32Array.of(x, y), scale: 1, residualNorm: 4, separation: null }],
      });
    const fail = (message: string): void => reject(new SteerboardError('input-empty', message));
    asked.push({ ...request, finish, fail });
  });
}
