import type { FittedDirection } from '../directions/direction.js';
import { judge, type VerdictLimits } from '../measures/index.js';
import type { Scope } from '../steering/plan.js';
import { steeredSetting } from '../sweeps/index.js';
import { addedAt } from './application.js';
import { likenessOfDirections } from './likeness.js';
import type { Measurer } from './measurer.js';
import { search, type SearchInput, type SearchResult } from './search.js';
import { armKey } from './trial.js';

/**
 * Searches among fitted directions on a measurer's prompts.
 *
 * @param directions by the name of the way in which each was found, the one that is tried everywhere first
 * @param input `limits` say from where on a text is broken, which is not chosen; `scope`, which tokens are steered
 */
export function choose(
  directions: ReadonlyMap<string, FittedDirection>,
  measurer: Measurer,
  {
    limits,
    scope,
    ...input
  }: Pick<SearchInput, 'layers' | 'budget' | 'prompts' | 'onProgress'> & {
    readonly limits?: VerdictLimits;
    readonly scope?: Scope | undefined;
  },
): Promise<SearchResult> {
  const methods = [...directions].map(([name, { layers }]) => ({ name, layers: layers.map(({ layer }) => layer) }));
  // Read off the vectors once: a search asks for thousands of pairs of arms.
  const likenesses = new Map(
    [...directions].map(([name, a]) => [
      name,
      new Map([...directions].map(([other, b]) => [other, a === b ? 1 : likenessOfDirections(a, b)])),
    ]),
  );
  return search({
    ...input,
    methods,
    likeness: (a, b) => likenesses.get(a)?.get(b) ?? 0,
    async measure(trials) {
      const asked = trials.map(({ arm, strength, prompts }) => ({
        setting: steeredSetting('steered', armKey(arm), arm.layers, strength),
        means: { plan: addedAt(directions.get(arm.method)!, arm.layers, strength, scope) },
        on: prompts,
      }));
      const points = await measurer.points(asked);
      return points.map(({ effect, cost, texts, figures }, index) => {
        const { setting, on } = asked[index]!;
        const sound = judge(figures, limits).verdict !== 'broken';
        return { effect, cost, texts, sound, gains: measurer.gains(setting, on) };
      });
    },
  });
}
