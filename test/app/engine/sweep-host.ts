import { SteerboardError } from '../../../src/core/errors.js';
import type {
  LoadedModel,
  LoadRequest,
  Progress,
  SweepEvent,
  SweepRequest,
  SweepResult,
  WorkerApi,
} from '../../../src/protocol/api.js';
import { sweepMadeUp } from '../fake/sweep.js';

type OnEvents = (events: readonly SweepEvent[]) => void;

/** A worker that opens any model at once and makes up the texts of sweeps. */
export class SweepHost {
  static readonly all: SweepHost[] = [];
  /** What an opened model is like, as far as it matters. */
  static bytes = 15e6;
  static device: LoadedModel['device'] = 'wasm';
  /** In place of opening or of writing, where a test says so. */
  static opens: (host: SweepHost, onProgress: (progress: Progress) => void) => Promise<void> = () => Promise.resolve();
  static writes: (host: SweepHost, request: SweepRequest, onEvents: OnEvents) => Promise<SweepResult> = (
    host,
    ...asked
  ) => host.write(...asked);

  readonly number = SweepHost.all.push(this);
  readonly asked: SweepRequest[] = [];
  readonly cancelled = new Set<string>();
  request: LoadRequest | null = null;
  stopped = false;
  private readonly waiting = new Set<(error: SteerboardError) => void>();

  constructor(private readonly onDeath: (error: SteerboardError) => void) {}

  static reset(): void {
    SweepHost.all.length = 0;
    SweepHost.bytes = 15e6;
    SweepHost.device = 'wasm';
    SweepHost.opens = () => Promise.resolve();
    SweepHost.writes = (host, ...asked) => host.write(...asked);
  }

  readonly api = {
    environment: () => Promise.resolve({ crossOriginIsolated: true, threads: 1, webgpuMissing: 'none', adapter: null }),
    listen: () => Promise.resolve(),
    loadModel: async (request, onProgress) => {
      this.request = request;
      await this.untilEnd(SweepHost.opens(this, onProgress));
      const { source } = request;
      const stamp = { id: source.kind === 'folder' ? source.name : source.id, revision: null, dtype: 'fp32' };
      const { bytes, device } = SweepHost;
      return { stamp, device, report: { bytes }, checks: [] } as unknown as LoadedModel;
    },
    sweep: (request, onEvents) => {
      this.asked.push(request);
      return this.untilEnd(SweepHost.writes(this, request, onEvents));
    },
    cancel: (task) => {
      this.cancelled.add(task);
      return Promise.resolve();
    },
  } satisfies Partial<WorkerApi>;

  write(request: SweepRequest, onEvents: OnEvents): Promise<SweepResult> {
    const say: OnEvents = (events) => this.stopped || onEvents(events);
    return sweepMadeUp(request, say, (task) => this.stopped || this.cancelled.has(task));
  }

  readonly stop = (): void => {
    this.stopped = true;
    for (const reject of this.waiting) reject(new SteerboardError('worker-died', 'The engine stopped.'));
  };

  /** As a worker that is killed by the browser. */
  die(): void {
    this.stop();
    this.onDeath(new SteerboardError('worker-died', 'The model stopped working.'));
  }

  private untilEnd<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.add(reject);
      answer.then(resolve, reject);
    });
  }
}

export function startSweepHost(onDeath: (error: SteerboardError) => void): SweepHost {
  return new SweepHost(onDeath);
}
