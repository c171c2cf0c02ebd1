import { describe, expect, it } from 'vitest';
import { againstRest, componentAxes, directionAxes, varianceShares, type Axes } from '../../../src/core/planes/axes.js';
import { lifted, projected, shadowOf, shareInside, turned, type Plane } from '../../../src/core/planes/plane.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { cosine, dot, norm, scaled, subtract } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

interface GoldenPlane {
  readonly axes: readonly (readonly number[])[];
  readonly points: readonly (readonly number[])[];
  readonly shares: readonly number[];
  readonly directionInside: number;
}
const { model } = readGolden<{
  model: { origin: number[]; direction: number[]; components: GoldenPlane; rest: GoldenPlane };
}>('planes');

const uniform = uniformSource(4);
const random = (width: number): Float32Array => Float32Array.from(gaussianVector(width, uniform));
const randomPlane = (width: number): Plane => ({
  origin: random(width),
  axes: directionAxes(random(width), random(width)),
});
const isOrthonormal = ([u, w]: Axes): void => {
  expect(dot(u, u)).toBeCloseTo(1, 6);
  expect(dot(w, w)).toBeCloseTo(1, 6);
  expect(dot(u, w)).toBeCloseTo(0, 6);
};
const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('a plane', () => {
  it('gives back the coordinates of what was lifted out of it, whatever its width', () => {
    for (const width of [2, 3, 17, 192]) {
      const plane = randomPlane(width);
      for (const point of [
        { x: 3, y: -4 },
        { x: 0, y: 0.01 },
        { x: -120, y: 7 },
      ]) {
        const vector = lifted(plane, point);
        const back = shadowOf(plane, vector);
        expect(back.x).toBeCloseTo(point.x, 4);
        expect(back.y).toBeCloseTo(point.y, 4);
        expect(norm(vector)).toBeCloseTo(Math.hypot(point.x, point.y), 4);
        expect(shareInside(plane, vector)).toBeCloseTo(1, 6);
      }
    }
  });

  it('has its origin at (0, 0), and shifts by what is added', () => {
    const plane = randomPlane(40);
    expect(projected(plane, plane.origin)).toEqual({ x: 0, y: 0 });
    const added = lifted(plane, { x: 2, y: 5 });
    const residual = plane.origin.map((value, i) => value + added[i]!);
    expect(projected(plane, residual).x).toBeCloseTo(2, 4);
    expect(projected(plane, residual).y).toBeCloseTo(5, 4);
  });

  it('says how much of a direction lies in it', () => {
    const axes: Axes = [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0)];
    const plane = { origin: new Float32Array(3), axes };
    expect(shareInside(plane, [0, 0, 5])).toBe(0);
    expect(shareInside(plane, [3, 0, 3])).toBeCloseTo(0.5, 12);
    expect(shareInside(plane, [0, -2, 0])).toBe(1);
  });

  it('turns what lies in it and leaves the rest', () => {
    const plane = randomPlane(24);
    const unit = scaled(random(24), 1);
    const direction = scaled(unit, 1 / norm(unit));
    expect(cosine(turned(plane, direction, 0), direction)).toBeCloseTo(1, 12);
    for (const angle of [0.3, Math.PI / 2, 3, -1.2]) {
      const after = turned(plane, direction, angle);
      expect(norm(after)).toBeCloseTo(1, 6);
      expect(shareInside(plane, after)).toBeCloseTo(shareInside(plane, direction), 5);
      const [from, to] = [shadowOf(plane, direction), shadowOf(plane, after)];
      const by = Math.atan2(to.y, to.x) - Math.atan2(from.y, from.x);
      expect(Math.cos(by - angle)).toBeCloseTo(1, 6);
      // Outside of the plane nothing moved.
      const change = subtract(after, direction);
      expect(shareInside(plane, change)).toBeCloseTo(1, 4);
      expect(cosine(turned(plane, after, -angle), direction)).toBeCloseTo(1, 6);
    }
    const back = turned(plane, lifted(plane, { x: 0.6, y: 0.8 }), Math.PI);
    expect(shadowOf(plane, back).x).toBeCloseTo(-0.6, 6);
  });
});

describe('axes', () => {
  it('of two directions keep the first and take its part out of the second', () => {
    const [a, b] = [random(30), random(30)];
    const axes = directionAxes(a, b);
    isOrthonormal(axes);
    expect(cosine(axes[0], a)).toBeCloseTo(1, 6);
    expect(dot(axes[1], b)).toBeGreaterThan(0);
    expect(shareInside({ origin: new Float32Array(30), axes }, b)).toBeCloseTo(1, 6);
    expect(codeOf(() => directionAxes(a, scaled(a, -3)))).toBe('direction-degenerate');
  });

  // The residuals that made the golden plane, as far as it shows them: what lies outside of it does not matter to it.
  const residuals = (plane: GoldenPlane): { positive: Float32Array[]; negative: Float32Array[] } => {
    const rows = plane.points.map(([x, y]) =>
      Float32Array.from(model.origin, (value, i) => value + x! * plane.axes[0]![i]! + y! * plane.axes[1]![i]!),
    );
    return { positive: rows.slice(0, 10), negative: rows.slice(10) };
  };

  it('of principal components are NumPy’s, with its signs and variances', () => {
    const sides = residuals(model.components);
    const axes = componentAxes(sides);
    isOrthonormal(axes);
    axes.forEach((axis, k) => expect(cosine(axis, model.components.axes[k]!)).toBeGreaterThan(0.9999));
    const shares = varianceShares(axes, sides);
    const [first, second] = model.components.shares as [number, number];
    expect(shares[0]).toBeCloseTo(first / (first + second), 5);
    expect(shares[1]).toBeCloseTo(second / (first + second), 5);
    const plane = { origin: Float32Array.from(model.origin), axes };
    expect(shareInside(plane, model.direction)).toBeCloseTo(model.components.directionInside, 4);
    sides.positive.forEach((row, i) => {
      const [x, y] = model.components.points[i]!;
      expect(projected(plane, row).x).toBeCloseTo(x!, 3);
      expect(projected(plane, row).y).toBeCloseTo(y!, 3);
    });
  });

  it('of a direction and the strongest that it leaves are NumPy’s', () => {
    const axes = againstRest(model.direction, residuals(model.rest));
    isOrthonormal(axes);
    expect(cosine(axes[0], model.rest.axes[0]!)).toBeGreaterThan(0.9999);
    expect(Math.abs(cosine(axes[1], model.rest.axes[1]!))).toBeGreaterThan(0.9999);
  });

  it('are refused where there is only a line', () => {
    const two = { positive: [random(9)], negative: [random(9)] };
    expect(codeOf(() => componentAxes(two))).toBe('direction-degenerate');
    const line = subtract(two.positive[0]!, two.negative[0]!);
    expect(codeOf(() => againstRest(line, two))).toBe('direction-degenerate');
  });
});
