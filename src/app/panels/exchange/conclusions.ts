import type { ReportedConclusion } from '../../../core/report/index.js';
import { useFind } from '../../stores/find.js';
import { useLimits } from '../../stores/limits.js';
import { useSweep } from '../../stores/sweep.js';
import { foundConclusion } from '../measures/find/foundConclusion.js';
import { sweepConclusions } from '../measures/sweep/sweepConclusions.js';

/** What the search and the sweep of the experiment on the board came to, as far as there were any. */
export function conclusionsNow(): readonly ReportedConclusion[] {
  const { found } = useFind.getState();
  const { run } = useSweep.getState();
  const searched = found ? foundConclusion(found) : null;
  return [...(searched ? [searched] : []), ...(run ? sweepConclusions(run, useLimits.getState().limits) : [])];
}
