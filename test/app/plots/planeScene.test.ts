import { describe, expect, it } from 'vitest';
import {
  arrowPath,
  dotsPath,
  fromPixel,
  linePath,
  nearestPoint,
  pointsOf,
  steadyWindow,
  strengthRings,
  toPixel,
  windowOf,
} from '../../../src/app/plots/planeScene.js';

const size = { width: 400, height: 200 };
const fixed = [
  { x: -10, y: 2 },
  { x: 30, y: -6 },
];
const window = windowOf(size, fixed, [], 1);

describe('the window on a plane', () => {
  it('shows what has to be seen and the origin, with the same unit both ways', () => {
    for (const point of [...fixed, { x: 0, y: 0 }]) {
      const { x, y } = toPixel(window, point);
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(400);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(200);
    }
    const [zero, right, up] = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 0, y: 1 },
    ].map((point) => toPixel(window, point));
    expect(right!.x - zero!.x).toBeCloseTo(zero!.y - up!.y, 9);
    expect(right!.x).toBeGreaterThan(zero!.x);
    expect(up!.y).toBeLessThan(zero!.y);
  });

  it('leads back from pixels', () => {
    const back = fromPixel(window, toPixel(window, { x: 3.5, y: -1.25 }));
    expect(back.x).toBeCloseTo(3.5, 9);
    expect(back.y).toBeCloseTo(-1.25, 9);
  });

  it('widens for tokens, but not for one that lies far away', () => {
    const near = windowOf(size, fixed, [{ x: 45, y: 0 }], 1);
    expect(toPixel(near, { x: 45, y: 0 }).x).toBeLessThan(400);
    const far = windowOf(size, fixed, [{ x: 4000, y: 0 }], 1);
    expect(toPixel(far, { x: 4000, y: 0 }).x).toBeGreaterThan(400);
    expect(far.scale).toBeGreaterThan(window.scale / 3);
    expect(windowOf(size, fixed, [{ x: NaN, y: NaN }], 1)).toEqual(window);
  });

  it('is there for nothing but the origin', () => {
    const { scale } = windowOf(size, [], [], 5);
    expect(scale).toBeGreaterThan(0);
    expect(Number.isFinite(scale)).toBe(true);
  });
});

describe('the window that is kept', () => {
  const wide = windowOf(size, [...fixed, { x: 60, y: 20 }], [], 1);

  it('stays while everything is in it, though a new one would be narrower', () => {
    expect(steadyWindow(wide, window, fixed, [{ x: 5, y: 5 }])).toBe(wide);
  });

  it('gives way when an arrow or a text lies outside or at its edge, or its size has changed', () => {
    const tip = { x: 60, y: 20 };
    expect(steadyWindow(window, wide, [...fixed, tip], [])).toBe(wide);
    const edge = fromPixel(window, { x: 399, y: 100 });
    expect(steadyWindow(window, wide, [...fixed, edge], [])).toBe(wide);
    const larger = windowOf({ width: 500, height: 200 }, fixed, [], 1);
    expect(steadyWindow(window, larger, fixed, [])).toBe(larger);
  });

  it('gives way to many tokens outside, and not to a few or to those that are too far for any window', () => {
    const inside = Array.from({ length: 19 }, () => ({ x: 1, y: 1 }));
    const outside = { x: 60, y: 18 };
    expect(steadyWindow(window, wide, fixed, [...inside, outside])).toBe(window);
    expect(steadyWindow(window, wide, fixed, [outside, outside, ...inside.slice(0, 1)])).toBe(wide);
    expect(steadyWindow(window, wide, fixed, [{ x: 9000, y: 0 }, { x: NaN, y: NaN }])).toBe(window); // prettier-ignore
  });
});

describe('paths', () => {
  const unknown = { x: NaN, y: NaN };
  it('make a dot of every known point, and a line that begins anew after one that is not known', () => {
    const points = [{ x: 0, y: 0 }, { x: 1, y: 1 }, unknown, { x: 2, y: 2 }, { x: 3, y: 3 }];
    expect(dotsPath(window, points).match(/M[^M]*h0/g)).toHaveLength(4);
    expect(linePath(window, points).replace(/[\d. -]+/g, '')).toBe('MLML');
  });

  it('end an arrow at its tip', () => {
    const { x, y } = toPixel(window, { x: 5, y: 1 });
    expect(arrowPath(window, { x: 5, y: 1 })).toContain(`L${x.toFixed(1)} ${y.toFixed(1)}M`);
  });

  it('read coordinates in pairs', () => {
    expect(pointsOf(Float32Array.of(1, 2, 3, 4))).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 4 },
    ]);
  });
});

describe('the nearest point', () => {
  it('is found within reach, and not beyond', () => {
    const at = toPixel(window, fixed[1]!);
    expect(nearestPoint(window, fixed, { x: at.x + 3, y: at.y }, 5)).toBe(1);
    expect(nearestPoint(window, fixed, { x: at.x + 9, y: at.y }, 5)).toBe(-1);
  });
});

describe('circles of equal strength', () => {
  it('stand apart and end at the strongest strength', () => {
    for (const norm of [0.5, 10, 400]) {
      const rings = strengthRings(window, norm);
      rings.forEach((ring, index) => {
        expect(ring).toBeLessThanOrEqual(2);
        if (index > 0) expect((ring - rings[index - 1]!) * norm * window.scale).toBeGreaterThan(30);
      });
    }
    expect(strengthRings(window, 20).length).toBeGreaterThan(0);
  });
});
