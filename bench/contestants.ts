/** Both sides as a page has them: our worker behind the protocol, and transformers.js in a worker of its own. */
import * as comlink from 'comlink';
import type { SamplingSettings } from '../src/core/sampling.js';
import type { FittedDirection } from '../src/core/directions/direction.js';
import { emptyPlan, type Plan, type PlanTerm, type Scope } from '../src/core/steering/plan.js';
import { assistWith, endAssistants } from '../src/app/engine/assistants.js';
import { openWorker } from '../src/app/engine/connection.js';
import type { Device, GenerateEvent, LoadedModel } from '../src/protocol/api.js';
import { connect, type Remote } from '../src/protocol/port.js';
import type { Peer, PeerRequest, PeerRun } from './peer-worker.js';

export const modelId = 'tales';

export const greedy = (maxNewTokens: number): SamplingSettings => ({
  temperature: 0,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1,
  seed: 7,
  maxNewTokens,
});

/** A run of ours as the page sees it: times are taken when events arrive. */
export interface OurRun {
  /** Milliseconds from the call to the arrival of each new token of the first row. */
  readonly tokenTimes: readonly number[];
  readonly ids: readonly number[];
  /** Milliseconds from the call to its end. */
  readonly total: number;
}

let tasks = 0;
export const newTask = () => `bench-${++tasks}`;

export class Ours {
  private constructor(
    readonly remote: Remote,
    private readonly worker: Worker,
    readonly model: LoadedModel,
  ) {}

  static async load(device: Device): Promise<Ours> {
    const worker = new Worker(new URL('../src/worker/main.ts', import.meta.url), { type: 'module' });
    const remote = connect(worker, document.baseURI);
    const source = { kind: 'bundled', id: modelId } as const;
    const model = await remote.loadModel({ task: newTask(), source, device }, () => undefined);
    return new Ours(remote, worker, model);
  }

  async generate(
    prompt: string,
    tokens: number,
    plans: readonly Plan[],
    options: { readonly task?: string; readonly onToken?: (event: GenerateEvent & { type: 'token' }) => void } = {},
  ): Promise<OurRun> {
    const rows = plans.map((plan, index) => ({ row: `row-${index}`, plan }));
    const tokenTimes: number[] = [];
    const ids: number[] = [];
    const start = performance.now();
    await this.remote.generate(
      { task: options.task ?? newTask(), prompt, sampling: greedy(tokens), rows, probes: [] },
      (events) => {
        for (const event of events) {
          if (event.type !== 'token' || event.row !== 'row-0') continue;
          tokenTimes.push(performance.now() - start);
          ids.push(event.id);
          options.onToken?.(event);
        }
      },
    );
    return { tokenTimes, ids, total: performance.now() - start };
  }

  stop(): void {
    this.worker.terminate();
    this.remote.close();
  }
}

/**
 * Our side as the page has it: a worker that is the page's, with assistants for long sweeps.
 *
 * @returns ends what it holds
 */
export async function openAsPage(device: Device): Promise<() => void> {
  const trouble = { onNotice: () => undefined, onDeath: () => undefined };
  const worker = openWorker(trouble);
  const request = { source: { kind: 'bundled', id: modelId }, device, dtype: null } as const;
  const loaded = await worker.call((api) => api.loadModel({ task: newTask(), ...request }, () => undefined));
  worker.take();
  assistWith(request, loaded);
  return () => {
    endAssistants();
    // The page's worker ends when another takes its place; an empty one holds next to nothing.
    openWorker(trouble).take();
  };
}

export class TransformersJs {
  private constructor(
    private readonly peer: comlink.Remote<Peer>,
    private readonly worker: Worker,
  ) {}

  static async load(device: Device, build: PeerRequest['build'], threads: number): Promise<TransformersJs> {
    const worker = new Worker(new URL('./peer-worker.ts', import.meta.url), { type: 'module' });
    const peer = comlink.wrap<Peer>(worker);
    // transformers.js takes a path for its local models, not an address.
    const folder = new URL('models/', document.baseURI).pathname;
    await peer.load({ model: modelId, folder, device, threads, build });
    return new TransformersJs(peer, worker);
  }

  generate(prompt: string, tokens: number): Promise<PeerRun> {
    return this.peer.generate(prompt, tokens);
  }

  /** Milliseconds to run texts through the model. */
  forward(texts: readonly string[]): Promise<number> {
    return this.peer.forward(texts);
  }

  stop(): void {
    this.worker.terminate();
  }
}

/** Mean milliseconds a token, the first one (which reads the prompt) left out. */
export function perToken(times: readonly number[]): number {
  return (times.at(-1)! - times[0]!) / (times.length - 1);
}

const contrast = {
  kind: 'lists',
  positive: ['She was so happy and smiled.', 'He laughed with joy.', 'They were glad and danced.', 'What a happy day!'],
  negative: ['She was so sad and cried.', 'He wept with sorrow.', 'They were gloomy and sighed.', 'What a sad day!'],
} as const;

export function fitMood(ours: Ours): Promise<FittedDirection> {
  return ours.remote.fitDirection({ task: newTask(), texts: contrast, method: 'mean-difference' }, () => undefined);
}

/** Adds the direction at the middle layer. Every strength is a plan of its own, so nothing kept can be told again. */
export function addAtMiddle(direction: FittedDirection, strength: number, scope: Scope): Plan {
  const site = direction.layers[direction.layers.length >> 1]!;
  const { layer, vector, residualNorm } = site;
  const term: PlanTerm = { operator: 'add', strength, scope, sites: [{ layer, vector, residualNorm }] };
  return { ...emptyPlan, terms: [term] };
}
