/**
 * A model of four numbers a token whose logits depend on every token before, on the hooks and on nothing else, so that a
 * wrong cache, position or sampler state shows in the text. Stands in for a session; all the rest is the worker's own.
 */
import type { Prompt } from '../../../src/core/chat/prompt.js';
import { renderConversation } from '../../../src/core/chat/render.js';
import { hookPorts, type CacheLayout } from '../../../src/core/onnx/hooks.js';
import { createCaptureStore } from '../../../src/worker/capture/captured-text.js';
import { emptyCache, HostCaches, nextCache, disposeCache } from '../../../src/worker/generation/cache.js';
import type { DecoderRun } from '../../../src/worker/generation/decoder.js';
import { createPromptStore, createTextStore } from '../../../src/worker/generation/texts.js';
import { UnfinishedBaseline } from '../../../src/worker/generation/unfinished.js';
import type { SteeredModel } from '../../../src/worker/model/steered-model.js';
import type { Outputs, TensorConstructor } from '../../../src/worker/runtime/ort.js';

const vocabulary = 24;
const width = 2;
/** [heads, batch, past, 1]: the batch is not the first axis, which copies of rows have to respect. */
const layout: CacheLayout = { entries: [{ past: 'past', present: 'present', dims: [2, -1, -2, 1], type: 'float32' }] };

class ToyTensor {
  static onGpu = 0;
  location: 'cpu' | 'gpu-buffer' = 'cpu';
  constructor(
    readonly type: string,
    readonly data: Float32Array,
    readonly dims: readonly number[],
  ) {}
  toGpu(): this {
    this.location = 'gpu-buffer';
    ToyTensor.onGpu++;
    return this;
  }
  getData(release?: boolean): Promise<Float32Array> {
    if (release && this.location === 'gpu-buffer') ToyTensor.onGpu--;
    this.location = 'cpu';
    return Promise.resolve(this.data);
  }
  dispose(): void {
    if (this.location === 'gpu-buffer') ToyTensor.onGpu--;
    this.location = 'cpu';
  }
}
const Tensor = ToyTensor as unknown as TensorConstructor;

export interface ToyModel extends SteeredModel {
  /** Rows of every run that read generated tokens. */
  readonly steps: number[];
  /** Tensors that are on the GPU and not freed. */
  readonly tensorsOnGpu: () => number;
}

export function toyModel({ onGpu = false, endId = -1 } = {}): ToyModel {
  const steps: number[] = [];
  ToyTensor.onGpu = 0;
  async function run({ ids, rows, length, past, steering, mask }: DecoderRun) {
    const bias = steering[hookPorts.bias]!.data as Float32Array;
    const total = past.length + length;
    const before = past.feeds['past']!.data as Float32Array;
    const after = new Float32Array(2 * rows * total);
    const residuals = new Float32Array(rows * length * width);
    const logits = new Float32Array(rows * vocabulary);
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < 2; head++) {
        const kept = before.subarray((head * rows + row) * past.length, (head * rows + row + 1) * past.length);
        const own = after.subarray((head * rows + row) * total, (head * rows + row + 1) * total);
        own.set(kept);
        for (let i = 0; i < length; i++) {
          own[past.length + i] = (head + 1) * ids[row * length + i]! + mask[row * length + i]! * bias[row * width]!;
        }
      }
      const keys = (head: number) => after.subarray((head * rows + row) * total, (head * rows + row + 1) * total);
      for (let i = 0; i < length; i++) {
        residuals.set([keys(0)[past.length + i]!, past.length + i], (row * length + i) * width);
      }
      const state = keys(0).reduce(
        (sum, key, position) => sum + Math.sin(key * (position + 1)) + keys(1)[position]!,
        0,
      );
      for (let id = 0; id < vocabulary; id++) logits[row * vocabulary + id] = 2 * Math.sin((id + 1) * (state + 0.3));
    }
    if (length === 1) steps.push(rows);
    const present = new ToyTensor('float32', after, [2, rows, total, 1]);
    if (onGpu) present.toGpu();
    disposeCache(past);
    const cache = nextCache(layout, { present } as unknown as Outputs, rows, total);
    return { logits, residuals, cache };
  }
  const encode = (text: string) => [...text].map((letter) => letter.charCodeAt(0) % vocabulary);
  const tokenizer = {
    encode,
    /** A letter is a token, so the places of letters are those of tokens. */
    encodePrompt: (prompt: Prompt) => {
      if (typeof prompt === 'string') return { ids: encode(prompt), spoken: [], note: null };
      const { text, spoken, note } = renderConversation(
        (turns) => `${turns.map(({ role, content }) => `[${role[0]}]${content}`).join('')}[a]`,
        prompt,
      );
      return { ids: encode(text), spoken, note };
    },
    decode: (ids: readonly number[]) => ids.map((id) => String.fromCharCode(97 + id)).join(''),
    isSpecial: (id: number) => id === endId,
  };
  const decoder = {
    onGpu,
    mostAtOnce: Infinity,
    top: 0,
    caches: new HostCaches(layout, Tensor),
    keepFeeds: (feeds: unknown) => feeds,
    releaseFeeds: () => undefined,
    Tensor,
    run,
    report: {
      cache: layout,
      hooks: ['resid_post'],
      compiled: { resid_post: 'affine' },
      attention: { fused: false, paddable: true, afterCache: 'any' },
    },
    empty: (rows: number) => emptyCache(layout, rows, Tensor),
  };
  const model = {
    shape: { layers: 1, width, vocabulary, context: 200 },
    tokenizer,
    decoder,
    endIds: new Set([endId]),
    prompts: createPromptStore(() => undefined),
    texts: createTextStore(),
    unfinished: new UnfinishedBaseline(),
    captures: createCaptureStore(),
    forks: { isOpen: false, take: async () => null, leave: () => undefined },
    beforeRelease: new Set<() => void | Promise<void>>(),
    async leaveSession() {
      this.unfinished.drop();
      for (const leave of this.beforeRelease) await leave();
    },
    stamp: { id: 'toy', revision: null, dtype: 'fp32', family: 'toy', layers: 1, width },
    describe: (ids: readonly number[]) => ({
      ids,
      pieces: ids.map((id) => tokenizer.decode([id])),
      special: ids.map((id) => tokenizer.isSpecial(id)),
    }),
    steps,
    tensorsOnGpu: () => ToyTensor.onGpu,
  };
  return model as unknown as ToyModel;
}
