/** Heads that are found by structure in every family's graphs: what they give, times W_O, is what attention adds. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import type { AttentionHeads } from '../../../src/core/onnx/attentionHeads.js';
import { decodeModel } from '../../../src/core/onnx/graph.js';
import type { CompiledHooks } from '../../../src/core/onnx/hooks.js';
import { instrument } from '../../../src/core/onnx/instrument.js';
import { findModelWeights } from '../../../src/core/onnx/modelWeights.js';
import { isUnreadable } from '../../../src/core/onnx/projections.js';
import type { ReadBytes } from '../../../src/core/onnx/tensorBytes.js';
import { sumOf } from '../../../src/core/onnx/vectorSet.js';
import { floatsIn } from '../../../src/core/onnx/weightMatrix.js';
import { Decoder, relativeDifference, weightsFile } from './session.js';

interface Listed {
  readonly folder: string;
  readonly family: string;
  readonly causal: boolean;
  readonly layers: number;
  readonly files: readonly { readonly file: string; readonly dtype: string; readonly external: readonly string[] }[];
}

const folder = new URL('../../fixtures/models/', import.meta.url);
const { models } = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as { models: readonly Listed[] };
const graphs = models
  .filter(({ causal }) => causal)
  .flatMap(({ folder, family, layers, files }) => files.map((file) => ({ folder, family, layers, ...file })));

/** A norm stands after W_O in these. */
const normed = new Set(['gemma3_text', 'olmo2']);
/** Relative to the largest value: what the dtype's own product rounds. */
const tolerances: Readonly<Record<string, number>> = { fp32: 1e-5, fp16: 5e-3, q8: 5e-2, q4: 5e-2, q4f16: 5e-2 };

describe.each(graphs)('$folder $dtype', ({ folder: name, family, layers, file, dtype, external }) => {
  const root = new URL(`${name}/`, folder);
  const bytes = new Uint8Array(readFileSync(new URL(file, root)));
  const others = external.map((path) => ({
    path: path.slice(path.lastIndexOf('/') + 1),
    data: new Uint8Array(readFileSync(new URL(path, root))),
  }));
  const read: ReadBytes = async (location, offset, length) =>
    others.find(({ path }) => path === location)!.data.subarray(offset, offset + length);
  const { attention } = findModelWeights(bytes, layers);
  const found = attention.flatMap((it, layer) => (isUnreadable(it) ? [] : [{ layer, it }]));

  test('as many heads as the configuration says, or why there are none', () => {
    const config = JSON.parse(readFileSync(new URL('config.json', root), 'utf8')) as Readonly<Record<string, number>>;
    const heads = config.num_attention_heads ?? config.n_head;
    const says = attention.map((it) => (isUnreadable(it) ? it.unreadable : it.heads));
    if (normed.has(family)) expect(says).toEqual(says.map(() => expect.stringMatching(/norm stands between/)));
    else if (family === 'lfm2')
      expect(says).toEqual(says.map((_, layer) => (layer === 2 ? heads : expect.stringMatching(/no attention/))));
    else expect(says).toEqual(says.map(() => heads));
  });

  test.runIf(!normed.has(family))('what heads give, times W_O, is what attention adds', async () => {
    const hooked = await Decoder.hooked(
      bytes,
      { hooks: { attn_out: 'read', head_out: 'read' }, device: 'wasm' },
      others,
    );
    const ids = [[5, 17, 42, 8, 100, 3]];
    const { outputs, heads } = await hooked.run({ ids });
    const { width } = hooked.report;
    const [tokens, values] = [ids[0]!.length, found[0]!.it.heads * found[0]!.it.size];
    expect(heads!.dims).toEqual([1, tokens, found.length * values]);
    // A bias of the product is the same at every token, so it is not in the differences.
    for (const [place, { layer, it }] of found.entries()) {
      const added: number[] = [];
      const expected: number[] = [];
      for (let token = 1; token < tokens; token++) {
        const headsAt = (at: number) => heads!.data.subarray((at * found.length + place) * values).slice(0, values);
        const addedAt = (at: number) => outputs.attn_out!.data.subarray((at * layers + layer) * width).slice(0, width);
        const difference = headsAt(token).map((value, i) => value - headsAt(0)[i]!);
        added.push(...addedAt(token).map((value, i) => value - addedAt(0)[i]!));
        expected.push(...(await throughWeights(it, difference)));
      }
      expect(relativeDifference(Float32Array.from(expected), Float32Array.from(added)), `${layer}`).toBeLessThan(
        tolerances[dtype]!,
      );
    }
  });

  async function throughWeights({ writing, factors }: AttentionHeads, values: Float32Array): Promise<Float64Array> {
    let sum = await sumOf(writing, values, read);
    for (const factor of factors) {
      const [number] = await floatsIn(factor, read);
      sum = sum.map((value) => value * number!);
    }
    return sum;
  }
});

test('a model whose heads are not added as they are is refused with the reason', () => {
  const bytes = new Uint8Array(readFileSync(new URL('olmo2-optimum/onnx/model.onnx', folder)));
  const refusal = refusalOf(() => instrument(bytes, { weightsFile, hooks: { head_out: 'read' } }));
  expect(refusal).toMatchObject({ code: 'model-unsupported' });
  expect(refusal.message).toMatch(/norm stands between.*another way/);
});

test('a graph gets the output only where it is asked for', () => {
  const bytes = new Uint8Array(readFileSync(new URL('llama-genai/onnx/model.onnx', folder)));
  const outputs = (hooks: CompiledHooks) =>
    decodeModel(instrument(bytes, { weightsFile, hooks }).graph).graph.output.map(({ name }) => name);
  expect(outputs({ resid_post: 'add', attn_out: 'read' })).not.toContain('steer.head_out');
  expect(outputs({ head_out: 'read' })).toContain('steer.head_out');
});

function refusalOf(work: () => unknown): SteerboardError {
  try {
    work();
  } catch (error) {
    if (error instanceof SteerboardError) return error;
  }
  throw new Error('It was not refused.');
}
