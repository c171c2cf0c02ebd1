import { describe, expect, it } from 'vitest';
import { effectCostScene, nearestPoint, type EffectCostPoint } from '../../../src/app/plots/effectCostScene.js';
import type { FigureColours } from '../../../src/app/plots/figure.js';
import { layerColours, rgbOf } from '../../../src/app/plots/layerColours.js';

const point = (
  key: string,
  effect: number,
  cost: number,
  kind: EffectCostPoint['kind'] = 'steered',
): EffectCostPoint => ({
  key,
  kind,
  label: key,
  effect,
  cost,
  state: 'within range',
});
const input = {
  curves: [{ name: 'layer 3', points: [point('a', -1, 4), point('origin', 0, 0), point('b', 1, 1)] }],
  others: [point('r', 0, 2, 'random'), point('p', 2, NaN, 'prompt')],
  frontier: [point('b', 1, 1), point('origin', 0, 0)],
  budget: 1,
  width: 640,
  height: 320,
};
const scene = effectCostScene(input);
const [a, origin, b] = scene.curves[0]!.points;

describe('effect against cost', () => {
  it('has costs on a square-root scale, effects upwards', () => {
    expect(origin!.x).toBe(scene.left);
    expect((a!.x - scene.left) / (b!.x - scene.left)).toBeCloseTo(2, 9);
    expect(b!.y).toBeLessThan(origin!.y);
    expect(origin!.y - b!.y).toBeCloseTo(a!.y - origin!.y, 9);
    expect(scene.budget).toBeCloseTo(b!.x, 9);
  });

  it('stays within its frame, and leaves out what has no figures', () => {
    const all = [...scene.curves.flatMap(({ points }) => points), ...scene.others];
    expect(all.map(({ key }) => key)).toEqual(['a', 'origin', 'b', 'r']);
    for (const { x, y } of all) {
      expect(x).toBeGreaterThanOrEqual(scene.left);
      expect(x).toBeLessThanOrEqual(scene.right);
      expect(y).toBeGreaterThan(scene.top);
      expect(y).toBeLessThan(scene.bottom);
    }
  });

  it('has the frontier in steps, by ascending cost, as far as the budget', () => {
    const steps = /^M44\.0 [\d.]+H[\d.]+V[\d.]+H([\d.]+)$/.exec(scene.frontier);
    expect(Number(steps![1])).toBeCloseTo(scene.budget, 9);
  });

  it('has round numbers that do not touch', () => {
    expect(scene.effects.map(({ label }) => label)).toEqual(['−1', '−0.5', '0', '+0.5', '+1']);
    const gaps = scene.costs.slice(1).map(({ at }, index) => at - scene.costs[index]!.at);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30);
  });

  it('is drawn of the baseline alone', () => {
    const alone = effectCostScene({ ...input, curves: [], others: [point('origin', 0, 0, 'baseline')], frontier: [] });
    expect(alone.others.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
    expect(alone.frontier).toBe('');
  });

  it('knows which point is meant', () => {
    expect(nearestPoint(scene, a!.x + 5, a!.y - 5)?.key).toBe('a');
    expect(nearestPoint(scene, a!.x + 50, a!.y - 50)).toBeNull();
  });
});

describe('the colours of layers', () => {
  const theme = (card: string) => ({ card }) as FigureColours;
  const lightness = (colour: string): number => {
    const [red, green, blue] = colour.match(/\d+/g)!.map((it) => (Number(it) / 255) ** 2.2);
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const contrast = (one: string, other: string): number => {
    const [low, high] = [lightness(one), lightness(other)].sort((a, b) => a - b);
    return (high! + 0.05) / (low! + 0.05);
  };

  it.each(['rgb(255,255,255)', 'rgb(27,29,35)'])('stand out from %s, and from their neighbours', (card) => {
    for (const count of [1, 2, 8, 16, 32]) {
      const colours = layerColours(count, theme(card));
      expect(new Set(colours).size).toBe(count);
      for (const colour of colours) expect(contrast(colour, card)).toBeGreaterThan(3);
      colours.slice(1).forEach((colour, index) => expect(contrast(colour, colours[index]!)).toBeGreaterThan(1.4));
    }
  });

  it('are those that OKLCH has for sRGB’s primaries', () => {
    // As CSS Color 4 converts them: red, lime and blue.
    const primaries = [
      [0.62796, 0.25768, 29.2339],
      [0.86644, 0.29483, 142.4953],
      [0.45201, 0.31321, 264.052],
    ] as const;
    primaries.forEach(([lightness, chroma, hue], index) => {
      rgbOf(lightness, chroma, hue).forEach((channel, at) => expect(channel).toBeCloseTo(at === index ? 255 : 0, 0));
    });
  });
});
