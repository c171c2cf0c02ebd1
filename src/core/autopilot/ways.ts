import { takesTexts, type Finder } from '../directions/index.js';
import { logisticProbe } from '../directions/logistic-probe.js';
import { massMean } from '../directions/mass-mean.js';
import { meanDifference } from '../directions/mean-difference.js';
import { pairComponent } from '../directions/pair-component.js';
import type { ContrastTexts } from '../directions/direction.js';

/** Ways that are cheap to find and known to steer, in the order in which they are believed in. */
const candidates = [meanDifference, pairComponent, logisticProbe, massMean] as const satisfies readonly Finder[];

/** Names of the ways that can work with these texts; the first is tried everywhere. */
export function waysFor({ kind, positive, negative }: ContrastTexts): readonly string[] {
  const texts = Math.min(positive.length, negative.length);
  return candidates
    .filter((finder) => takesTexts(finder, kind) && texts >= ('fewest' in finder ? (finder.fewest ?? 1) : 1))
    .map(({ name }) => name);
}
