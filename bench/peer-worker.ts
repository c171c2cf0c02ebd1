/** transformers.js as its documentation uses it, in a worker of its own, with files from this site instead of the Hub. */
import * as comlink from 'comlink';
import type { PreTrainedModel, PreTrainedTokenizer, Tensor, TextStreamer } from '@huggingface/transformers';

export interface PeerRequest {
  readonly model: string;
  /** Path of the folder that holds the models, on this host. */
  readonly folder: string;
  /** Whether the host is a hub to it, whose files it keeps in the browser's cache; else they are fetched every time. */
  readonly cached?: boolean;
  /** Default: fp32. */
  readonly dtype?: 'fp32' | 'q8' | 'q4';
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number;
  /**
   * `stock`: the build of onnxruntime-web that transformers.js imports, which also holds WebGPU. `cpu`: the CPU build
   * that our engine takes on WASM, to tell apart what the engine does and what the build does.
   */
  readonly build: 'stock' | 'cpu';
}

/** Milliseconds from the call, for each new token. */
export interface PeerRun {
  readonly tokenTimes: readonly number[];
  readonly ids: readonly number[];
}

let model: PreTrainedModel;
let tokenizer: PreTrainedTokenizer;

const peer = {
  async load(request: PeerRequest): Promise<void> {
    if (request.build === 'cpu') {
      const ort = await import('onnxruntime-web/wasm');
      Object.assign(globalThis, { [Symbol.for('onnxruntime')]: ort });
    }
    const transformers = await import('@huggingface/transformers');
    const { env } = transformers;
    const cached = request.cached ?? false;
    env.allowRemoteModels = cached;
    env.allowLocalModels = !cached;
    env.localModelPath = request.folder;
    env.remoteHost = globalThis.location.origin;
    env.remotePathTemplate = `${request.folder}{model}`;
    env.useBrowserCache = cached;
    const wasm = env.backends.onnx.wasm!;
    delete wasm.wasmPaths;
    wasm.numThreads = request.threads;
    // With a runtime that it did not import, transformers.js knows no devices by name: the provider is named instead.
    const where =
      request.build === 'cpu'
        ? { device: 'auto' as const, session_options: { executionProviders: ['wasm'] } }
        : { device: request.device };
    const options = { ...where, dtype: request.dtype ?? 'fp32' };
    [tokenizer, model] = await Promise.all([
      transformers.AutoTokenizer.from_pretrained(request.model),
      transformers.AutoModelForCausalLM.from_pretrained(request.model, options),
    ]);
  },

  async tokens(text: string): Promise<number> {
    return tokenizer.encode(text).length;
  },

  /** Milliseconds to run texts through the model, sixteen of the same length at a time. */
  async forward(texts: readonly string[]): Promise<number> {
    const start = performance.now();
    const byLength = Map.groupBy(texts, (text) => tokenizer.encode(text).length);
    for (const alike of byLength.values()) {
      for (let at = 0; at < alike.length; at += 16) {
        const outputs = (await model(tokenizer(alike.slice(at, at + 16)))) as Record<string, Tensor>;
        for (const output of Object.values(outputs)) output.dispose();
      }
    }
    return performance.now() - start;
  },

  /** Greedy, up to `tokens` new tokens. */
  async generate(prompt: string, tokens: number): Promise<PeerRun> {
    const { BaseStreamer } = await import('@huggingface/transformers');
    const tokenTimes: number[] = [];
    const ids: number[] = [];
    let isPrompt = true;
    class Clock extends BaseStreamer {
      override put(value: bigint[][]): void {
        if (!isPrompt) {
          tokenTimes.push(performance.now() - start);
          ids.push(Number(value[0]![0]));
        }
        isPrompt = false;
      }
      override end(): void {
        // Nothing is kept back.
      }
    }
    const start = performance.now();
    const inputs = tokenizer(prompt) as Record<string, Tensor>;
    // Declared as a TextStreamer; its documentation says any BaseStreamer.
    const streamer = new Clock() as InstanceType<typeof BaseStreamer> & TextStreamer;
    await model.generate({ ...inputs, do_sample: false, max_new_tokens: tokens, streamer });
    return { tokenTimes, ids };
  },
};

export type Peer = typeof peer;
comlink.expose(peer);
