/** The safe range of a direction of the bundled model, and whether it holds for texts that were not used for it. */
import { calibrationPrompts } from '../../src/app/presets/calibration.js';
import { addPlan, everywhere, expect, generatedOnly, noPlan, test } from './fixtures.js';

const budget = 1.5;
const prompts = calibrationPrompts('bundled', false);
const heldOut = [
  'One day, the two friends went to the park.',
  'There was something in the box on the table.',
  'Two friends found a key under a stone.',
  'After lunch, they walked to the shop.',
];

/** Of the texts a range is measured by, sweep.spec compares both devices; SwiftShader would write them for minutes. */
const slowThere = 'SwiftShader is slow, and sweep.spec compares both devices';

test('texts at both ends of the range, of other prompts and seeds, cost about the budget', async ({ page, engine }) => {
  test.skip(engine.device === 'webgpu', slowThere);
  const { points, range } = await page.evaluate(
    ([plan, budget, prompts]) => window.engine.calibrate(plan, budget, prompts),
    [addPlan(1), budget, prompts] as const,
  );
  expect(range).not.toBeNull();
  expect(range!.ends).toEqual({ from: true, to: true });
  expect(points.find(({ strength }) => strength === 0)!.kl.every((kl) => kl === 0)).toBe(true);
  for (const strength of [range!.from, range!.to]) {
    const costs: number[] = [];
    for (const [at, prompt] of heldOut.entries()) {
      const cost = await page.evaluate(
        async ([plan, prompt, seed]) => {
          const sampling = { temperature: 0.7, topP: 0.95, seed, maxNewTokens: 48 };
          const { rows } = await window.engine.write({ prompt, sampling, rows: { steered: plan } });
          const { kl, promptLength } = await window.engine.compare(rows['steered']!.textId, plan);
          const generated = kl.slice(promptLength);
          return generated.reduce((sum, value) => sum + value, 0) / generated.length;
        },
        [addPlan(strength), prompt, 51 + at] as const,
      );
      costs.push(cost);
    }
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
    expect(mean).toBeLessThan(1.15 * budget);
    expect(mean).toBeGreaterThan(0.4 * budget);
  }
});

test('a smaller budget and more layers make the range smaller', async ({ page, engine }) => {
  test.skip(engine.device === 'webgpu', slowThere);
  const widthOf = async (layers: readonly number[], budget: number): Promise<number> => {
    const { range } = await page.evaluate(([plan, budget, prompts]) => window.engine.calibrate(plan, budget, prompts), [
      addPlan(1, generatedOnly, layers),
      budget,
      prompts,
    ] as const);
    return range!.to - range!.from;
  };
  const wide = await widthOf([3], budget);
  expect(await widthOf([3], 0.4)).toBeLessThan(0.8 * wide);
  expect(await widthOf([2, 3, 4, 5], budget)).toBeLessThan(0.8 * wide);
});

test('what does nothing is safe as far as the slider goes, without a text', async ({ page }) => {
  const { points, range } = await page.evaluate(
    ([plan, budget, prompts]) => window.engine.calibrate(plan, budget, prompts),
    [noPlan, budget, prompts] as const,
  );
  expect(range).toEqual({ from: -2, to: 2, ends: { from: false, to: false } });
  expect(points.every(({ kl }) => kl.every((value) => value === 0))).toBe(true);
});

test('a text that is asked for meanwhile comes first', async ({ page, engine }) => {
  test.skip(engine.device === 'webgpu', slowThere);
  const order = await page.evaluate(
    ([plan, budget, prompts]) => window.engine.calibrateAndWrite(plan, budget, prompts),
    [addPlan(1, everywhere, [4]), budget, prompts] as const,
  );
  expect(order).toEqual(['text', 'calibration']);
});

test('a conversation cannot be read by a model that does not chat', async ({ page }) => {
  const failure = await page.evaluate(
    ([plan, budget, prompts]) => window.failure(window.engine.calibrate(plan, budget, prompts)),
    [addPlan(1), budget, calibrationPrompts('other', true)] as const,
  );
  expect(failure.name).toBe('SteerboardError');
});
