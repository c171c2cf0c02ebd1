import type { Outcome, Trial } from '../../../src/core/autopilot/trial.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';

/** A made-up model: what a setting does to a text is known exactly, and each prompt differs a little. */
export interface Landscape {
  readonly methods: readonly { readonly name: string; readonly layers: readonly number[] }[];
  /** Methods find directions that have little to do with each other. */
  readonly likeness: (a: string, b: string) => number;
  readonly layers: number;
  readonly prompts: number;
  /** Mean over endlessly many texts. */
  readonly truth: (
    method: string,
    layers: readonly [number, number],
    strength: number,
  ) => Pick<Outcome, 'effect' | 'cost'>;
  readonly measure: (trials: readonly Trial[]) => Promise<readonly Outcome[]>;
  /** The most effect that any arm has at a cost, by a fine grid. */
  readonly bestAt: (budget: number) => number;
}

/**
 * One layer is best; a method that is not the first may be better. Effects saturate with the strength, costs grow as its
 * square at first.
 *
 * @param noise of one text, as a share of the best effect
 */
export function landscapeOf(seed: number, noise: number, layers = 8, prompts = 8): Landscape {
  const chance = uniformSource(seed);
  const all = Array.from({ length: layers }, (_, layer) => layer);
  const methods = ['a', 'b', 'c'].map((name) => ({ name, layers: all }));
  const peak = chance() * (layers - 1);
  const breadth = (0.12 + 0.3 * chance()) * layers;
  const goodness = methods.map(() => 0.7 + 0.5 * chance());
  const ends = [4 + 16 * chance(), 4 + 16 * chance()] as const;
  const price = all.map((layer) => (ends[0] + ((ends[1] - ends[0]) * layer) / layers) * (0.9 + 0.2 * chance()));
  const truth: Landscape['truth'] = (method, [from, to], strength) => {
    const width = to - from + 1;
    const at = all.slice(from, to + 1);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const gain = mean(at.map((layer) => Math.exp(-0.5 * ((layer - peak) / breadth) ** 2)));
    const push = strength * width ** 0.75;
    const cost = (mean(at.map((layer) => price[layer]!)) * push ** 2) / (1 + 0.5 * push);
    return { effect: goodness['abc'.indexOf(method)]! * gain * Math.tanh(2 * push), cost };
  };
  let texts = 0;
  const measure: Landscape['measure'] = (trials) =>
    Promise.resolve(
      trials.map(({ arm, strength, prompts: tried }) => {
        const { effect, cost } = truth(arm.method, arm.layers, strength);
        const luck = [...gaussianVector(2 * tried.length, uniformSource(seed * 7919 + ++texts))];
        const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
        const gains = luck.slice(0, tried.length).map((one) => effect + noise * one);
        return {
          effect: mean(gains),
          cost: cost * Math.exp(noise * mean(luck.slice(tried.length))),
          texts: tried.length,
          sound: cost < 5,
          gains,
        };
      }),
    );
  const bestAt = (budget: number): number => {
    let best = -Infinity;
    for (const { name } of methods)
      for (let from = 0; from < layers; from++)
        for (const width of [1, Math.round(layers / 3)])
          for (let strength = 0.01; strength < 3 && from + width <= layers; strength *= 1.03) {
            const { effect, cost } = truth(name, [from, from + width - 1], strength);
            if (cost <= budget) best = Math.max(best, effect);
          }
    return best;
  };
  const likeness = (a: string, b: string): number => (a === b ? 1 : 0.5);
  return { methods, likeness, layers, prompts, truth, measure, bestAt };
}
