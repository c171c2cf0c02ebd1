import { describe, expect, it } from 'vitest';
import { bestLayer } from '../../../src/core/directions/best-layer.js';
import type { ContrastKind, LayerDirection, Separation } from '../../../src/core/directions/direction.js';
import { fitDirection, type FitInput } from '../../../src/core/directions/fit.js';
import { defaultsOf, finders, type TextFinder } from '../../../src/core/directions/index.js';
import { separationSteps } from '../../../src/core/directions/separation.js';
import { SteerboardError } from '../../../src/core/errors.js';
import { toEnd } from '../../../src/core/steps.js';
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
      const separation = toEnd(separationSteps(finder, input))!;
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
      sum += toEnd(separationSteps(textFinder('mean-difference'), { positive, negative, options: {}, layer: 0 }))!.auc;
    }
    expect(sum / 40).toBeLessThan(0.55);
    expect(sum / 40).toBeGreaterThan(0.3);
  });

  it('holds out whole personas with their questions, so that one conversation does not give away the others', () => {
    // Personas have ways of their own, and nothing else: what one side's have in common is chance.
    const [personas, questions, width] = [6, 4, 24];
    const side = (uniform: () => number): Float32Array[] =>
      Array.from({ length: personas }, () => gaussianVector(width, uniform)).flatMap((own) =>
        Array.from({ length: questions }, () =>
          Float32Array.from(gaussianVector(width, uniform), (noise, i) => own[i]! + 0.1 * noise),
        ),
      );
    const ask = Array.from({ length: questions }, (_, i) => `Question ${i}?`);
    const names = Array.from({ length: personas }, (_, i) => `persona ${i}`);
    const aucs = Array.from({ length: 30 }, (_, seed) => {
      const uniform = uniformSource(seed);
      const read = { positive: side(uniform), negative: side(uniform), residualNorms: [5] };
      const model = { ...stamp, layers: 1, width };
      const texts = { kind: 'personas' as const, positive: names, negative: names, questions: ask };
      const [layer] = fitDirection({ model, texts, method: 'mean-difference', ...read }).layers;
      const input = { ...read, options: {}, layer: 0 };
      return {
        fitted: layer!.separation!.auc,
        each: toEnd(separationSteps(textFinder('mean-difference'), input))!.auc,
      };
    });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // One conversation at a time, it would look as if the sides differed.
    expect(mean(aucs.map(({ each }) => each))).toBeGreaterThan(0.8);
    expect(mean(aucs.map(({ fitted }) => fitted))).toBeLessThan(0.55);
  });

  it('holds out the questions of a single persona one by one', () => {
    const { positive, negative } = plant(3, 6, 16, 4);
    const input = { positive, negative, options: {}, layer: 0 };
    const finder = textFinder('mean-difference');
    expect(toEnd(separationSteps(finder, input, 6))).toEqual(toEnd(separationSteps(finder, input)));
  });

  it.each(finders.filter(({ needs }) => needs === 'texts' || needs === 'nothing'))(
    'fits $name and writes its options down',
    (finder) => {
      const kind = finder.needs === 'texts' ? finder.takes[0]! : 'pairs';
      const fitted = fitDirection(plantedFit(6, kind, finder.name));
      expect(fitted.source).toMatchObject({ method: finder.name, options: defaultsOf(finder) });
      expect(fitted.layers).toHaveLength(3);
      for (const { vector } of fitted.layers) expect(norm(vector)).toBeCloseTo(1, 6);
    },
  );

  it('says where both sides lie along the direction', () => {
    const [, , top] = fitDirection(plantedFit(20)).layers;
    // ± 5 along the planted direction, and the mean difference is the distance between the means.
    expect(top!.means!.positive).toBeGreaterThan(4);
    expect(top!.means!.negative).toBeLessThan(-4);
    expect(top!.means!.positive - top!.means!.negative).toBeCloseTo(top!.scale, 4);
  });

  it('gives random directions the residual norm as their size, without any text', () => {
    const input = { model: stamp, texts: null, method: 'random', positive: [], negative: [], residualNorms: [4, 5, 6] };
    const fitted = fitDirection({ ...input, options: { seed: 3 } });
    expect(fitted.source).toEqual({ method: 'random', options: { seed: 3 }, texts: null });
    expect(fitted.layers.map(({ scale }) => scale)).toEqual([4, 5, 6]);
    expect(fitted.layers.every(({ means, separation }) => means === undefined && separation === null)).toBe(true);
  });

  it('has vectors for tokens where the method makes them, and zeros where both prompts begin alike', () => {
    const input = plantedFit(5, 'prompts', 'activation-addition');
    const negative = [input.positive[0]!, ...input.negative.slice(1)];
    const [, , top] = fitDirection({ ...input, negative }).layers;
    expect(top!.positions).toHaveLength(5);
    expect(top!.positions![0]).toEqual({ vector: new Float32Array(16), scale: 0 });
    expect(norm(top!.positions![1]!.vector)).toBeCloseTo(1, 6);
    expect(top!.separation).toBeNull();
    expect(codeOf(() => fitDirection({ ...input, negative: negative.slice(1) }))).toBe('input-empty');
  });

  it('has transports where the method makes them', () => {
    const [, , top] = fitDirection(plantedFit(12, 'pairs', 'linear-transport')).layers;
    expect(top!.transport!.scale).toHaveLength(16);
    expect(top!.transport!.shift).toHaveLength(16);
  });

  it('leaves out layers where the sides are the same, and says which', () => {
    const input = plantedFit(4);
    // Before the first block all texts look alike that end in the same token.
    const alike = (residual: Float32Array) => residual.map((value, i) => (i < 16 ? 1 : value));
    const fitted = fitDirection({ ...input, positive: input.positive.map(alike), negative: input.negative.map(alike) });
    expect(fitted.layers.map(({ layer }) => layer)).toEqual([1, 2]);
    expect(fitted.notes).toEqual([expect.stringContaining('layer 0')]);
    expect(fitDirection({ ...input, notes: ['Two texts are the same.'] }).notes).toEqual(['Two texts are the same.']);
    expect(fitDirection(input)).not.toHaveProperty('notes');
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
    const separation = toEnd(
      separationSteps(textFinder('mean-difference'), { positive, negative, options: {}, layer: 0 }),
    );
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
    expect(codeOf(() => fitDirection({ ...input, options: { C: -1 }, method: 'logistic-probe' }))).toBe('unexpected');
    expect(codeOf(() => fitDirection({ ...input, texts: null }))).toBe('input-empty');
    expect(codeOf(() => fitDirection(plantedFit(1, 'pairs', 'mass-mean')))).toBe('input-empty');
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
