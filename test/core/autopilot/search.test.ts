import { expect, it } from 'vitest';
import { search, type SearchProgress } from '../../../src/core/autopilot/search.js';
import type { Trial } from '../../../src/core/autopilot/trial.js';
import { SteerboardError } from '../../../src/core/errors.js';
import { landscapeOf, type Landscape } from './landscape.js';

const silent = { onProgress: () => undefined };

/** The choice's true effect over the best one at the same cost. */
async function shareOfBest(landscape: Landscape, budget: number): Promise<{ share: number; texts: number }> {
  const { best, texts } = await search({ ...landscape, ...silent, budget });
  const { effect, cost } = landscape.truth(best!.arm.method, best!.arm.layers, best!.strength);
  return { share: effect / landscape.bestAt(cost), texts };
}

it.each([0.5, 1.5, 3])(
  'finds nine tenths of the best effect where nothing is left to chance, at %f nats',
  async (budget) => {
    for (let seed = 1; seed <= 40; seed++) {
      const { share } = await shareOfBest(landscapeOf(seed, 0), budget);
      expect(share, `landscape ${seed}`).toBeGreaterThan(0.9);
    }
  },
);

it('takes less than a tenth of the texts of a sweep over methods, places, nine strengths and prompts', async () => {
  const { texts } = await shareOfBest(landscapeOf(3, 0), 1.5);
  expect(texts).toBeLessThan((3 * 14 * 9 * 8) / 10);
});

it('finds nine tenths of it in nine of ten landscapes where a single text may be off by a fifth of the best effect', async () => {
  let found = 0;
  for (let seed = 1; seed <= 60; seed++) if ((await shareOfBest(landscapeOf(seed, 0.2), 1.5)).share > 0.9) found++;
  expect(found).toBeGreaterThanOrEqual(54);
});

it('looks between the layers of a deep model, and stays within its texts', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { share, texts } = await shareOfBest(landscapeOf(seed, 0.05, 30), 1.5);
    expect(share, `landscape ${seed}`).toBeGreaterThan(0.85);
    expect(texts).toBeLessThan(300);
  }
});

it('the choice is within the budget, as it was measured on all prompts', async () => {
  const { best } = await search({ ...landscapeOf(5, 0.2), ...silent, budget: 1 });
  expect(best!.outcome.cost).toBeLessThanOrEqual(1);
  expect(best!.outcome.texts).toBeGreaterThanOrEqual(8);
  expect(best!.outcome.sound).toBe(true);
});

it('the same outcomes give the same choice', async () => {
  const twice = [0, 1].map(() => search({ ...landscapeOf(9, 0.3), ...silent, budget: 1.5 }));
  const [first, second] = await Promise.all(twice);
  expect(second).toEqual(first);
});

it('chooses nothing where everything breaks the text or costs too much', async () => {
  const landscape = landscapeOf(1, 0);
  const outcome = (cost: number, sound: boolean) => (trials: readonly Trial[]) =>
    Promise.resolve(
      trials.map(({ prompts }) => ({ effect: 1, cost, sound, texts: prompts.length, gains: prompts.map(() => 1) })),
    );
  const broken = await search({ ...landscape, ...silent, budget: 1, measure: outcome(0.5, false) });
  expect(broken.best).toBeNull();
  const dear = await search({ ...landscape, ...silent, budget: 1, measure: outcome(9, true) });
  expect(dear.best).toBeNull();
  expect(dear.ended).toBe('done');
});

it('passes over what could not be measured', async () => {
  const landscape = landscapeOf(4, 0);
  const measure = async (trials: readonly Trial[]) => {
    const outcomes = await landscape.measure(trials);
    return outcomes.map((outcome, index) => (trials[index]!.arm.layers[0] < 3 ? { ...outcome, effect: NaN } : outcome));
  };
  const { best } = await search({ ...landscape, measure, ...silent, budget: 1.5 });
  expect(best!.arm.layers[0]).toBeGreaterThanOrEqual(3);
  const nothing = (trials: readonly Trial[]) =>
    Promise.resolve(trials.map(() => ({ effect: NaN, cost: NaN, texts: 0, sound: false, gains: [] })));
  expect((await search({ ...landscape, measure: nothing, ...silent, budget: 1.5 })).best).toBeNull();
});

it('has the best so far when it is cancelled, and nothing before the first texts', async () => {
  const landscape = landscapeOf(6, 0);
  let calls = 0;
  const cancelledAfter = (most: number) => (trials: readonly Trial[]) =>
    ++calls > most ? Promise.reject(new SteerboardError('cancelled', 'Cancelled.')) : landscape.measure(trials);
  const some = await search({ ...landscape, measure: cancelledAfter(3), ...silent, budget: 1.5 });
  expect(some.ended).toBe('cancelled');
  expect(some.best!.outcome.cost).toBeLessThanOrEqual(1.5);
  calls = 0;
  const none = await search({ ...landscape, measure: cancelledAfter(0), ...silent, budget: 1.5 });
  expect(none).toEqual({ best: null, ended: 'cancelled', arms: 0, trials: 0, texts: 0 });
});

it('other failures are not swallowed', async () => {
  const failing = () => Promise.reject(new SteerboardError('device-lost', 'The device is gone.'));
  await expect(search({ ...landscapeOf(6, 0), measure: failing, ...silent, budget: 1 })).rejects.toThrow('The device');
});

it('says what it does, and never fewer texts than before', async () => {
  const said: SearchProgress[] = [];
  await search({ ...landscapeOf(2, 0), budget: 1.5, onProgress: (progress) => said.push(progress) });
  expect(said[0]!.label).toBe('Looking how strong 14 places can be steered');
  expect(said.map(({ done }) => done)).toEqual(said.map(({ done }) => done).toSorted((a, b) => a - b));
  expect(said.every(({ done, of }) => done <= of)).toBe(true);
  expect(said.at(-1)!.label).toBe('Setting the strength of the 2 best on all prompts');
});

it('a method that was not tried at a place is, where it may be better there', async () => {
  const layers = [0, 1, 2, 3, 4, 5, 6, 7];
  // The first method does the same everywhere, so nothing it does points at the place where the second does much more.
  const effectOf = ({ method, layers: [from, to] }: Trial['arm']) =>
    method === 'b' && from === 6 && to === 6 ? 1.5 : 1;
  const { best } = await search({
    methods: ['a', 'b'].map((name) => ({ name, layers })),
    likeness: (a, b) => (a === b ? 1 : 0.3),
    layers: 8,
    prompts: 32,
    ...silent,
    budget: 1.5,
    measure: (trials) =>
      Promise.resolve(
        trials.map(({ arm, strength, prompts }, trial) => {
          const gains = prompts.map((prompt) => strength * effectOf(arm) + 0.05 * Math.sin(97 * prompt + 13 * trial));
          const effect = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
          return { effect, cost: 6 * strength ** 1.7, texts: prompts.length, sound: true, gains };
        }),
      ),
  });
  expect(best!.arm).toEqual({ method: 'b', layers: [6, 6] });
});

it('takes at most a tenth of the texts of the sweep, the unsteered ones too, even where the strength is set anew', async () => {
  const landscape = landscapeOf(1, 0.2, 8, 32);
  const four = ['a', 'b', 'c', 'd'].map((name) => ({ ...landscape.methods[0]!, name }));
  const measure: typeof landscape.measure = async (trials) => {
    const known = trials.map((trial) => ({ ...trial, arm: { ...trial.arm, method: 'a' } }));
    // On all prompts nothing is within the budget, whatever the strength.
    return (await landscape.measure(known)).map((one) => ({ ...one, cost: one.texts === 32 ? 2 : one.cost }));
  };
  const { best, texts } = await search({ ...landscape, methods: four, measure, ...silent, budget: 1.5 });
  expect(best).toBeNull();
  expect(texts + 32).toBeLessThanOrEqual((4 * 14 * 9 * 8) / 10);
});

/** What is dearer on later prompts than on those of the first rounds. */
const stepped = (jump: number) => ({
  methods: [{ name: 'm', layers: [0, 1, 2, 3, 4, 5] }],
  likeness: () => 1,
  layers: 6,
  prompts: 16,
  ...silent,
  budget: 1.5,
  measure: (trials: readonly Trial[]) =>
    Promise.resolve(
      trials.map(({ arm, strength, prompts }) => {
        const costs = prompts.map((prompt) => (prompt === 15 ? jump : 1) * strength ** 1.7);
        const cost = costs.reduce((sum, one) => sum + one, 0) / costs.length;
        const effect = strength * (1 + 0.1 * arm.layers[0]);
        return { effect, cost, texts: prompts.length, sound: true, gains: prompts.map(() => effect) };
      }),
    ),
});

it('sets the strength anew where all prompts cost more than a few did, and never falls back on few', async () => {
  const { best } = await search(stepped(8));
  expect(best!.outcome.texts).toBeGreaterThanOrEqual(16);
  expect(best!.outcome.cost).toBeLessThanOrEqual(1.5);
  const fixed = { ...stepped(1), prompts: 32 };
  // On all prompts nothing is within the budget, whatever the strength.
  const measure = async (trials: readonly Trial[]) =>
    (await fixed.measure(trials)).map((outcome) => ({ ...outcome, cost: outcome.texts > 8 ? 26 : outcome.cost }));
  expect((await search({ ...fixed, measure })).best).toBeNull();
});
