/** Every finder that reads texts against NumPy and scikit-learn (recipes/finders), and on planted truth. */
import { describe, expect, it } from 'vitest';
import { finders, optionsOf, type FinderInput, type TextFinder } from '../../../src/core/directions/index.js';
import type { FinderOptions } from '../../../src/core/directions/finder.js';
import { separationSteps } from '../../../src/core/directions/separation.js';
import { SteerboardError } from '../../../src/core/errors.js';
import { toEnd } from '../../../src/core/steps.js';
import { decodeFloats } from '../../../src/core/formats/base64.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { cosine, norm, normalised } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

interface Found {
  readonly method: string;
  readonly options: FinderOptions;
  readonly direction: string;
  readonly heldOut: { readonly auc: number; readonly accuracy: number };
}
interface Golden {
  readonly planted: readonly {
    readonly width: number;
    readonly positive: string;
    readonly negative: string;
    readonly found: Readonly<Record<string, Found>>;
    readonly transport: Readonly<Record<'sorted' | 'gaussian', { readonly scale: string; readonly shift: string }>>;
  }[];
  readonly model: {
    readonly residuals: { readonly layer: number; readonly positive: string; readonly negative: string };
    readonly layers: readonly { readonly layer: number; readonly found: Readonly<Record<string, Found>> }[];
  };
}

const golden = readGolden<Golden>('finders');
const floats = (text: string): Float32Array => decodeFloats(text)!;

function rows(text: string, width: number): Float32Array[] {
  const values = floats(text);
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
}

function textFinder(name: string): TextFinder {
  return finders.filter((finder) => finder.needs === 'texts').find((finder) => finder.name === name)!;
}

/** Largest |a − b| over the norm of b. */
function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < b.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most / norm(b);
}

const { residuals, layers } = golden.model;
const cases = [
  ...golden.planted.map((data, index) => ({ ...data, where: `planted data ${index}` })),
  {
    where: `residuals of the bundled model at layer ${residuals.layer}`,
    width: 192,
    ...residuals,
    found: layers.find(({ layer }) => layer === residuals.layer)!.found,
  },
];

describe.each(cases)('on $where', ({ width, positive, negative, found }) => {
  const sides = { positive: rows(positive, width), negative: rows(negative, width), layer: 0 };

  it.each(Object.entries(found))(
    '%s is the reference’s, sign and length included',
    (_, { method, options, direction }) => {
      const finder = textFinder(method);
      const mine = finder.find({ ...sides, options: optionsOf(finder, options) });
      const tolerance = method.startsWith('mean') ? 1e-6 : 1e-4;
      expect(relativeDifference(mine, floats(direction))).toBeLessThan(tolerance);
    },
  );

  it.each(Object.entries(found))(
    '%s separates held-out texts as the reference does',
    (_, { method, options, heldOut }) => {
      const finder = textFinder(method);
      const separation = toEnd(separationSteps(finder, { ...sides, options: optionsOf(finder, options) }))!;
      expect(Math.abs(separation.accuracy - heldOut.accuracy)).toBeLessThan(0.01);
      expect(Math.abs(separation.auc - heldOut.auc)).toBeLessThan(0.01);
    },
  );
});

describe.each(golden.planted)(
  'linear transport between $width components',
  ({ width, positive, negative, transport }) => {
    it.each(['sorted', 'gaussian'] as const)('%s: ω and β are those of a least-squares line', (fit) => {
      const finder = textFinder('linear-transport');
      const input = { positive: rows(positive, width), negative: rows(negative, width), options: { fit }, layer: 0 };
      const { scale, shift } = finder.transport!(input);
      expect(relativeDifference(scale, floats(transport[fit].scale))).toBeLessThan(1e-5);
      expect(relativeDifference(shift, floats(transport[fit].shift))).toBeLessThan(1e-5);
    });
  },
);

it('linear transport moves a component that does not vary without stretching it', () => {
  const side = (values: number[]) => values.map((value) => Float32Array.of(value, 2));
  const input = { positive: side([4, 6]), negative: side([1, 2]), options: { fit: 'sorted' }, layer: 0 };
  const { scale, shift } = textFinder('linear-transport').transport!(input);
  expect([...scale]).toEqual([2, 1]);
  expect([...shift]).toEqual([2, 0]);
});

it('mean-centring takes the mean of all texts away, each counted once', () => {
  const side = (...values: number[]) => values.map((value) => Float32Array.of(value));
  const input = { positive: side(10, 14), negative: side(0, 1, 1), options: {}, layer: 0 };
  // mean(10, 14) − mean of all five
  expect(textFinder('mean-centring').find(input)[0]).toBeCloseTo(12 - 26 / 5, 12);
});

it('activation addition has a vector a token and their mean as its direction', () => {
  const side = (...values: number[][]) => values.map((value) => Float32Array.from(value));
  const input = { positive: side([1, 1], [3, 0]), negative: side([1, 1], [1, 4]), options: {}, layer: 0 };
  const finder = textFinder('activation-addition');
  expect(finder.positions!(input).map((vector) => [...vector])).toEqual([
    [0, 0],
    [2, -4],
  ]);
  expect([...finder.find(input)]).toEqual([1, -2]);
});

/** n texts a side in [d] with unit noise, ± `signal` along a planted unit direction. */
function plant(seed: number, n: number, width: number, signal: number): FinderInput & { planted: Float32Array } {
  const uniform = uniformSource(seed);
  const planted = normalised(gaussianVector(width, uniform));
  const side = (sign: number): Float32Array[] =>
    Array.from({ length: n }, () =>
      Float32Array.from(gaussianVector(width, uniform), (noise, i) => noise + sign * signal * planted[i]!),
    );
  return { planted, positive: side(1), negative: side(-1), options: {}, layer: 0 };
}

// METHODS, check 1. The noise of the mean difference is √(2·64/200) = 0.8 against a signal of 6: a cosine of 0.991 on
// average is the most that any method can have. The centred component is there to miss what all pairs share.
const planters: [string, FinderOptions][] = [
  ['mean-difference', {}],
  ['mean-centring', {}],
  ['pair-component', {}],
  ['mass-mean', {}],
  ['logistic-probe', { C: 0.001 }],
  ['linear-transport', {}],
];
it.each(planters)(
  '%s finds a planted direction, pointing to the positive side',
  (name, options) => {
    const finder = textFinder(name);
    const cosines = Array.from({ length: 4 }, (_, seed) => {
      const { planted, ...input } = plant(seed, 200, 64, 3);
      const given = { ...input, options: optionsOf(finder, options) };
      const swapped = finder.find({ ...given, positive: given.negative, negative: given.positive });
      expect(cosine(swapped, planted)).toBeLessThan(-0.98);
      return cosine(finder.find(given), planted);
    });
    expect(Math.min(...cosines)).toBeGreaterThan(0.98);
    expect(cosines.reduce((sum, value) => sum + value) / cosines.length).toBeGreaterThan(0.99);
  },
  60_000,
);

it('the centred component finds what pairs differ from each other in', () => {
  const { planted, positive, negative } = plant(3, 200, 64, 0);
  // Every other pair differs the other way round along the planted direction: their mean is nothing.
  const pull = (sign: number) => (residual: Float32Array, pair: number) =>
    residual.map((value, i) => value + sign * (pair % 2 === 0 ? 3 : -3) * planted[i]!);
  const input = { positive: positive.map(pull(1)), negative: negative.map(pull(-1)), options: {}, layer: 0 };
  expect(Math.abs(cosine(textFinder('pair-component-centred').find(input), planted))).toBeGreaterThan(0.985);
});

describe('options', () => {
  const probe = textFinder('logistic-probe');
  const massMean = textFinder('mass-mean');

  it('have defaults, and leave out those of other methods', () => {
    expect(optionsOf(probe, { seed: 4 })).toEqual({ C: 0.01 });
    expect(optionsOf(massMean)).toEqual({ inverse: 'shrunk' });
  });

  it.each([
    [probe, { C: 0 }, 'Choose a number from'],
    [probe, { C: NaN }, 'Choose a number from'],
    [probe, { C: 'much' }, 'Choose a number from'],
    [massMean, { inverse: 'left' }, 'Choose Shrunk'],
  ] as const)('%# are refused when they are out of range, with what can be chosen', (finder, options, words) => {
    expect(() => optionsOf(finder, options)).toThrow(words);
    expect(() => optionsOf(finder, options)).toThrow(SteerboardError);
  });

  it('of every finder have a default that they take', () => {
    for (const finder of finders)
      expect(Object.keys(optionsOf(finder))).toEqual(finder.options.map(({ name }) => name));
  });
});

describe('the mass-mean', () => {
  it.each(['shrunk', 'pseudo'])('lets its caller in between pieces of every fold, %s', (inverse) => {
    const finder = textFinder('mass-mean');
    const uniform = uniformSource(3);
    const side = (): Float32Array[] => Array.from({ length: 20 }, () => normalised(gaussianVector(60, uniform)));
    const steps = separationSteps(finder, { positive: side(), negative: side(), options: { inverse }, layer: 0 });
    // Of 35 texts in each of the eight folds, a row of the matrix, and one of the equations, at a time.
    expect([...steps].length).toBeGreaterThan(8 * 2 * 35);
  });
});
