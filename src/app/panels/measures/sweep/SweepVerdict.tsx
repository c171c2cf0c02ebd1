import { Button } from '@mantine/core';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import type { Toward } from '../../../../core/sweeps/index.js';
import { isTaken, takePoint, whyNotSet } from '../../../engine/sweeping.js';
import { useDirections } from '../../../stores/directions.js';
import { useLimits } from '../../../stores/limits.js';
import { usePrompt } from '../../../stores/prompt.js';
import { useSession } from '../../../stores/session.js';
import { changeSpec, showPoint, useSweep, type SweepRun } from '../../../stores/sweep.js';
import { Term } from '../Term.js';
import { intervalMeans, klMeans, rangeMeans } from '../terms.js';
import { pointTextsId } from './pointTextsId.js';
import { Surer } from './Surer.js';
import { lengthWords, sweepBest } from './sweepBest.js';
import type { ShownRows, SweepRow } from './sweepRows.js';

/** What the sweep comes to, before its pictures, with the way to have it. */
export function SweepVerdict(props: ShownRows & { readonly run: SweepRun; readonly toward: Toward }) {
  const { rows, run, toward, direction, unit, unitMeans } = props;
  const limits = useLimits((state) => state.limits);
  const best = sweepBest(rows, { toward, unit, direction });
  if (!best) return null;
  const isPartial = run.task !== null || rows.some(({ missing }) => missing > 0);
  const [first, ...others] = best.sentences;
  return (
    <section className="measured-verdict" aria-label="What the sweep comes to">
      {/* While texts come it changes with each of them: not to be read out every time. */}
      <p {...(!isPartial && { role: 'status' })}>
        <b>
          {isPartial && 'So far: '}
          {first}
        </b>{' '}
        {others.join(' ')}
      </p>
      {best.row && (
        <>
          <Length swept={run.sampling.maxNewTokens} />
          <Actions key={best.row.setting.key} row={best.row} run={run} />
        </>
      )}
      {!isPartial && best.isUnsure && <Surer run={run} />}
      <p className="quiet">
        Effect: gain over the text without steering, in <Term means={unitMeans}>{unit}</Term>, with its{' '}
        <Term means={intervalMeans}>95 % interval</Term>. <Term means={rangeMeans(limits)}>Within range</Term> follows
        your limits, among them {limits.meanKl.strained} <Term means={klMeans}>nats of KL a token</Term>.
        {best.row && ' Chosen and measured on the same texts, so others may show a little less.'}
      </p>
    </section>
  );
}

/** That the page writes longer texts than were judged, and the way to judge such. */
function Length({ swept }: { readonly swept: number }) {
  const onPage = usePrompt((state) => state.sampling.maxNewTokens);
  const isSet = useSweep((state) => state.spec.tokens === onPage);
  const words = lengthWords(swept, onPage);
  if (!words) return null;
  return (
    <p className="lab-note">
      {words}{' '}
      {isSet ? (
        `The sweep is set to ${onPage} tokens now: start it to judge texts as long.`
      ) : (
        <button type="button" className="tag" onClick={() => changeSpec({ tokens: onPage })}>
          Set the sweep to {onPage} tokens
        </button>
      )}
    </p>
  );
}

/** They stand below the pictures. */
function readTexts(key: string): void {
  flushSync(() => showPoint(key));
  document.getElementById(pointTextsId)?.scrollIntoView({ block: 'nearest' });
}

function Actions({ row, run }: { readonly row: SweepRow; readonly run: SweepRun }) {
  const [used, setUsed] = useState(false);
  const entries = useDirections((state) => state.entries);
  const loaded = useSession((state) => state.loaded);
  const refusal = whyNotSet(row.setting, run, entries, loaded);
  return (
    <div className="row wrap">
      <Button
        size="compact-md"
        disabled={refusal !== null}
        onClick={() => {
          takePoint(row.setting);
          setUsed(true);
        }}
      >
        Set the page to it
      </Button>
      <Button size="compact-md" variant="default" onClick={() => readTexts(row.setting.key)}>
        Read its texts
      </Button>
      <span className="quiet" role="status">
        {refusal ??
          (used &&
            isTaken(row.setting, entries) &&
            `The page is set to ${row.label}, other directions are off. Undo takes it back.`)}
      </span>
    </div>
  );
}
