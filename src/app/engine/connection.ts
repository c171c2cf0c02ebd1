/** The one worker of the page and the calls that are open to it. */
import { fromErrorData, SteerboardError, toErrorData } from '../../core/errors.js';
import type { WorkerApi, WorkerNotice } from '../../protocol/api.js';
import { startHost, type Host } from './host.js';

let host: Host | null = null;

/** Starts a worker in place of the one that was there. */
export async function connectWorker(
  onNotice: (notice: WorkerNotice) => void,
  onDeath: (error: SteerboardError) => void,
): Promise<void> {
  host?.stop();
  host = startHost(onDeath);
  await call((api) => api.listen(onNotice));
}

/** Calls the worker. Rejects with a {@link SteerboardError}, also when the worker dies while the call is open. */
export async function call<T>(use: (api: WorkerApi) => Promise<T>): Promise<T> {
  if (!host) throw new SteerboardError('worker-died', 'The model is not running. Restart it.');
  try {
    return await use(host.api);
  } catch (error) {
    throw error instanceof SteerboardError ? error : fromErrorData(toErrorData(error));
  }
}

/** Cancels a task; it ends by rejecting with `cancelled`. */
export function cancelTask(task: string): void {
  void call((api) => api.cancel(task)).catch(() => undefined);
}
