import { describe, expect, it } from 'vitest';
import { minimumNormSolution, orthonormalBasis } from '../../../src/core/tensors/basis.js';
import { firstPrincipalComponent, principalComponents } from '../../../src/core/tensors/principal-component.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import {
  kthLargest,
  largestIndex,
  largestIndices,
  largestOf,
  smallestSetReaching,
} from '../../../src/core/tensors/selection.js';
import { cosine, dot, dotOfParts, norm, normalised } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

describe('vectors', () => {
  it('adds in double: a float32 sum would lose every small term', () => {
    const a = new Float32Array(1001).fill(1);
    a[0] = 2 ** 24;
    const b = new Float32Array(1001).fill(1);
    expect(dot(a, b)).toBe(2 ** 24 + 1000);
  });

  it('takes norms of values whose squares overflow float32', () => {
    expect(norm(Float32Array.of(3e30, 4e30)) / 5e30).toBeCloseTo(1, 6);
  });

  it('multiplies parts as it multiplies vectors, to the bit', () => {
    const uniform = uniformSource(3);
    const [a, b] = [Float32Array.from(gaussianVector(40, uniform)), Float32Array.from(gaussianVector(30, uniform))];
    expect(dotOfParts(a, 7, b, 2, 21)).toBe(dot(a.subarray(7, 28), b.subarray(2, 23)));
  });

  it('gives unit vectors and cosines, and 0 for the cosine with zero', () => {
    expect([...normalised([3, 4])]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect(cosine([1, 1], [1, 0])).toBeCloseTo(Math.SQRT1_2, 12);
    expect(cosine([0, 0], [1, 0])).toBe(0);
  });
});

describe('seeded random numbers', () => {
  it('are those of numpy.random.RandomState', () => {
    const { uniform } = readGolden<{ uniform: Record<string, number[]> }>('sampling');
    for (const [seed, expected] of Object.entries(uniform)) {
      const draw = uniformSource(Number(seed));
      expect(expected.map(() => draw())).toEqual(expected);
    }
  });

  it('make Gaussian vectors with mean 0 and variance 1', () => {
    const values = gaussianVector(20_001, uniformSource(3));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(dot(values, values) / values.length - 1)).toBeLessThan(0.03);
  });
});

describe('bases', () => {
  it('are orthonormal, span what they came from, and drop dependent vectors', () => {
    const uniform = uniformSource(5);
    for (let round = 0; round < 20; round++) {
      const [a, b] = [gaussianVector(16, uniform), gaussianVector(16, uniform)];
      const nearly = a.map((value, i) => value + 1e-3 * b[i]!);
      const both = a.map((value, i) => 2 * value - b[i]!);
      const basis = orthonormalBasis([a, nearly, both, b]);
      expect(basis).toHaveLength(2);
      for (const [i, row] of basis.entries()) {
        for (const [j, other] of basis.entries()) expect(dot(row, other)).toBeCloseTo(i === j ? 1 : 0, 12);
      }
      for (const vector of [a, b, both]) {
        const inside = Math.hypot(...basis.map((row) => dot(row, vector)));
        expect(inside / norm(vector)).toBeCloseTo(1, 10);
      }
    }
  });

  it('solve for the shortest vector with given projections', () => {
    const rows = [
      [1, 0, 0],
      [0.6, 0.8, 0],
    ];
    const x = minimumNormSolution(rows, [2, 1], orthonormalBasis(rows));
    // x₀ = 2 and 0.6·2 + 0.8·x₁ = 1, nothing along the third axis.
    expect(x[0]).toBeCloseTo(2, 12);
    expect(x[1]).toBeCloseTo(-0.25, 12);
    expect(x[2]).toBe(0);
  });
});

describe('the first principal component', () => {
  it('is exact for a line through the origin', () => {
    const { component, magnitude } = firstPrincipalComponent([
      [3, 4, 0],
      [-6, -8, 0],
    ]);
    expect(Math.abs(dot(component, [0.6, 0.8, 0]))).toBeCloseTo(1, 12);
    expect(magnitude).toBeCloseTo(Math.sqrt((25 + 100) / 2), 12);
  });

  it('is zero for zero rows', () => {
    expect(firstPrincipalComponent([[0, 0]]).magnitude).toBe(0);
  });
});

describe('principal components', () => {
  interface Spread {
    readonly rows: readonly number[][];
    readonly components: readonly number[][];
    readonly meanSquares: readonly number[];
  }
  const { few, many } = readGolden<{ few: Spread; many: Spread }>('planes');

  it.each([
    ['few rows, decomposed whole', few],
    ['many rows, searched', many],
  ])('are NumPy’s of %s', (_, { rows, components, meanSquares }) => {
    const found = principalComponents(rows, 3);
    found.forEach(({ component, magnitude }, k) => {
      expect(norm(component)).toBeCloseTo(1, 10);
      expect(Math.abs(cosine(component, components[k]!))).toBeGreaterThan(0.9999);
      expect(Math.abs(magnitude ** 2 / meanSquares[k]! - 1)).toBeLessThan(1e-5);
    });
    expect(dot(found[0]!.component, found[1]!.component)).toBeCloseTo(0, 8);
  });

  it('are found even where the next is nearly as large', () => {
    const uniform = uniformSource(2);
    const scale = Float64Array.from({ length: 40 }, (_, i) => (i < 2 ? [1.1, 1.05][i]! : 1));
    // ±√d·σᵢ·eᵢ: the covariance is exactly diagonal, so its components are known.
    const rows = Array.from({ length: 240 }, (_, n) => {
      const row = new Float64Array(40);
      row[n % 40] = (uniform() < 0.5 ? -1 : 1) * scale[n % 40]! * Math.sqrt(40);
      return row;
    });
    const found = principalComponents(rows, 2);
    found.forEach(({ component, magnitude }, k) => {
      expect(Math.abs(component[k]!)).toBeGreaterThan(0.9999);
      expect(magnitude).toBeCloseTo(scale[k]!, 8);
    });
  });

  it('end where the rows have no more', () => {
    const line = Array.from({ length: 3 }, (_, i) => [i + 1, 2 * (i + 1)]);
    expect(principalComponents(line, 2)[1]!.magnitude).toBe(0);
    const long = Array.from({ length: 300 }, (_, i) => [i + 1, 2 * (i + 1), 0]);
    const [first, second] = principalComponents(long, 2);
    expect(Math.abs(cosine(first!.component, [1, 2, 0]))).toBeCloseTo(1, 10);
    expect(second!.magnitude).toBeLessThan(1e-6 * first!.magnitude);
  });
});

describe('selection agrees with sorting', () => {
  const uniform = uniformSource(8);
  /** With many ties when `levels` is small. */
  const values = (length: number, levels: number): Float64Array =>
    Float64Array.from({ length }, () => Math.floor(uniform() * levels) / levels);

  it.each([1, 3, 1000])('with %i levels of value', (levels) => {
    for (const length of [1, 2, 3, 10, 257]) {
      const list = values(length, levels);
      const order = [...list.keys()].sort((a, b) => list[b]! - list[a]! || a - b);
      expect(largestIndex(list)).toBe(order[0]);
      const floats = Float32Array.from(list, (value) => -value);
      expect(largestOf(floats)).toBe(Math.max(...floats));
      expect(largestOf(Float32Array.of(NaN, ...floats))).toBe(Math.max(...floats));
      for (const k of [1, 2, Math.ceil(length / 2), length, length + 4]) {
        expect(largestIndices(list, k)).toEqual(order.slice(0, k));
        if (k <= length) expect(kthLargest(list.slice(), k)).toBe(list[order[k - 1]!]);
      }
      const total = list.reduce((sum, value) => sum + value, 0);
      for (const share of [0.01, 0.3, 0.5, 0.9, 1]) {
        let size = 0;
        for (let sum = 0; size === 0 || (size < length && sum < share * total - 1e-9); size++)
          sum += list[order[size]!]!;
        const { threshold, ties } = smallestSetReaching(list.slice(), share * total - 1e-9);
        const above = list.filter((value) => value > threshold).length;
        if (total > 0) expect(above + ties).toBe(size);
        expect(list.includes(threshold)).toBe(true);
      }
    }
  });
});
