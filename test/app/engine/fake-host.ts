import { SteerboardError } from '../../../src/core/errors.js';
import type {
  LoadedModel,
  LoadRequest,
  ModelOffer,
  Progress,
  StoredModel,
  WorkerApi,
  WorkerNotice,
} from '../../../src/protocol/api.js';

/** A worker whose answers the test gives. */
export class FakeHost {
  static readonly all: FakeHost[] = [];
  static stored: readonly StoredModel[] = [];
  static offer: (source: unknown, token: string | undefined) => Promise<ModelOffer> = () =>
    Promise.reject(new SteerboardError('hub-not-found', 'No such model.'));

  stopped = false;
  request: LoadRequest | null = null;
  notice: (notice: WorkerNotice) => void = () => undefined;
  progress: (progress: Progress) => void = () => undefined;
  readonly cancelled: string[] = [];
  private settle: { resolve: (loaded: LoadedModel) => void; reject: (error: Error) => void } | null = null;
  private readonly waiting: ((error: SteerboardError) => void)[] = [];

  constructor(private readonly onDeath: (error: SteerboardError) => void) {
    FakeHost.all.push(this);
  }

  readonly api = {
    environment: () => Promise.resolve({ crossOriginIsolated: true, threads: 1, webgpuMissing: 'none', adapter: null }),
    listen: (onNotice) => {
      this.notice = onNotice;
      return Promise.resolve();
    },
    loadModel: (request, onProgress) => {
      this.request = request;
      this.progress = onProgress;
      return this.untilEnd(
        new Promise((resolve, reject) => {
          this.settle = { resolve, reject };
        }),
      );
    },
    inspectModel: ({ source, token }) => FakeHost.offer(source, token),
    /** Never answered. */
    tokenize: () => this.untilEnd(new Promise<never>(() => undefined)),
    storedModels: () => Promise.resolve(FakeHost.stored),
    cancel: (task) => {
      this.cancelled.push(task);
      if (task === this.request?.task) this.settle?.reject(new SteerboardError('cancelled', 'Cancelled.'));
      return Promise.resolve();
    },
  } satisfies Partial<WorkerApi>;

  readonly stop = (): void => {
    this.stopped = true;
    this.end();
  };

  /** As a worker that is killed by the browser. */
  die(): void {
    this.end();
    this.onDeath(new SteerboardError('worker-died', 'The model stopped working.'));
  }

  finish(id: string, dtype = 'q8'): void {
    this.settle?.resolve({ stamp: { id, dtype, revision: null }, checks: [] } as unknown as LoadedModel);
  }

  fail(error: SteerboardError): void {
    this.settle?.reject(error);
  }

  private untilEnd<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push(reject);
      answer.then(resolve, reject);
    });
  }

  private end(): void {
    for (const reject of this.waiting) reject(new SteerboardError('worker-died', 'The engine stopped.'));
  }
}

export function startFakeHost(onDeath: (error: SteerboardError) => void): FakeHost {
  return new FakeHost(onDeath);
}
