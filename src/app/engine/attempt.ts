/** One attempt to open a model, in a worker of its own. Until it is taken, nothing that is used changes. */
import { SteerboardError } from '../../core/errors.js';
import type { DeviceChoice, Environment, LoadedModel, ModelSource, Progress } from '../../protocol/api.js';
import { openWorker, type Trouble } from './connection.js';

export interface ModelRequest {
  readonly source: ModelSource;
  readonly device: DeviceChoice;
  /** dtype of the weights' file; null for what suits the device. */
  readonly dtype: string | null;
  readonly token?: string;
  readonly because?: string;
}

export interface Opened {
  readonly request: ModelRequest;
  readonly loaded: LoadedModel;
  readonly environment: Environment;
  /** Makes its worker the page's. */
  readonly take: () => void;
}

export interface Attempt {
  readonly task: string;
  /** Rejects with `cancelled` after {@link Attempt.cancel}. */
  readonly opened: Promise<Opened>;
  /** A download is asked to end, so that what arrived is kept; anything else is ended at once. */
  readonly cancel: () => void;
}

export function attempt(
  request: ModelRequest,
  trouble: Trouble,
  onProgress: (task: string, progress: Progress) => void,
): Attempt {
  const task = crypto.randomUUID();
  const worker = openWorker(trouble);
  let downloading = false;
  const load = async (): Promise<Opened> => {
    try {
      const environment = await worker.call((api) => api.environment());
      const loaded = await worker.call((api) =>
        api.loadModel({ task, ...request }, (progress) => {
          downloading = progress.files !== undefined;
          onProgress(task, progress);
        }),
      );
      return { request, loaded, environment, take: worker.take };
    } catch (error) {
      worker.stop();
      throw error instanceof SteerboardError && error.code === 'worker-died' ? diedWhileOpening() : error;
    }
  };
  const cancel = (): void => {
    if (downloading) void worker.call((api) => api.cancel(task)).catch(() => undefined);
    else worker.stop();
  };
  return { task, opened: load(), cancel };
}

function diedWhileOpening(): SteerboardError {
  return new SteerboardError(
    'worker-died',
    'The model could not be opened: its worker stopped, most likely because there was not enough memory. Close other tabs, or choose smaller weights or a smaller model.',
  );
}
