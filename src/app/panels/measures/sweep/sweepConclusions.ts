/** What a sweep comes to, for a report: a conclusion for each direction that was swept. */
import type { VerdictLimits } from '../../../../core/measures/index.js';
import { effects } from '../../../../core/outcomes/index.js';
import type { ReportedConclusion } from '../../../../core/report/index.js';
import type { SweepRun } from '../../../stores/sweep.js';
import { sweepBest } from './sweepBest.js';
import { sweepRows, usualToward } from './sweepRows.js';

export function sweepConclusions(run: SweepRun, limits: VerdictLimits): readonly ReportedConclusion[] {
  const toward = usualToward(run);
  return run.directions.flatMap((direction) => {
    const rows = sweepRows(run, direction, toward, limits);
    const { label = '', unit = '' } = effects.find(({ name }) => name === direction.choice.effect) ?? {};
    const best = sweepBest(rows, { toward, unit, direction });
    if (!best) return [];
    const isPartial = rows.some(({ missing }) => missing > 0);
    const note = `Effect: ${label}, gained over the text without steering. The sweep was on ${run.model}${isPartial ? ', and not all of its texts are written' : ''}.`;
    return [{ title: `Sweep of “${direction.name}”`, sentences: [...best.sentences, note], table: null }];
  });
}
