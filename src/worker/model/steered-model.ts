import type { ModelShape, ModelStamp } from '../../core/model.js';
import type { ReadPoint } from '../../core/onnx/hooks.js';
import type { TokenizedText } from '../../protocol/api.js';
import { createCaptureStore } from '../capture/captured-text.js';
import type { Decoder } from '../generation/decoder.js';
import { createPromptStore, createTextStore } from '../generation/texts.js';
import { UnfinishedBaseline } from '../generation/unfinished.js';
import type { LensHead } from '../lens/lens-head.js';
import type { Runtime } from '../runtime/ort.js';
import { ForkedGraph } from './forks.js';
import type { Tokenizer } from './tokenizer.js';

/** A model that is ready, with everything that was worked out for it. What it knows goes with it when another is loaded. */
export class SteeredModel {
  readonly prompts = createPromptStore((cache) => this.decoder.caches.drop([cache]));
  readonly texts = createTextStore();
  readonly unfinished = new UnfinishedBaseline();
  readonly captures = createCaptureStore();

  /** Its graph with rows that fork, for sweeps. */
  readonly forks = new ForkedGraph();

  /** Told which hooks are being compiled, and with none when that is over. */
  onCompiling: (hooks: readonly ReadPoint[]) => void = () => undefined;

  /** What is under way between turns lets go of its caches here before the session that they lie in goes. */
  readonly beforeRelease = new Set<() => void | Promise<void>>();

  /** The final norm and head alone, while the logit lens is looked at. */
  head: LensHead | null = null;

  private closed = false;

  constructor(
    /** Replaced when a plan needs hooks that the graph was not given yet. */
    public decoder: Decoder,
    readonly tokenizer: Tokenizer,
    readonly runtime: Runtime,
    readonly shape: ModelShape,
    readonly stamp: ModelStamp,
    /** Tokens that end a text. */
    readonly endIds: ReadonlySet<number>,
    /** The graph as it is in the file, for checks. */
    readonly readGraph: () => Promise<UneditedGraph>,
  ) {}

  describe(ids: readonly number[]): TokenizedText {
    return this.tokenizer.describe(ids);
  }

  /** Whether its session was released, and nothing runs. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Frees what may lie in the memory of the session that is about to go. */
  async leaveSession(): Promise<void> {
    this.unfinished.drop();
    for (const leave of this.beforeRelease) await leave();
  }

  /** Goes on with another session of the same graph. */
  use(decoder: Decoder): void {
    this.decoder = decoder;
    this.closed = false;
  }

  /** Releases the session; what was worked out of texts stays, caches on a GPU go with the last session there. */
  async close(): Promise<void> {
    await this.leaveSession();
    await this.releaseHead();
    await this.forks.release();
    this.prompts.clear();
    this.decoder.caches.sweep();
    if (!this.closed) await this.decoder.session.release();
    this.closed = true;
  }

  async releaseHead(): Promise<void> {
    const { head } = this;
    this.head = null;
    await head?.release();
  }

  release(): Promise<void> {
    return this.close();
  }
}

/** A file with weights, by the name that the graph calls it: its bytes, or the file itself where it is on disk. */
export interface GraphPart {
  readonly path: string;
  readonly data: Uint8Array | Blob;
}

/** A graph as it is in its file; of a large file on disk, its outline. */
export interface UneditedGraph {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly others: readonly GraphPart[];
}
