import { expect, it } from 'vitest';
import { paired, type PromptGain } from '../../../src/core/autopilot/pairing.js';

const on = (effect: number, own: readonly number[], prompts: readonly number[]): readonly PromptGain[] =>
  prompts.map((prompt) => ({ prompt, gain: effect + own[prompt]!, weight: 1 }));

it('an arm that had the generous prompts is not taken for the better one', () => {
  const own = [1, 1, 1, -1, -1, -1];
  const all = [0, 1, 2, 3, 4, 5];
  // Many arms on all prompts say what is the prompts' own; the last two had three each.
  const arms = [...Array.from({ length: 12 }, () => on(0, own, all)), on(0.2, own, [3, 4, 5]), on(0, own, [0, 1, 2])];
  const [better, worse] = paired(arms).effects.slice(-2);
  expect(better!.effect - worse!.effect).toBeGreaterThan(0);
  expect(better!.effect - worse!.effect).toBeCloseTo(0.2, 0);
});

it('on the same prompts arms differ by exactly the difference of their means', () => {
  const own = [0.3, -0.4, 0.8];
  const { effects, noise } = paired([on(0.5, own, [0, 1, 2]), on(0.1, own, [0, 1, 2])]);
  expect(effects[0]!.effect - effects[1]!.effect).toBeCloseTo(0.4, 12);
  expect(effects.map(({ texts }) => texts)).toEqual([3, 3]);
  // What prompts differ in is not counted as chance, but for the part that is not believed of them.
  expect(noise).toBeLessThan(0.25 * ((0.3 ** 2 + 0.4 ** 2 + 0.8 ** 2) / 3));
});

it('what counts for little moves little', () => {
  const arm = [
    { prompt: 0, gain: 1, weight: 1 },
    { prompt: 1, gain: 9, weight: 0.01 },
  ];
  const { effects } = paired([arm]);
  expect(effects[0]!.texts).toBeCloseTo(1.01, 12);
  expect(Math.abs(effects[0]!.effect - 1)).toBeLessThan(0.6);
});
