/** Weights that are found by structure in every family's graphs, against PyTorch's by name (recipes/weights). */
import { readFileSync } from 'node:fs';
import type { GraphProto, NodeProto } from 'onnx-buf';
import { describe, expect, test } from 'vitest';
import { decodeModel, encodeModel, makeNode } from '../../../src/core/onnx/graph.js';
import { findModelWeights, type MlpWeights } from '../../../src/core/onnx/modelWeights.js';
import { isUnreadable } from '../../../src/core/onnx/projections.js';
import type { ReadBytes } from '../../../src/core/onnx/tensorBytes.js';
import { dotsWith, vectorAt, type VectorSet } from '../../../src/core/onnx/vectorSet.js';
import { readGolden } from '../../golden/read.js';

interface Family {
  readonly direction: string;
  readonly layers: readonly {
    readonly reading: Readonly<Record<string, string>>;
    readonly plain: Readonly<Record<string, string>>;
    readonly writing: string;
  }[];
  readonly logits: string;
  readonly unembedding: string;
  readonly embedding: string;
}
interface Listed {
  readonly folder: string;
  readonly family: string;
  readonly causal: boolean;
  readonly files: readonly { readonly file: string; readonly dtype: string; readonly external: readonly string[] }[];
}

const folder = new URL('../../fixtures/models/', import.meta.url);
const { models } = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as { models: readonly Listed[] };
const { families } = readGolden<{ families: Readonly<Record<string, Family>> }>('weights');
const graphs = models
  .filter(({ causal }) => causal)
  .flatMap(({ folder, family, files }) => files.map((file) => ({ folder, family, ...file })));

/** How far cosines may be off: what the dtype itself costs. The checkpoints lie on a grid that four bits hold exactly. */
const tolerances: Readonly<Record<string, number>> = { fp32: 1e-6, fp16: 5e-4, q8: 1e-2, q4: 1e-6, q4f16: 5e-4 };
/** The builder's tables that are head and embedding at once are rounded to the nearest of 4 (q4f16: 8) bits, off that grid. */
const shared: Readonly<Record<string, number>> = { q4: 0.07, q4f16: 5e-3 };
const sharing = new Set(['llama-genai', 'gemma3_text-genai']);

test('there are numbers for every family', () => {
  expect(Object.keys(families).sort()).toEqual([...new Set(graphs.map(({ family }) => family))].sort());
});

describe.each(graphs)('$folder $dtype', ({ folder: name, family, file, dtype, external }) => {
  const root = new URL(`${name}/`, folder);
  const bytes = new Uint8Array(readFileSync(new URL(file, root)));
  const beside = new Map(
    external.map((path) => [path.slice(path.lastIndexOf('/') + 1), readFileSync(new URL(path, root))]),
  );
  const read: ReadBytes = async (location, offset, length) =>
    new Uint8Array(beside.get(location)!.subarray(offset, offset + length));
  const golden = families[family]!;
  const weights = findModelWeights(bytes, golden.layers.length);
  const direction = floats(golden.direction);
  const tolerance = tolerances[dtype]!;
  const ofTokens = (sharing.has(name) && shared[dtype]) || tolerance;

  async function cosines(set: VectorSet, throughGain = true): Promise<readonly number[]> {
    const { dots, norms } = await dotsWith(set, direction, throughGain, read);
    return [...dots].map((dot, i) => dot / norms[i]!);
  }

  test('what every block’s MLP reads and writes', async () => {
    for (const [layer, expected] of golden.layers.entries()) {
      const mlp = weights.mlps[layer]! as MlpWeights;
      expect(problemOf(mlp)).toBeNull();
      expect(mlp.reading.map(({ part }) => part)).toEqual(Object.keys(expected.reading));
      for (const { part, vectors } of mlp.reading) {
        expect(apart(await cosines(vectors), floats(expected.reading[part]!)), `${layer} ${part}`).toBeLessThan(
          tolerance,
        );
        const plain = await cosines(vectors, false);
        expect(apart(plain, floats(expected.plain[part]!)), `${layer} ${part} without gain`).toBeLessThan(tolerance);
      }
      expect(apart(await cosines(mlp.writing), floats(expected.writing)), `${layer} writing`).toBeLessThan(tolerance);
    }
  });

  test('tokens: what raises their logits, and what they begin as', async () => {
    const { unembedding, embedding } = weights as { unembedding: VectorSet; embedding: VectorSet };
    expect([problemOf(unembedding), problemOf(embedding)]).toEqual([null, null]);
    const { dots } = await dotsWith(unembedding, direction, true, read);
    const logits = floats(golden.logits);
    const largest = Math.max(...logits.map(Math.abs));
    expect(apart([...dots], logits) / largest).toBeLessThan(ofTokens);
    expect(apart(await cosines(unembedding, false), floats(golden.unembedding))).toBeLessThan(ofTokens);
    expect(apart(await cosines(embedding), floats(golden.embedding))).toBeLessThan(ofTokens);
  });

  test('one vector at a time is what the pass over all of them saw', async () => {
    const { unembedding } = weights as { unembedding: VectorSet };
    const { dots } = await dotsWith(unembedding, direction, true, read);
    for (const token of [0, 17, unembedding.count - 1]) {
      const vector = await vectorAt(unembedding, token, true, read);
      const dot = vector.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      expect(dot).toBeCloseTo(dots[token]!, 6);
    }
  });
});

test.each([
  ['gate', 'up'],
  ['up', 'gate'],
] as const)('one matrix that holds %s and %s is taken apart', async (...order) => {
  const decoded = decodeModel(new Uint8Array(readFileSync(new URL('llama-genai/onnx/model.onnx', folder))));
  mergeGates(decoded.graph, order);
  const { direction, layers } = families['llama']!;
  const weights = findModelWeights(encodeModel(decoded), layers.length);
  for (const [layer, expected] of layers.entries()) {
    const mlp = weights.mlps[layer]! as MlpWeights;
    expect(problemOf(mlp)).toBeNull();
    expect(mlp.reading.map(({ part }) => part)).toEqual(['gate', 'up']);
    for (const { part, vectors } of mlp.reading) {
      const { dots, norms } = await dotsWith(vectors, floats(direction), true, () =>
        Promise.reject(new Error('no file')),
      );
      const cosines = [...dots].map((dot, i) => dot / norms[i]!);
      expect(apart(cosines, floats(expected.reading[part]!)), `${layer} ${part}`).toBeLessThan(1e-6);
    }
  }
});

test('a block without one product at the end of its MLP says so, and the others are there', () => {
  const decoded = decodeModel(new Uint8Array(readFileSync(new URL('llama-genai/onnx/model.onnx', folder))));
  const down = decoded.graph.node.find(({ name }) => name.includes('layers.1/mlp/down_proj'))!;
  // As an expert's output that is chosen by the text: its matrix is no constant.
  down.input[1] = 'input_ids_weight';
  const weights = findModelWeights(encodeModel(decoded), 3);
  expect(weights.mlps.map((mlp) => problemOf(mlp) === null)).toEqual([true, false, true]);
  expect(problemOf(weights.mlps[1]!)).toMatch(/product with a matrix/);
});

/** Puts gate and up of every block into one matrix whose result a Split takes apart, as exports of Phi-3 have it. */
function mergeGates(graph: GraphProto, order: readonly ['gate' | 'up', 'gate' | 'up']): void {
  const products = (part: string) => graph.node.filter((node) => node.name.includes(`mlp/${part}_proj/MatMul`));
  const ups = products('up');
  products('gate').forEach((gate, layer) => {
    const up = ups[layer]!;
    const [first, second] = order[0] === 'gate' ? [gate, up] : [up, gate];
    const weightOf = (node: NodeProto) => graph.initializer.find(({ name }) => name === node.input[1])!;
    const [a, b] = [weightOf(first), weightOf(second)];
    const [width, neurons] = a.dims.map(Number) as [number, number];
    const row = 4 * neurons;
    const data = new Uint8Array(2 * width * row);
    for (let i = 0; i < width; i++) {
      data.set(a.rawData.subarray(i * row, (i + 1) * row), 2 * i * row);
      data.set(b.rawData.subarray(i * row, (i + 1) * row), (2 * i + 1) * row);
    }
    a.rawData = data;
    a.dims = [BigInt(width), BigInt(2 * neurons)];
    const both = `both.${layer}`;
    const halves = makeNode('Split', both, [both], [first.output[0]!, second.output[0]!], { axis: -1, num_outputs: 2 });
    const at = graph.node.indexOf(first);
    first.output = [both];
    graph.node.splice(at + 1, 0, halves);
    graph.node.splice(graph.node.indexOf(second), 1);
  });
}

function problemOf(found: object): string | null {
  return isUnreadable(found) ? found.unreadable : null;
}

function apart(a: readonly number[], b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

function floats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}
