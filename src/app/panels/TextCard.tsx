import { describePlan } from '../../core/steering/describe.js';
import type { ModelStamp } from '../../core/model.js';
import { missingFor, notApplied, reachOn } from '../engine/needs.js';
import { spanOn, termsOf } from '../engine/plan.js';
import { colourOf } from '../look/palette.js';
import { plainNumber, spanText } from '../look/numbers.js';
import type { RowName } from '../rows.js';
import { fitFor, useDirections, type DirectionEntry } from '../stores/directions.js';
import { useSession } from '../stores/session.js';
import { useTexts } from '../stores/texts.js';
import { ChatNotes, ContinueButton } from './chat/Reply.js';
import { appliedBriefly } from './apply/strength.js';
import { restrictionsOf } from './apply/summary.js';
import { useChatting } from './chat/useChatting.js';
import { actTogether, PlanInWords } from './PlanInWords.js';
import { textCardId } from './textCardId.js';
import { TokenText } from './TokenText.js';
import { useFigures } from './useFigures.js';
import { Verdict } from './Verdict.js';

export function TextCard({ row }: { readonly row: RowName }) {
  const title = row === 'baseline' ? 'Baseline' : 'Steered';
  const chatting = useChatting();
  const empty = useTexts((state) => state[row].tokens.length === 0);
  const phase = useSession((state) => state.phase);
  return (
    <section id={textCardId(row)} className="card text-card" tabIndex={-1} aria-label={`${title} text`}>
      <div className="row wrap">
        <h2>{title}</h2>
        {row === 'steered' && <PlanInWords />}
        {row === 'steered' && <Verdict />}
        <span className="spacer" />
        {row === 'steered' && <Applied />}
      </div>
      {empty && (
        <p className="quiet" style={{ margin: '8px 0 0' }}>
          {phase === 'failed' ? 'No model is loaded.' : phase === 'ready' ? '' : 'Waiting for the model…'}
          {chatting && phase === 'ready' && 'The reply to your message comes here.'}
        </p>
      )}
      {chatting && <ChatNotes row={row} />}
      <TokenText row={row} label={`${title} tokens`} />
      {chatting && <ContinueButton row={row} />}
      <Figures row={row} />
    </section>
  );
}

/** A chip for every direction that is on: what it does, and where. */
function Applied() {
  const entries = useDirections((state) => state.entries);
  const loaded = useSession((state) => state.loaded);
  if (!loaded) return null;
  const { stamp } = loaded;
  const on = entries.filter(
    (entry) => entry.enabled && fitFor(entry, stamp) && missingFor(entry, entries, stamp) === null,
  );
  if (on.length === 0) return <span className="tag">nothing is on</span>;
  const acting = on.filter((entry) => notApplied(entry, entries, stamp) === null).length;
  return (
    <>
      {acting > 1 && <span className="quiet">{actTogether(acting)}</span>}
      {on.map((entry) => (
        <Chip key={entry.id} entry={entry} entries={entries} stamp={stamp} />
      ))}
    </>
  );
}

/** Struck out where the direction has no vector, or its condition does not hold for this prompt. */
function Chip(props: {
  readonly entry: DirectionEntry;
  readonly entries: readonly DirectionEntry[];
  readonly stamp: ModelStamp;
}) {
  const { entry, entries, stamp } = props;
  const failed = useTexts((state) => state.steered.conditions[entry.id]?.holds === false);
  const name = entry.name || 'unnamed';
  const missing = notApplied(entry, entries, stamp);
  const span = reachOn(entry, stamp) ?? spanOn(entry, stamp.layers);
  const words = `${appliedBriefly(entry, name)} @${spanText(span)}`;
  const limits = restrictionsOf(entry, span).map((word) => ` · ${word}`);
  const sentence = describePlan({ terms: termsOf(entry, entries, stamp), steerSpecialTokens: false });
  const title = missing
    ? `${name}: ${missing}`
    : failed
      ? `${words}: its condition does not hold for this prompt, so it is left out. ${sentence}`
      : `${words}. ${sentence}`;
  return (
    <span className="tag row" title={title} style={{ '--colour': colourOf(entry), gap: 5 } as Record<string, unknown>}>
      <i className="swatch" style={{ width: 7, height: 7 }} />
      <span className="clip">
        {failed || missing ? <s>{words}</s> : words}
        {missing ? ` ${missing}` : limits}
      </span>
    </span>
  );
}

const advice = {
  'within range': '',
  strained: 'Lower the strength if it reads oddly.',
  broken: 'Lower the strength, or steer fewer layers.',
} as const;

function Figures({ row }: { readonly row: RowName }) {
  const { own, judgement } = useFigures(row);
  return (
    <>
      <dl className="figures" aria-label="Figures">
        <Figure
          name="perplexity"
          value={plainNumber(own.perplexity, 1)}
          title="Under the unsteered model, generated tokens"
        />
        <Figure
          name="distinct"
          value={plainNumber(own.distinct2)}
          title="Different pairs of neighbouring tokens over all pairs"
        />
        {row === 'steered' && (
          <>
            <Figure name="KL" value={plainNumber(own.meanKl)} title="Steered from unsteered prediction, nats a token" />
            <Figure
              name="norm"
              value={Number.isFinite(own.normRatio) ? `×${plainNumber(own.normRatio)}` : '–'}
              title="Residual norm with over without steering, at the steered layers"
            />
          </>
        )}
      </dl>
      {/* Its room is kept while there is no judgement: the page stays still while the text is rewritten. */}
      <div className={`judgement ${row}`}>
        {judgement && judgement.verdict !== 'within range' && (
          <p title={judgement.reasons.join('; ')}>
            {sentence(judgement.reasons[0])} {advice[judgement.verdict]}
          </p>
        )}
      </div>
    </>
  );
}

function sentence(reason: string | undefined): string {
  return reason ? `${reason[0]?.toUpperCase()}${reason.slice(1)}.` : '';
}

function Figure({ name, value, title }: { readonly name: string; readonly value: string; readonly title: string }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
