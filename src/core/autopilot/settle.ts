import type { Prompt } from '../chat/prompt.js';
import type { FittedDirection } from '../directions/direction.js';
import { judge, type Verdict, type VerdictLimits } from '../measures/index.js';
import type { Scope } from '../steering/plan.js';
import { steeredSetting, type MeasuredPoint } from '../sweeps/index.js';
import { addedAt } from './application.js';
import type { Measurer, ToMeasure } from './measurer.js';
import type { Place } from './trial.js';

/** What is accepted of whole texts. */
export interface Accepted {
  /** The worst state that a text may be in. */
  readonly worst: Exclude<Verdict, 'broken'>;
  readonly limits: VerdictLimits;
}

/** A strength with whether texts as long as they will be written are in an accepted state. */
export interface Settled {
  readonly strength: number;
  readonly accepted: boolean;
}

/** Shares of the chosen strength that are tried, the largest first. */
export const settlingShares = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
const ranks: Readonly<Record<Verdict, number>> = { 'within range': 0, strained: 1, broken: 2 };

/**
 * Lowers a strength until whole texts are in an accepted state. A search looks at the beginnings of many texts; a text that is
 * three times as long may have begun to repeat itself by its end. Accepted is the largest share of the strength at which
 * the mean of all texts' figures is, and so is the first prompt's text by itself, which is the one that will be looked at.
 *
 * @param measurer of texts as long as they will be written
 * @returns the smallest strength that was tried where none is accepted
 */
export async function settle(
  {
    direction,
    layers,
    strength,
    scope,
  }: {
    readonly direction: FittedDirection;
    readonly layers: Place;
    readonly strength: number;
    readonly scope?: Scope | undefined;
  },
  measurer: Measurer,
  prompts: readonly Prompt[],
  { worst, limits }: Accepted,
): Promise<Settled> {
  const isAccepted = ({ figures, texts }: MeasuredPoint): boolean =>
    texts > 0 && ranks[judge(figures, limits).verdict] <= ranks[worst];
  // Often the first is accepted; of the others all are written at once, which takes little longer than one of them.
  for (const shares of [settlingShares.slice(0, 1), settlingShares.slice(1)]) {
    const tried = shares.map((share) => strength * share);
    const on = (these: readonly number[]) =>
      tried.map((at): ToMeasure => ({
        setting: steeredSetting('steered', 'settling', layers, at),
        means: { plan: addedAt(direction, layers, at, scope) },
        on: these,
      }));
    const all = await measurer.points(on(prompts.map((_, prompt) => prompt)));
    const first = await measurer.points(on([0]));
    const found = tried.findIndex((_, index) => isAccepted(all[index]!) && isAccepted(first[index]!));
    if (found >= 0) return { strength: tried[found]!, accepted: true };
  }
  return { strength: strength * settlingShares.at(-1)!, accepted: false };
}
