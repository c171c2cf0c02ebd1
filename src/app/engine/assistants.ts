/**
 * Assistants: further workers with the page's model open, which write some of the texts of long work while the page's worker
 * writes the others. They answer nothing else, and everything goes on without them.
 */
import { smallWeights } from '../../core/model.js';
import { SteerboardError } from '../../core/errors.js';
import type { LoadedModel } from '../../protocol/api.js';
import type { ModelRequest } from './attempt.js';
import { openWorker, type Beside } from './connection.js';

export interface Assistant {
  readonly call: Beside['call'];
  /** Ends it, and none is opened in its place: what failed once would fail again. */
  readonly giveUp: () => void;
}

/** More would mostly hold memory: four workers have a sweep of a few hundred texts done within seconds. */
const mostAssistants = 3;
/** On machines with so much memory or less, in GB as far as browsers tell, there is one at most: a tab that grows is closed there. */
const littleMemory = 4;
/** Milliseconds after the last work, when assistants end. Long work often comes again soon, and opening takes about a second. */
const idle = 60_000;

/** The model that assistants open, and how many there may be. */
interface Helped {
  readonly request: ModelRequest;
  readonly stamp: LoadedModel['stamp'];
  room: number;
}

let helped: Helped | null = null;
/** Assistants that were started, those that are being opened too. */
const started = new Set<Promise<Assistant | null>>();
const stops = new Set<() => void>();
/** Work that is going on and may take assistants. */
let engaged = 0;
let timer: ReturnType<typeof setTimeout> | null = null;

/** The page's model from now on, as it was opened; the assistants of the one before end. */
export function assistWith(request: ModelRequest, { device, stamp, report }: LoadedModel): void {
  endAssistants();
  // For larger ones the runtime takes all cores for one worker, and an assistant holds the weights once more. One of the bundled model
  // (15 MB) takes 86 MB, and 114 MB while it writes.
  if (device !== 'wasm' || report.bytes > smallWeights) return;
  // One core is left to the page's worker, which answers the page meanwhile.
  const { hardwareConcurrency, deviceMemory = 8 } = navigator as { readonly deviceMemory?: number } & Navigator;
  const room = Math.min(hardwareConcurrency - 1, deviceMemory <= littleMemory ? 1 : mostAssistants);
  helped = { request: { ...request, device: 'wasm', dtype: stamp.dtype }, stamp, room };
}

/** The page's model is gone, or another one is used: they end, and none is started until {@link assistWith}. */
export function endAssistants(): void {
  helped = null;
  stopAll();
}

/** How many assistants there may be for the page's model. */
export function assistantsAtMost(): number {
  return helped?.room ?? 0;
}

/** Whether there are assistants, if only such as are being opened. */
export function hasAssistants(): boolean {
  return started.size > 0;
}

/**
 * Begins work that takes assistants: those that are missing are started.
 *
 * @param onReady told of each that is there or comes, until the work ends
 * @returns ends the work; the assistants stay for a while
 */
export function engageAssistants(onReady: (assistant: Assistant) => void = () => undefined): () => void {
  engaged++;
  if (timer !== null) clearTimeout(timer);
  timer = null;
  while (helped && started.size < helped.room) start(helped);
  let isOver = false;
  for (const assistant of started) void assistant.then((it) => it && !isOver && onReady(it));
  return () => {
    if (isOver) return;
    isOver = true;
    engaged--;
    if (engaged === 0) timer = setTimeout(stopAll, idle);
  };
}

function stopAll(): void {
  for (const stop of stops) stop();
  stops.clear();
  started.clear();
}

function start(of: Helped): void {
  const worker = openWorker({ onNotice: () => undefined, onDeath: () => undefined });
  const assistant = open(worker, of).catch(() => {
    leave();
    return null;
  });
  const leave = (): void => {
    worker.stop();
    stops.delete(worker.stop);
    if (started.delete(assistant)) of.room--;
  };
  started.add(assistant);
  stops.add(worker.stop);

  async function open({ call }: Beside, { request, stamp }: Helped): Promise<Assistant> {
    const task = crypto.randomUUID();
    const { stamp: opened } = await call((api) =>
      api.loadModel({ task, ...request }, ({ files }) => {
        // Its files are not stored here any more, and nobody asked for a download.
        if (files !== undefined) leave();
      }),
    );
    if (opened.id !== stamp.id || opened.revision !== stamp.revision || opened.dtype !== stamp.dtype)
      throw new SteerboardError('unexpected', 'The model’s files are others by now.');
    return { call, giveUp: leave };
  }
}
