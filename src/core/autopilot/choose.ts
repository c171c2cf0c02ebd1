import type { FittedDirection } from '../directions/direction.js';
import { judge, type VerdictLimits } from '../measures/index.js';
import { studentReach } from '../statistics/student.js';
import { steeredSetting } from '../sweeps/index.js';
import { addedAt } from './application.js';
import type { Measurer } from './measurer.js';
import { search, type SearchInput, type SearchResult } from './search.js';
import { armKey } from './trial.js';

/**
 * Searches among fitted directions on a measurer's prompts.
 *
 * @param directions by the name of the way in which each was found, the one that is tried everywhere first
 * @param input `limits` say from where on a text is broken, which is not chosen
 */
export function choose(
  directions: ReadonlyMap<string, FittedDirection>,
  measurer: Measurer,
  {
    limits,
    ...input
  }: Pick<SearchInput, 'layers' | 'budget' | 'prompts' | 'onProgress'> & { readonly limits?: VerdictLimits },
): Promise<SearchResult> {
  const methods = [...directions].map(([name, { layers }]) => ({ name, layers: layers.map(({ layer }) => layer) }));
  return search({
    ...input,
    methods,
    async measure(trials) {
      const points = await measurer.points(
        trials.map(({ arm, strength, prompts }) => ({
          setting: steeredSetting('steered', armKey(arm), arm.layers, strength),
          means: { plan: addedAt(directions.get(arm.method)!, arm.layers, strength) },
          on: prompts,
        })),
      );
      return points.map(({ effect, cost, texts, unread, figures, interval }) => {
        return {
          effect,
          cost,
          texts,
          sound: judge(figures, limits).verdict !== 'broken',
          variance: varianceOf(interval, texts - unread),
        };
      });
    },
  });
}

/** Variance of one value, from the 95 % interval of the mean of some. */
function varianceOf(interval: readonly [number, number] | null, count: number): number {
  if (!interval) return NaN;
  const deviationOfMean = (interval[1] - interval[0]) / 2 / studentReach(0.95, count - 1);
  return deviationOfMean ** 2 * count;
}
