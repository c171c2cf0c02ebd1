import { describe, expect, it } from 'vitest';
import { bestLayer } from '../../../src/core/directions/best-layer.js';
import type { ContrastKind, LayerDirection, Separation } from '../../../src/core/directions/direction.js';
import { fitDirection, type FitInput } from '../../../src/core/directions/fit.js';
import { defaultsOf, finderNamed, finders, type TextFinder } from '../../../src/core/directions/index.js';
import { heldOutSeparation } from '../../../src/core/directions/separation.js';
import { SteerboardError } from '../../../src/core/errors.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { cosine, norm, normalised } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  cases: {
    positive: number[][];
    negative: number[][];
    found: Record<string, { direction: number[]; separation: Separation }>;
  }[];
}
const golden = readGolden<Golden>('directions');
const rows = (values: number[][]): Float32Array[] => values.map((row) => Float32Array.from(row));

const textFinders = finders.filter((finder) => finder.needs === 'texts');
function textFinder(name: string): TextFinder {
  return textFinders.find((finder) => finder.name === name)!;
}

describe.each(golden.cases.flatMap((data) => Object.keys(data.found).map((name) => ({ name, data }))))(
  '$name on golden data',
  ({ name, data }) => {
    const finder = textFinder(name);
    const input = {
      positive: rows(data.positive),
      negative: rows(data.negative),
      options: defaultsOf(finder),
      layer: 0,
    };
    const expected = data.found[name]!;

    it('is the direction that a full SVD or plain means give, sign and length included', () => {
      const direction = finder.find(input);
      expected.direction.forEach((value, i) => expect(direction[i]).toBeCloseTo(value, 5));
    });

    it('separates held-out texts as explicit folds do', () => {
      const separation = heldOutSeparation(finder, input)!;
      expect(separation.auc).toBeCloseTo(expected.separation.auc, 10);
      expect(separation.accuracy).toBeCloseTo(expected.separation.accuracy, 10);
      expect(separation.effectSize).toBeCloseTo(expected.separation.effectSize, 4);
    });
  },
);

/** n pairs in [d] with unit noise, ±`signal` along a planted unit direction. */
function plant(seed: number, n: number, width: number, signal: number) {
  const uniform = uniformSource(seed);
  const planted = normalised(gaussianVector(width, uniform));
  const side = (sign: number): Float32Array[] =>
    Array.from({ length: n }, () =>
      Float32Array.from(gaussianVector(width, uniform), (noise, i) => noise + sign * signal * planted[i]!),
    );
  return { planted, positive: side(1), negative: side(-1) };
}

describe('finders', () => {
  it.each(['mean-difference', 'pair-component'])(
    '%s finds a planted direction, pointing to the positive side',
    (name) => {
      // Noise of the mean difference is √(2·64/200) = 0.8 against a signal of 6: cosine 0.991 on average, whatever the method.
      const cosines = Array.from({ length: 10 }, (_, seed) => {
        const { planted, positive, negative } = plant(seed, 200, 64, 3);
        const finder = textFinder(name);
        const swapped = finder.find({ positive: negative, negative: positive, options: {}, layer: 0 });
        expect(cosine(swapped, planted)).toBeLessThan(-0.98);
        return cosine(finder.find({ positive, negative, options: {}, layer: 0 }), planted);
      });
      expect(Math.min(...cosines)).toBeGreaterThan(0.98);
      expect(cosines.reduce((sum, value) => sum + value) / cosines.length).toBeGreaterThan(0.99);
    },
  );

  it('centred and uncentred components differ as METHODS says: centring removes the mean difference', () => {
    const positive = rows([
      [1, 0],
      [1, 1],
      [1, -1],
    ]);
    const negative = rows([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    const input = { positive, negative, options: {}, layer: 0 };
    const uncentred = normalised(textFinder('pair-component').find(input));
    expect(uncentred[0]).toBeCloseTo(1, 7);
    const centred = normalised(textFinder('pair-component-centred').find(input));
    expect(Math.abs(centred[1]!)).toBeCloseTo(1, 7);
  });

  it('random is seeded, of unit length, and different at each layer and seed', () => {
    const random = finders.find((finder) => finder.needs === 'nothing')!;
    const at = (layer: number, seed: number): Float64Array => random.find({ width: 32, options: { seed }, layer });
    expect(at(2, 5)).toEqual(at(2, 5));
    expect(Math.abs(cosine(at(2, 5), at(3, 5)))).toBeLessThan(0.6);
    expect(Math.abs(cosine(at(2, 5), at(2, 6)))).toBeLessThan(0.6);
    expect(norm(at(2, 5))).toBeCloseTo(1, 10);
  });

  it('all that read texts give zeros for sides that do not differ', () => {
    const same = rows([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    for (const finder of textFinders) {
      expect(
        norm(finder.find({ positive: same, negative: same, options: defaultsOf(finder), layer: 0 })),
        finder.name,
      ).toBe(0);
    }
  });
});

const stamp = { id: 'planted', revision: null, dtype: 'fp32', family: 'llama', layers: 3, width: 16 };

/** Residuals [L, d] of n texts a side: nothing at layer 0, a weak signal at 1, a strong one at 2. */
function plantedFit(n: number, kind: ContrastKind = 'pairs', method = 'mean-difference'): FitInput {
  const levels = [plant(1, n, 16, 0), plant(2, n, 16, 0.6), plant(3, n, 16, 5)];
  const stack = (side: 'positive' | 'negative'): Float32Array[] =>
    Array.from({ length: n }, (_, text) => {
      const all = new Float32Array(3 * 16);
      levels.forEach((level, layer) => all.set(level[side][text]!, layer * 16));
      return all;
    });
  const texts = { kind, positive: Array<string>(n).fill('a'), negative: Array<string>(n).fill('b') };
  return {
    model: stamp,
    texts,
    method,
    positive: stack('positive'),
    negative: stack('negative'),
    residualNorms: [4, 4.1, 6],
  };
}

/** The code of the SteerboardError that `act` throws. */
function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SteerboardError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('fitDirection', () => {
  it('gives unit vectors with scale, norm and separation for every layer', () => {
    const fitted = fitDirection(plantedFit(20));
    expect(fitted.hook).toBe('resid_post');
    expect(fitted.source.method).toBe('mean-difference');
    expect(fitted.layers.map((layer) => layer.layer)).toEqual([0, 1, 2]);
    expect(fitted.layers.map((layer) => layer.residualNorm)).toEqual([4, 4.1, 6]);
    for (const layer of fitted.layers) expect(norm(layer.vector)).toBeCloseTo(1, 6);
    expect(fitted.layers[2]!.scale).toBeGreaterThan(9);
    expect(fitted.layers[2]!.scale).toBeLessThan(11);
    expect(fitted.layers[2]!.separation).toMatchObject({ auc: 1, accuracy: 1 });
    expect(fitted.layers[2]!.separation!.effectSize).toBeGreaterThan(5);
    expect(bestLayer(fitted.layers)).toBe(2);
  });

  it('does not call noise separable: held-out, not training, texts are judged', () => {
    // 16 texts in 16 dimensions separate perfectly on the training texts themselves.
    let sum = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { positive, negative } = plant(seed, 8, 16, 0);
      sum += heldOutSeparation(textFinder('mean-difference'), { positive, negative, options: {}, layer: 0 })!.auc;
    }
    expect(sum / 40).toBeLessThan(0.55);
    expect(sum / 40).toBeGreaterThan(0.3);
  });

  it.each(textFinders.map((finder) => finder.name))('fits %s and writes its options down', (method) => {
    const fitted = fitDirection(plantedFit(6, 'pairs', method));
    expect(fitted.source.options).toEqual(defaultsOf(finderNamed(method)));
    expect(fitted.layers).toHaveLength(3);
  });

  it('has no separation when there is one text a side', () => {
    const fitted = fitDirection(plantedFit(1, 'prompts'));
    expect(fitted.layers.every((layer) => layer.separation === null)).toBe(true);
    expect(bestLayer(fitted.layers)).toBe(1);
  });

  it('works with lists of different lengths', () => {
    const input = plantedFit(9, 'lists');
    const fitted = fitDirection({ ...input, negative: input.negative.slice(0, 3) });
    expect(fitted.layers[2]!.separation!.auc).toBe(1);
  });

  it('takes folds whose training sides do not differ as ties', () => {
    const positive = rows([[2, 0], [0, 0]]); // prettier-ignore
    const negative = rows([[0, 0], [0, 0]]); // prettier-ignore
    const separation = heldOutSeparation(textFinder('mean-difference'), { positive, negative, options: {}, layer: 0 });
    // Fold 0 learns nothing: (0, 0). Fold 1 learns (1, 0) with its midpoint at 1: both held-out texts lie at −1.
    expect(separation).toMatchObject({ auc: 0.5, accuracy: 0.5 });
  });

  it('refuses what cannot be fitted and says which', () => {
    const input = plantedFit(4);
    const spoiled = input.positive.map((residual) => residual.slice());
    spoiled[2]![5] = Infinity;
    expect(codeOf(() => fitDirection({ ...input, positive: [] }))).toBe('input-empty');
    expect(codeOf(() => fitDirection({ ...input, negative: [] }))).toBe('input-empty');
    expect(codeOf(() => fitDirection({ ...input, negative: input.negative.slice(1) }))).toBe('input-empty');
    expect(codeOf(() => fitDirection({ ...input, negative: input.positive }))).toBe('direction-degenerate');
    expect(codeOf(() => fitDirection({ ...input, positive: spoiled }))).toBe('direction-degenerate');
    expect(codeOf(() => fitDirection({ ...input, residualNorms: [1, NaN, 1] }))).toBe('direction-degenerate');
    expect(codeOf(() => fitDirection({ ...input, positive: [new Float32Array(4)] }))).toBe('unexpected');
    expect(codeOf(() => fitDirection({ ...input, method: 'divination' }))).toBe('unexpected');
    expect(codeOf(() => fitDirection(plantedFit(4, 'lists', 'pair-component')))).toBe('unexpected');
    expect(() => fitDirection({ ...input, positive: spoiled })).toThrow('positive text 3');
  });

  it('does not take rounding for a direction', () => {
    const input = plantedFit(3);
    const nudged = input.positive.map((residual) => residual.map((value) => value * (1 + 1e-7)));
    expect(codeOf(() => fitDirection({ ...input, negative: nudged }))).toBe('direction-degenerate');
  });
});

describe('bestLayer', () => {
  const layer = (index: number, auc: number, effectSize: number): LayerDirection => ({
    layer: index,
    vector: Float32Array.of(1),
    scale: 1,
    residualNorm: 1,
    separation: { auc, accuracy: 1, effectSize },
  });

  it('goes by AUC, then by effect size, then takes the lowest', () => {
    expect(bestLayer([layer(0, 0.9, 9), layer(1, 1, 1), layer(2, 1, 3), layer(3, 1, 3)])).toBe(2);
    expect(bestLayer([layer(0, 1, NaN), layer(1, 1, 0.1)])).toBe(1);
    expect(bestLayer([layer(0, NaN, NaN), layer(1, 0.4, 1)])).toBe(1);
  });

  it('takes the middle when nothing is known, and nothing when there is nothing', () => {
    const unknown = [0, 1, 2, 3].map((index) => ({ ...layer(index, 1, 1), separation: null }));
    expect(bestLayer(unknown)).toBe(1);
    expect(bestLayer([])).toBeNull();
  });
});
