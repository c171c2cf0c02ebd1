/** Inference-Time Intervention against PyTorch and scikit-learn on the bundled model (recipes/finders/heads.py), and on planted heads. */
import { describe, expect, it } from 'vitest';
import type { ContrastTexts } from '../../../src/core/directions/direction.js';
import {
  chooseHeads,
  directionOfHeads,
  proportionsOf,
  type ChosenHeads,
  type HeadFitInput,
} from '../../../src/core/directions/head-fit.js';
import { headIntervention } from '../../../src/core/directions/head-intervention.js';
import { SteerboardError } from '../../../src/core/errors.js';
import { decodeFloats } from '../../../src/core/formats/base64.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { cosine, norm } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

interface Ranked {
  readonly layer: number;
  readonly head: number;
  readonly accuracy: number;
  readonly auc: number;
  readonly effectSize: number;
}
interface Golden {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
  readonly heads: number;
  readonly kept: {
    readonly layers: readonly number[];
    readonly positive: string;
    readonly negative: string;
    readonly ranked: readonly Ranked[];
    readonly found: Readonly<Record<string, { readonly layers: readonly { layer: number; shift: string }[] }>>;
  };
}

const golden = readGolden<Golden>('heads');
const { kept } = golden;
const [heads, size] = [6, 32];
const floats = (text: string): Float32Array => decodeFloats(text)!;
const texts: ContrastTexts = { kind: 'pairs', positive: golden.positive, negative: golden.negative };

function rows(text: string): readonly Float32Array[] {
  const values = floats(text);
  const length = kept.layers.length * heads * size;
  return Array.from({ length: values.length / length }, (_, i) => values.subarray(i * length, (i + 1) * length));
}

function chosenOf(input: HeadFitInput): ChosenHeads {
  const steps = chooseHeads(input);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const ofModel = {
  finder: headIntervention,
  texts,
  layers: kept.layers,
  heads,
  size,
  positive: rows(kept.positive),
  negative: rows(kept.negative),
};

describe('on what the bundled model’s heads give', () => {
  const { chosen } = chosenOf({ ...ofModel, options: { heads: golden.heads, direction: 'shift' } });

  it('ranks heads as scikit-learn’s probes do', () => {
    expect(chosen.map(({ layer, head }) => [layer, head])).toEqual(kept.ranked.map(({ layer, head }) => [layer, head]));
    for (const [i, { accuracy, auc, effectSize }] of kept.ranked.entries()) {
      expect(chosen[i]!.separation.accuracy).toBeCloseTo(accuracy, 9);
      expect(chosen[i]!.separation.auc).toBeCloseTo(auc, 6);
      expect(chosen[i]!.separation.effectSize).toBeCloseTo(effectSize, 3);
    }
  });

  it.each(['shift', 'probe'])('adds σθ̂ in the places of the chosen heads: %s', (direction) => {
    const { shifts } = chosenOf({ ...ofModel, options: { heads: golden.heads, direction } });
    const expected = kept.found[direction]!.layers;
    expect(shifts.map(({ layer }) => layer)).toEqual(expected.map(({ layer }) => layer));
    for (const [i, { shift }] of expected.entries()) {
      const [mine, wanted] = [shifts[i]!.shift, floats(shift)];
      expect(cosine(mine, wanted)).toBeGreaterThan(0.99999);
      expect(norm(mine) / norm(wanted)).toBeCloseTo(1, 4);
      expect([...mine].map((value) => value === 0)).toEqual([...wanted].map((value) => value === 0));
    }
  });
});

describe('on planted heads', () => {
  const source = uniformSource(5);
  const [layers, many, width] = [[0, 2], 3, 8];
  /** Head 1 of layer 2 has a planted difference of 4 σ, all others noise. */
  const side = (sign: number, count = 40) =>
    Array.from({ length: count }, () => {
      const values = Float32Array.from(gaussianVector(layers.length * many * width, source));
      values[(many + 1) * width]! += sign * 2;
      return values;
    });
  const [positive, negative] = [side(1), side(-1)];
  const lists: ContrastTexts = { kind: 'lists', positive: positive.map(String), negative: negative.map(String) };
  const input = { finder: headIntervention, texts: lists, layers, heads: many, size: width, positive, negative };

  it('finds the head, the layer and σ', () => {
    const { chosen, shifts } = chosenOf({ ...input, options: { heads: 1, direction: 'shift' } });
    expect(chosen).toMatchObject([{ layer: 2, head: 1 }]);
    expect(chosen[0]!.separation.accuracy).toBeGreaterThan(0.9);
    expect(shifts.map(({ layer }) => layer)).toEqual([2]);
    const [{ shift, separation }] = shifts as [(typeof shifts)[0]];
    expect(separation!.accuracy).toBeGreaterThan(0.9);
    // Both sides lie 2 from the middle with a deviation of 1, so √5 together.
    expect(shift[width]! / norm(shift)).toBeGreaterThan(0.95);
    expect(norm(shift)).toBeGreaterThan(0.9 * Math.sqrt(5));
    expect(norm(shift)).toBeLessThan(1.1 * Math.sqrt(5));
  });

  it('takes no more heads than there are, and says so', () => {
    const options = { heads: 50, direction: 'shift' };
    const found = chosenOf({ ...input, options });
    expect(found.chosen).toHaveLength(6);
    const model = { id: 'm', revision: null, dtype: 'fp32', family: 'f', layers: 3, width: 2 };
    const added = [...positive, ...negative].map(() => Float32Array.of(1, 2, 3, 4, 5, 6));
    const direction = directionOfHeads({
      model,
      finder: headIntervention,
      options,
      texts: lists,
      found,
      vectors: [Float64Array.of(0.5, 0), Float64Array.of(0, 4)],
      positive: added,
      negative: added,
      residualNorms: [2, 3, 8],
      notes: ['First.'],
    });
    expect(direction.hook).toBe('attn_out');
    expect(direction.layers).toMatchObject([
      { layer: 0, scale: 0.5, residualNorm: 2, means: { positive: 1, negative: 1 } },
      { layer: 2, scale: 4, residualNorm: 8, means: { positive: 6, negative: 6 } },
    ]);
    expect([...direction.layers[1]!.vector]).toEqual([0, 1]);
    expect(direction.notes![0]).toBe('First.');
    expect(direction.notes![1]).toMatch(/layer 2 head 1 \(\d+ %\).*6 heads only/);
    expect(direction.notes![2]).toContain('strength 0.50');
    // 0.25 and 0.5 of what attention adds; nothing at layer 1.
    expect(proportionsOf(direction)).toEqual([0.5, 0, 1]);
  });

  it.each([
    ['a side with one text', { positive: side(1, 1) }, 'input-empty'],
    ['the same on both sides', { negative: positive }, 'direction-degenerate'],
    ['what is not finite', { positive: positive.map((it) => it.map(() => NaN)) }, 'direction-degenerate'],
  ])('refuses %s', (_, change, code) => {
    const asked = () => chosenOf({ ...input, options: { heads: 2, direction: 'shift' }, ...change });
    expect(asked).toThrow(SteerboardError);
    expect(asked).toThrow(expect.objectContaining({ code }));
  });
});
