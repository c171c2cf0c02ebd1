/** Weights that are found by structure in every family's graphs, against PyTorch's by name (recipes/weights). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
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
const tolerances: Readonly<Record<string, number>> = { fp32: 2e-6, fp16: 1e-3, q8: 3e-2, q4: 2e-6, q4f16: 1e-3 };
/** The builder rounds to four bits in its own way, which does not keep that grid. */
const roundsFourBits = 0.25;

test('there are numbers for every family', () => {
  expect(Object.keys(families).sort()).toEqual([...new Set(graphs.map(({ family }) => family))].sort());
});

describe.each(graphs)('$folder $dtype', ({ folder: name, family, file, dtype, external }) => {
  const root = new URL(`${name}/`, folder);
  const bytes = new Uint8Array(readFileSync(new URL(file, root)));
  const beside = new Map(external.map((path) => [path.slice(path.lastIndexOf('/') + 1), readFileSync(new URL(path, root))]));
  const read: ReadBytes = async (location, offset, length) =>
    new Uint8Array(beside.get(location)!.subarray(offset, offset + length));
  const golden = families[family]!;
  const weights = findModelWeights(bytes, golden.layers.length);
  const direction = floats(golden.direction);
  const isBuilt = name.endsWith('genai') && dtype.startsWith('q4') && family !== 'lfm2';
  const tolerance = isBuilt ? roundsFourBits : tolerances[dtype]!;

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
        expect(apart(await cosines(vectors), floats(expected.reading[part]!)), `${layer} ${part}`).toBeLessThan(tolerance);
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
    expect(apart([...dots], logits) / largest).toBeLessThan(tolerance);
    expect(apart(await cosines(unembedding, false), floats(golden.unembedding))).toBeLessThan(tolerance);
    expect(apart(await cosines(embedding), floats(golden.embedding))).toBeLessThan(tolerance);
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
