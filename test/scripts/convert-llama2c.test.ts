import { existsSync, readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import * as ort from 'onnxruntime-web/wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertLlama2c } from '../../scripts/convert-llama2c.mjs';
import { llama2cLogits, tinyCheckpoint, tinyTokenizer, type Llama2cShape } from './llama2c-reference.js';

const published = new URL('../../../shared/data/models/stories260K/', import.meta.url);

interface Golden {
  readonly tokenization: readonly { readonly text: string; readonly ids: readonly number[] }[];
  readonly greedy: { readonly start_ids: readonly number[]; readonly ids: readonly number[]; readonly text: string };
  readonly prompts: readonly { readonly ids: readonly number[]; readonly last_pos_logits?: readonly number[] }[];
  readonly published: { readonly greedy_text_200_steps: string };
}
interface Config {
  readonly num_hidden_layers: number;
  readonly num_key_value_heads: number;
  readonly head_dim: number;
  readonly vocab_size: number;
}

function json<Shape>(files: Map<string, Uint8Array>, path: string): Shape {
  return JSON.parse(new TextDecoder().decode(files.get(path))) as Shape;
}

function tokenizerOf(files: Map<string, Uint8Array>): Tokenizer {
  return new Tokenizer(json<object>(files, 'tokenizer.json'), json<object>(files, 'tokenizer_config.json'));
}

/** Runs a converted model as transformers.js would: every call gives the caches of the one before. */
class Decoder {
  private cache: Record<string, ort.Tensor> = {};
  private past = 0;

  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly config: Config,
  ) {}

  static async open(files: Map<string, Uint8Array>): Promise<Decoder> {
    ort.env.wasm.numThreads = 1;
    return new Decoder(await ort.InferenceSession.create(files.get('onnx/model.onnx')!), json(files, 'config.json'));
  }

  reset(): void {
    this.cache = {};
    this.past = 0;
  }

  /** Logits of the last position, [V]. */
  async step(ids: readonly number[]): Promise<Float32Array> {
    const { num_hidden_layers: layers, num_key_value_heads: heads, head_dim: width, vocab_size: size } = this.config;
    const total = this.past + ids.length;
    const int64 = (values: readonly number[]) =>
      new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const feeds: Record<string, ort.Tensor> = {
      input_ids: int64(ids),
      attention_mask: int64(new Array<number>(total).fill(1)),
      position_ids: int64(ids.map((_, i) => this.past + i)),
    };
    for (let i = 0; i < layers; i++)
      for (const part of ['key', 'value'])
        feeds[`past_key_values.${i}.${part}`] =
          this.cache[`present.${i}.${part}`] ?? new ort.Tensor('float32', new Float32Array(0), [1, heads, 0, width]);
    const out = await this.session.run(feeds);
    this.cache = out;
    this.past = total;
    return (out['logits']!.data as Float32Array).slice(-size);
  }
}

function argmax(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}

// The folder of public data lies beside the repository on some machines only.
describe.runIf(existsSync(published))('the published stories260K', () => {
  let files: Map<string, Uint8Array>;
  let golden: Golden;
  beforeAll(() => {
    const read = (name: string) => readFileSync(new URL(name, published));
    files = convertLlama2c(read('stories260K.bin'), read('tok512.bin'));
    golden = JSON.parse(read('golden.json').toString()) as Golden;
  });

  it('tokenizes as llama2.c does', () => {
    const tokenizer = tokenizerOf(files);
    for (const { text, ids } of golden.tokenization) expect(tokenizer.encode(text).ids, text).toEqual(ids);
  });

  it('gives the logits of the float64 reference', async () => {
    const prompt = golden.prompts.find((p) => p.last_pos_logits)!;
    const logits = await (await Decoder.open(files)).step(prompt.ids);
    expect(largestDifference(logits, prompt.last_pos_logits!)).toBeLessThan(1e-4);
  });

  it('writes, greedily and from its cache, exactly the text its author published', async () => {
    const decoder = await Decoder.open(files);
    const ids = [...golden.greedy.start_ids];
    let logits = await decoder.step(ids);
    while (ids.length < golden.greedy.ids.length) {
      ids.push(argmax(logits));
      logits = await decoder.step(ids.slice(-1));
    }
    expect(ids).toEqual(golden.greedy.ids);
    const text = tokenizerOf(files).decode(ids, { skip_special_tokens: true });
    expect(text).toBe(golden.greedy.text);
    expect(text.startsWith(golden.published.greedy_text_200_steps)).toBe(true);
  });
});

describe('a small random checkpoint', () => {
  const shape: Llama2cShape = {
    width: 24,
    feedForward: 20,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    vocabulary: 268,
    context: 16,
  };
  const ids = [1, 259, 7, 260, 31, 265, 12];

  it.each([true, false])('equals a forward pass written from run.c (tied head: %s)', async (tied) => {
    const checkpoint = tinyCheckpoint(shape, tied, 5);
    const decoder = await Decoder.open(convertLlama2c(checkpoint, tinyTokenizer()));
    const expected = llama2cLogits(checkpoint, ids);
    expect(largestDifference(await decoder.step(ids), expected.at(-1)!)).toBeLessThan(1e-4);
    decoder.reset();
    await decoder.step(ids.slice(0, 3));
    for (const [i, id] of ids.slice(3).entries())
      expect(largestDifference(await decoder.step([id]), expected[3 + i]!)).toBeLessThan(1e-4);
  });

  it('joins the best-scoring neighbours, and spells unknown letters in bytes', () => {
    const tokenizer = tokenizerOf(convertLlama2c(tinyCheckpoint(shape, true, 5), tinyTokenizer()));
    // Pieces: 259 " a", 260 "ab", 261 "aba", then " ", a, b, c. With the dummy prefix, "aba" is " ", a, b, a: " a" has
    // the best score, and then nothing is left to join. Without a space before it, "ab" and then "aba" are.
    expect(tokenizer.encode('aba').ids).toEqual([1, 259, 264, 263]);
    expect(tokenizer.encode('caba').ids).toEqual([1, 262, 265, 261]);
    expect(tokenizer.encode('é').ids).toEqual([1, 262, 0xc3 + 3, 0xa9 + 3]);
    expect(tokenizer.encode('').ids).toEqual([1]);
    expect(tokenizer.decode([1, 259, 264, 263], { skip_special_tokens: true })).toBe('aba');
  });

  it('refuses files that end too early, with the numbers', () => {
    const checkpoint = tinyCheckpoint(shape, true, 5);
    expect(() => convertLlama2c(checkpoint.subarray(0, 20), tinyTokenizer())).toThrow('20 bytes');
    expect(() => convertLlama2c(checkpoint.subarray(0, 4000), tinyTokenizer())).toThrow('ends at byte 4000');
    expect(() => convertLlama2c(checkpoint, tinyTokenizer().subarray(0, 300))).toThrow('of 268');
  });
});
