import { Button, Progress } from '@mantine/core';
import { useMemo } from 'react';
import { mostTexts } from '../../../../core/sweeps/index.js';
import type { PlannedSweep } from '../../../engine/sweepPlan.js';
import { sweptElsewhere } from '../../../engine/experiments/measured.js';
import { cancelSweep, textsKept } from '../../../engine/sweeping.js';
import { duration } from '../../../look/numbers.js';
import { useSession } from '../../../stores/session.js';
import { useSweep, type SweepRun } from '../../../stores/sweep.js';
import { RunsElsewhere } from '../RunsElsewhere.js';

/** Of what a text's token takes alone, what it takes among others in a batch, and being measured; until a sweep was timed. */
const shareInBatch = 0.35;

/** How much there is to do, and the button that begins, goes on or ends it. */
export function SweepBar({
  plan,
  onStart,
}: {
  readonly plan: PlannedSweep | { readonly missing: string } | null;
  readonly onStart: () => void;
}) {
  const run = useSweep((state) => state.run);
  const aside = useSweep((state) => state.aside);
  const elsewhere = useMemo(() => sweptElsewhere({ aside }), [aside]);
  if (run?.task) return <Running run={run} />;
  if (elsewhere) return <RunsElsewhere what="A sweep" elsewhere={elsewhere} />;
  if (!plan) return <p className="quiet lab-note">The model is being opened.</p>;
  if ('missing' in plan) return <p className="lab-note sweep-missing">{plan.missing}</p>;
  return <Ready plan={plan} run={run} onStart={onStart} />;
}

function Running({ run }: { readonly run: SweepRun }) {
  const { progress, settings, texts } = run;
  const all = settings.reduce((sum, { cells }) => sum + cells.length, 0);
  const done = settings.reduce((sum, { cells }) => sum + cells.filter((id) => texts.has(id)).length, 0);
  const share = progress && progress.of > 0 ? progress.done / progress.of : 0;
  // What cannot be written is done at once, which says nothing of how long the others take.
  const left = progress && done > 0 && share > 0.02 ? progress.seconds * (1 / share - 1) : null;
  return (
    <div className="row wrap">
      <Progress
        aria-label="Sweep"
        size="sm"
        value={100 * share}
        style={{ flex: '1 1 120px' }}
        animated={progress === null}
      />
      <span className="quiet" role="status">
        {done} of {all} texts{left !== null && `, about ${duration(left)} left`}
      </span>
      <Button size="compact-sm" variant="default" onClick={cancelSweep}>
        Cancel
      </Button>
    </div>
  );
}

function Ready(props: { readonly plan: PlannedSweep; readonly run: SweepRun | null; readonly onStart: () => void }) {
  const { plan, run, onStart } = props;
  const tokens = useSweep((state) => state.spec.tokens);
  const seconds = useSecondsPerToken();
  const ready = useSession((state) => state.phase === 'ready');
  const { settings, prompts, seeds } = plan;
  const kept = textsKept(run, plan);
  const ids = settings.flatMap(({ cells }) => cells);
  const missing = ids.filter((id) => !kept.has(id)).length;
  const begun = missing < ids.length;
  const tooMany = ids.length > mostTexts;
  const time = seconds === null ? '' : `, about ${duration(missing * tokens * seconds)}`;
  return (
    <div className="row wrap">
      <span className="quiet" style={{ flex: '1 1 200px' }} role="status">
        {settings.length} settings × {count(prompts.length, 'prompt')} × {count(seeds.length, 'seed')}
        {tooMany
          ? ` are ${ids.length} texts. At most ${mostTexts} are written at once: take fewer strengths, layers, prompts or seeds.`
          : missing === 0
            ? ': all texts are there'
            : `: ${missing} ${begun ? 'more ' : ''}texts of ${tokens} tokens${time}`}
        {plan.notes.map((note, index) => (
          <span key={note}>
            {index === 0 && !tooMany && '.'} {note}
          </span>
        ))}
      </span>
      <Button size="compact-sm" disabled={!ready || tooMany || missing === 0} onClick={onStart}>
        {begun ? 'Go on' : 'Start sweep'}
      </Button>
    </div>
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** As the last sweep took, or guessed from the model's pace; null where nothing is known. */
function useSecondsPerToken(): number | null {
  const pace = useSweep((state) => state.pace);
  const epoch = useSession((state) => state.epoch);
  const loaded = useSession((state) => state.loaded);
  const pair = useSession((state) => state.msPerToken);
  if (pace?.epoch === epoch) return pace.milliseconds / 1000;
  const single = loaded?.msPerToken[loaded.device] ?? pair;
  return single === null ? null : (single * shareInBatch) / 1000;
}
