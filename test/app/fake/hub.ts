/** A stand-in for the worker's models of a hub: made-up offers, downloads that take seconds. Shared between workers. */
import { get, set } from 'idb-keyval';
import { SteerboardError } from '../../../src/core/errors.js';
import type { ModelOffer, ModelSource, Progress, StoredModel } from '../../../src/protocol/api.js';

type Hub = Extract<ModelSource, { kind: 'hub' }>;
const key = 'fake-hub';
const commit = '1a2b3c4d5e6f708192a3b4c5d6e7f80912345678';
const small: readonly (readonly [string, number])[] = [
  ['config.json', 861],
  ['tokenizer.json', 2_100_000],
  ['tokenizer_config.json', 3_800],
];
const graphs: Readonly<Record<string, number>> = { q8: 137e6, q4f16: 118e6, fp32: 538e6, fp16: 270e6 };

/** Bytes that are here, by `id path`. */
async function kept(): Promise<Record<string, number>> {
  return (await get<Record<string, number>>(key)) ?? {};
}

function filesOf(dtype: string): readonly (readonly [string, number])[] {
  const bytes = graphs[dtype] ?? 0;
  const name = dtype === 'fp32' ? 'model' : `model_${dtype === 'q8' ? 'quantized' : dtype}`;
  return [...small, [`onnx/${name}.onnx`, Math.min(bytes, 9e5)], [`onnx/${name}.onnx_data`, bytes]];
}

export async function offerOf(source: ModelSource, token: string | undefined): Promise<ModelOffer> {
  await new Promise((resolve) => setTimeout(resolve, 400));
  if (source.kind !== 'hub') throw new SteerboardError('unexpected', 'not in the stand-in');
  const { id, host } = source;
  if (id.includes('missing'))
    throw new SteerboardError('hub-not-found', `${host} has no model ${id}. Check the spelling of its id.`);
  if (id.includes('gated') && !token)
    throw new SteerboardError(
      'hub-refused',
      `${id} is gated: accept its licence on its page, then give an access token that may read it.`,
    );
  const here = await kept();
  const large = id.includes('large') ? 40 : 1;
  const cpu = 'slow: 4-bit weights have no fast kernel on the processor';
  const variants = ['q8', 'fp32', 'q4f16', 'fp16'].map((dtype) => {
    const files = filesOf(dtype).map(([path, bytes]) => ({
      path,
      bytes: Math.round(bytes * large),
      bytesHere: here[`${id} ${path}`] ?? 0,
    }));
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const memory = bytes * 1.6 + 80e6;
    const fits = memory < 8e9;
    const reason = fits ? null : 'it needs more memory than a page can have (4 GB)';
    const half = dtype.endsWith('16') ? 'half floats have no kernels on the processor' : null;
    return {
      dtype,
      files,
      bytes,
      bytesHere: files.reduce((sum, file) => sum + file.bytesHere, 0),
      devices: {
        wasm: { usable: fits && half === null, reason: reason ?? half ?? (dtype === 'q4' ? cpu : null), memory },
        webgpu: { usable: false, reason: 'This browser has no WebGPU adapter.', memory },
      },
    };
  });
  const vision = id.includes('vision');
  return {
    source: { ...source, revision: commit },
    id,
    commit,
    family: 'llama',
    layers: 30,
    width: 576,
    context: 8192,
    licence: 'apache-2.0',
    chat: !id.includes('gpt'),
    refusal: vision
      ? {
          code: 'model-unsupported',
          message: `${id} is a model that sees images (its architecture is Idefics3ForConditionalGeneration). Take a causal language model, such as GPT-2, Llama or Qwen.`,
          fields: {},
        }
      : null,
    variants: vision ? [] : variants,
    choice:
      vision || large > 1
        ? null
        : {
            device: 'wasm',
            dtype: 'q8',
            reason: 'WASM, as this browser has no WebGPU adapter; 8-bit weights, which the processor runs fastest',
          },
    storageFree: 9.4e9,
    memory: 8e9,
  };
}

/** Downloads in about five seconds. `cancelled` is asked at every step. */
export async function download(
  { id }: Hub,
  dtype: string,
  cancelled: () => boolean,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const here = await kept();
  const files = filesOf(dtype).map(([path, bytes]) => {
    const there = here[`${id} ${path}`] ?? 0;
    return { path, done: there, total: Math.round(bytes), kept: there };
  });
  for (const file of files) {
    while (file.done < file.total) {
      file.done = Math.min(file.total, file.done + 3e6);
      here[`${id} ${file.path}`] = file.done;
      await set(key, here);
      const sum = (what: 'done' | 'total'): number => files.reduce((all, it) => all + it[what], 0);
      onProgress({
        label: `Downloading ${file.path}`,
        done: sum('done'),
        total: sum('total'),
        files: files.map((it) => ({ ...it })),
      });
      await new Promise((resolve) => setTimeout(resolve, 110));
      if (cancelled()) throw new SteerboardError('cancelled', 'Cancelled.');
      if (id.includes('break') && file.done > 40e6)
        throw new SteerboardError('hub-unreachable', 'The connection broke off. What arrived is kept: try again.');
    }
  }
}

export async function storedModels(): Promise<readonly StoredModel[]> {
  const here = await kept();
  const ids = new Set(Object.keys(here).map((name) => name.split(' ')[0]!));
  return [...ids].map((id) => {
    const whole = Object.keys(graphs).filter((dtype) =>
      filesOf(dtype).every(([path, bytes]) => (here[`${id} ${path}`] ?? 0) >= Math.round(bytes)),
    );
    const begun = Object.keys(graphs).filter(
      (dtype) => !whole.includes(dtype) && (here[`${id} ${filesOf(dtype).at(-1)![0]}`] ?? 0) > 0,
    );
    const mine = Object.entries(here).filter(([name]) => name.startsWith(`${id} `));
    return {
      host: 'https://huggingface.co',
      id,
      commit,
      used: Date.now() - 3_600_000,
      bytes: mine.reduce((sum, [, bytes]) => sum + bytes, 0),
      dtypes: whole,
      partial: begun,
    };
  });
}

export async function removeStoredModel({ id }: Pick<StoredModel, 'id'>): Promise<void> {
  const here = await kept();
  await set(key, Object.fromEntries(Object.entries(here).filter(([name]) => !name.startsWith(`${id} `))));
}
