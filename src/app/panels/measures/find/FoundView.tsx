import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { flushSync } from 'react-dom';
import { figure } from '../../../../core/figure.js';
import { takeFound, whyNotTaken } from '../../../engine/finding.js';
import { layersWord, plainNumber, spanText } from '../../../look/numbers.js';
import { useDirections, type DirectionEntry } from '../../../stores/directions.js';
import { openExchange } from '../../../stores/exchange.js';
import type { Found } from '../../../stores/find.js';
import { useSession } from '../../../stores/session.js';
import { methodLabel } from '../../DirectionCard.js';
import { textCardId } from '../../textCardId.js';
import { Term } from '../Term.js';
import { intervalMeans, klMeans, randomMeans, rangeMeans, strengthMeans } from '../terms.js';
import { exportItId, focusFirst, useItId } from './foundIds.js';
import { FoundTable } from './FoundTable.js';
import { FoundTexts } from './FoundTexts.js';
import {
  besideAsSet,
  effectWords,
  nextSteps,
  pictured,
  samplingWords,
  scopeWords,
  unitOf,
  withInterval,
  worstWords,
} from './words.js';

/** What was found, how sure that is, and what to do with it. */
export function FoundView({ found }: { readonly found: Found }) {
  const { best, report, sought, ended, arms, texts, seconds } = found;
  return (
    <section className="stack" aria-label="What was found">
      <Headline found={found} />
      {best && (
        <p className="find-about">
          Best of {arms} ways and places: <b>{methodLabel(best.arm.method)}</b> at {layersWord(best.arm.layers)}{' '}
          <b>{spanText(best.arm.layers)}</b>, strength <b>{plainNumber(best.strength, 3)}</b>{' '}
          <Term means={strengthMeans}>times a residual’s usual length</Term>
          {scopeWords(sought)}.
        </p>
      )}
      {best && <Actions found={found} />}
      {report && <p className="find-about">{besideAsSet(found)}</p>}
      {report && <FoundTable lines={report.lines} found={found} />}
      {report && <p className="quiet find-about">{effectWords(sought)}</p>}
      {report && <FoundTexts report={report} />}
      <p className="quiet find-about">
        {ended === 'cancelled' ? 'Cancelled after' : 'Chosen from'} {texts} texts in {Math.round(seconds)} s, on{' '}
        {sought.model}; up to {figure(sought.budget)} <Term means={klMeans}>nats of KL a token</Term>; texts of at most
        {` ${sought.sampling.maxNewTokens}`} tokens, {samplingWords(sought)}.
      </p>
    </section>
  );
}

function Headline({ found }: { readonly found: Found }) {
  const { best, report, ended, sought } = found;
  if (!best) {
    return (
      <p role="alert" className="notice find-about">
        {ended === 'cancelled'
          ? 'Cancelled before anything could be chosen.'
          : `Nothing works: at no place was there a text that stayed within ${figure(sought.budget)} nats of KL a token and was language still. Allow a higher cost, or write other texts.`}
      </p>
    );
  }
  if (!report) {
    return (
      <p role="status" className="notice find-about">
        Cancelled. This is the best so far, on prompts that it was chosen on; it was not measured on others.
      </p>
    );
  }
  const { gain } = report;
  const { unit, unitMeans } = unitOf(sought);
  const picture = pictured(gain.mean, sought);
  if (!gain.works) {
    return (
      <div role="alert" className="notice find-about">
        <b>Nothing works.</b> On prompts that it was not chosen on, the best does{' '}
        {withInterval(gain.mean, gain.interval)} <Term means={unitMeans}>{unit}</Term> more than{' '}
        <Term means={randomMeans}>random directions</Term>. The <Term means={intervalMeans}>95 % interval</Term> does
        not lie above zero, so this may be chance.
        <ul>
          {nextSteps(found).map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <p role="status" className={found.accepted ? 'find-about' : 'notice find-about'}>
      <b>{found.accepted ? 'It works.' : 'It works, and texts suffer.'}</b> <WholeTexts found={found} /> On prompts that
      it was not chosen on it does {withInterval(gain.mean, gain.interval)} <Term means={unitMeans}>{unit}</Term> more
      than <Term means={randomMeans}>random directions</Term>
      {picture === '' ? '' : `, which is ${picture}`}; the <Term means={intervalMeans}>95 % interval</Term> lies above
      zero.
    </p>
  );
}

/** What whole texts are like at the strength that was settled on. */
function WholeTexts({ found: { accepted, limits, loweredFrom, sought } }: { readonly found: Found }) {
  const state = <Term means={rangeMeans(limits)}>{worstWords(sought)}</Term>;
  if (!accepted)
    return <>At no strength that was tried are whole texts {state}: lower it by hand until it reads well.</>;
  return (
    <>
      Whole texts on your prompt and others are {state}
      {loweredFrom !== null && `, for which the strength was lowered from ${plainNumber(loweredFrom, 2)}`}.
    </>
  );
}

/** The steered text stands above the measures. */
function seeText(): void {
  const card = document.getElementById(textCardId('steered'));
  card?.scrollIntoView({ block: 'center' });
  card?.focus({ preventScroll: true });
}

/** What becomes of the other directions that are on. */
function othersOff(entries: readonly DirectionEntry[], but?: string): string {
  const on = entries.filter(({ id, enabled }) => enabled && id !== but);
  const [first] = on;
  if (!first) return '';
  return on.length === 1
    ? ` “${first.name || 'unnamed'}” is switched off, so that not both act.`
    : ` The other ${on.length} directions are switched off, so that it acts by itself.`;
}

function Actions({ found }: { readonly found: Found }) {
  const { sought, usedId } = found;
  const entries = useDirections((state) => state.entries);
  const loaded = useSession((state) => state.loaded);
  const refusal = whyNotTaken(found, entries, loaded);
  const of = entries.find(({ id }) => id === sought.directionId);
  const used = entries.some(({ id }) => id === usedId);
  const does = used
    ? 'It is on the page. “Set it again” takes back what you changed of its layers and strength.'
    : sought.fixed
      ? `Sets layers and strength of “${of?.name || 'unnamed'}”, which can then be exported.${othersOff(entries, of?.id)}`
      : `Adds a direction, which can then be exported.${othersOff(entries)}`;
  const use = (): void => {
    if (flushSync(takeFound) === null) return;
    notifications.show({ message: 'The page is set to what was found. Undo takes it back.' });
    focusFirst([exportItId]);
  };
  // One step after the other: what is on the page can be exported.
  return (
    <div className="row wrap">
      {used && usedId !== null && (
        <Button size="compact-md" id={exportItId} onClick={() => openExchange(usedId)}>
          Export it…
        </Button>
      )}
      <Button
        id={useItId}
        size="compact-md"
        variant={used ? 'default' : 'filled'}
        disabled={refusal !== null}
        onClick={use}
      >
        {used ? 'Set it again' : 'Use it'}
      </Button>
      {used && (
        <Button size="compact-md" variant="subtle" onClick={seeText}>
          See the text
        </Button>
      )}
      <span className="quiet">{refusal ?? does}</span>
    </div>
  );
}
