import { describe, expect, it } from 'vitest';
import { effectCostScene, nearestPoint, type EffectCostPoint } from '../../../src/app/plots/effectCostScene.js';
import { layerColours } from '../../../src/app/plots/layerColours.js';

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

  it('has the frontier in steps, by ascending cost', () => {
    expect(scene.frontier).toMatch(/^M44\.0 [\d.]+H[\d.]+V[\d.]+H628$/);
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

it('layers run through the theme’s colours, first to last', () => {
  const theme = ['ink', 'mute', 'line', 'card'].reduce((all, name) => ({ ...all, [name]: '#000000' }), {});
  const colours = { ...theme, accent: '#0000ff', positive: 'rgb(0,100,0)', negative: 'rgb(100,0,0)' } as never;
  expect(layerColours(3, colours)).toEqual(['rgb(0,100,0)', 'rgb(0,0,255)', 'rgb(100,0,0)']);
  expect(layerColours(2, colours)).toEqual(['rgb(0,100,0)', 'rgb(100,0,0)']);
  expect(layerColours(1, colours)).toEqual(['rgb(0,100,0)']);
  expect(new Set(layerColours(30, colours)).size).toBe(30);
});
