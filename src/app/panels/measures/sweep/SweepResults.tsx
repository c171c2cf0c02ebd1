import { Alert, NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Toward } from '../../../../core/sweeps/index.js';
import { effects } from '../../../../core/outcomes/index.js';
import { changedParts, type PlannedSweep } from '../../../engine/sweepPlan.js';
import { Choice } from '../../../controls/Choice.js';
import { deviceNames } from '../../../look/devices.js';
import type { ContextPart, SweepRun } from '../../../stores/sweep.js';
import { useLimits } from '../../../stores/limits.js';
import { failureWords } from './failureWords.js';
import { PointTexts } from './PointTexts.js';
import { SaveSweep } from './SaveSweep.js';
import { SweepPictures } from './SweepPictures.js';
import { SweepTable } from './SweepTable.js';
import { SweepVerdict } from './SweepVerdict.js';
import { sweepRows, usualToward } from './sweepRows.js';
import { useSpacedRun } from './useSpacedRun.js';
import { useKeptWords } from '../keptWords.js';

const wanted = [
  { value: 'more', label: 'More of it' },
  { value: 'less', label: 'Less of it' },
] as const;

const partWords: Readonly<Record<Exclude<ContextPart, 'model'>, string>> = {
  directions: 'direction, or how it is applied',
  prompts: 'set of prompts',
  sampling: 'sampling or number of tokens',
  effect: 'effect',
  wordings: 'wish in words',
};

/** What a sweep found so far: pictures, the texts of a point, and a table of all. */
export function SweepResults({ plan }: { readonly plan: PlannedSweep | { readonly missing: string } | null }) {
  const run = useSpacedRun();
  const [of, setOf] = useState<string | null>(null);
  const [chosen, setToward] = useState<Toward | null>(null);
  const direction = run?.directions.find(({ id }) => id === of) ?? run?.directions[0];
  const toward = chosen ?? (run ? usualToward(run) : 'more');
  const limits = useLimits((state) => state.limits);
  const kept = useKeptWords('These results are', 'save them as CSV or JSON');
  const rows = useMemo(
    () => (run && direction ? sweepRows(run, direction, toward, limits) : []),
    [run, direction, toward, limits],
  );
  if (!run || !direction) return null;
  const { label = '', unit = '', unitMeans = '' } = effects.find(({ name }) => name === direction.choice.effect) ?? {};
  const shown = { rows, direction, effect: label, unit, unitMeans };
  return (
    <>
      <Notes run={run} plan={plan} />
      <SweepVerdict {...shown} run={run} toward={toward} />
      <div className="row wrap">
        {run.directions.length > 1 && (
          <NativeSelect
            size="xs"
            aria-label="Direction whose results are shown"
            value={direction.id}
            data={run.directions.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(event) => setOf(event.currentTarget.value)}
          />
        )}
        <div className="lab-choice">
          <Choice label="What is wanted" value={toward} options={wanted} onChange={setToward} />
        </div>
        <span className="spacer" />
        <SaveSweep run={run} />
      </div>
      <p className="quiet lab-note">{kept}</p>
      {rows.length === 0 ? (
        <p className="quiet lab-note">The first points are drawn as soon as their texts are written.</p>
      ) : (
        <>
          <SweepPictures {...shown} />
          <PointTexts run={run} rows={rows} direction={direction} />
          <SweepTable rows={rows} direction={direction} toward={toward} />
        </>
      )}
    </>
  );
}

/** "tales, fp32 weights on WASM" */
function madeWith({ model, weights: { revision, dtype, device } }: SweepRun): string {
  const which = revision === null ? '' : `, revision ${revision.slice(0, 7)}`;
  return `${model}${which}, ${dtype} weights on ${deviceNames[device]}`;
}

/** What keeps the results from being those of what is set now. */
function Notes({
  run,
  plan,
}: {
  readonly run: SweepRun;
  readonly plan: PlannedSweep | { readonly missing: string } | null;
}) {
  const changed = plan && 'context' in plan ? changedParts(run.context, plan.context) : [];
  const parts = changed.filter((part) => part !== 'model');
  const failed = failureWords(run);
  return (
    <>
      {changed.includes('model') && (
        <Alert color="yellow" role="status" p="xs">
          These results were made with another model than the one that is open: {madeWith(run)}. They are valid when it
          is open again. A new sweep replaces them.
        </Alert>
      )}
      {parts.length > 0 && (
        <Alert color="yellow" role="status" p="xs">
          These results are of older settings: another{' '}
          {new Intl.ListFormat('en').format(parts.map((it) => partWords[it]))}. A new sweep replaces them.
        </Alert>
      )}
      {run.error && (
        <Alert color="red" role="alert" p="xs">
          The sweep stopped: {run.error.message} What was done is kept.
        </Alert>
      )}
      {failed.map((sentence) => (
        <Alert key={sentence} color="red" role="alert" p="xs">
          {sentence}
        </Alert>
      ))}
    </>
  );
}
