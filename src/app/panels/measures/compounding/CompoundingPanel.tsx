import { useMemo, useState } from 'react';
import {
  growthSentence,
  impulseSentence,
  lengthSentence,
  partingSentence,
} from '../../../../core/compounding/sentences.js';
import { Choice } from '../../../controls/Choice.js';
import { compoundingKey } from '../../../engine/compounding.js';
import { spanList } from '../../../look/numbers.js';
import { useCompounding, type CompoundingSubject } from '../../../stores/compounding.js';
import { useDirections } from '../../../stores/directions.js';
import { usePrompt } from '../../../stores/prompt.js';
import { useSession } from '../../../stores/session.js';
import { useView } from '../../../stores/view.js';
import { useFigureColours } from '../../figureColours.js';
import { CompoundingFields, greedyWords } from './CompoundingFields.js';
import { curvesOf, type SameText } from './curves.js';
import { SmallPlot } from './SmallPlot.js';

const sameTexts = [
  { value: 'baseline', label: 'The unsteered text' },
  { value: 'steered', label: 'The steered text' },
] as const;

/** How what is steered grows along texts: on the same text, on their own, after an impulse, and by length of prompt. */
export function CompoundingPanel() {
  const subject = useCompounding((state) => state.subject);
  const isAny = useCompounding((state) => state.runs.length > 0);
  const error = useCompounding((state) => state.error);
  return (
    <div className="stack lab">
      <p className="quiet" style={{ margin: 0 }}>
        Every token that is written under the plan is read again for the next one. Does a small difference stay small,
        or does it grow? Texts are written with the plan and without it, and each is read both ways, token by token.
      </p>
      <CompoundingFields />
      {error && (
        <p role="alert" style={{ margin: 0 }}>
          {error.message}
        </p>
      )}
      {subject && isAny && <Shown subject={subject} />}
    </div>
  );
}

function Shown({ subject }: { readonly subject: CompoundingSubject }) {
  const runs = useCompounding((state) => state.runs);
  const colours = useFigureColours();
  const [same, setSame] = useState<SameText>('steered');
  const curves = useMemo(() => curvesOf(runs, subject, same, colours), [runs, subject, same, colours]);
  const sentences = useMemo(
    () =>
      [
        growthSentence(
          'On the steered text, KL',
          runs.map(({ steered }) => steered.kl),
        ),
        growthSentence(
          'On the unsteered text, KL',
          runs.map(({ baseline }) => baseline.kl),
        ),
        partingSentence(runs),
        impulseSentence(runs, subject.impulse),
        lengthSentence(runs, subject.readTokens),
      ].filter((sentence) => sentence !== null),
    [runs, subject],
  );
  const where = subject.layer === null ? '' : `with ${subject.directionName} at layer ${subject.layer}`;
  const text = same === 'baseline' ? 'the unsteered text' : 'the steered text';
  return (
    <>
      <Outdated of={subject} />
      <ul className="compounding-says" aria-label="What the curves show" aria-live="polite">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <p className="quiet" style={{ margin: 0 }}>
        Lines are means over {runs.length} {runs.length === 1 ? 'text' : 'texts'}
        {runs.length < subject.of && ` of ${subject.of}`}
        {runs.length > 1
          ? ', bands their 95 % intervals (Student’s t), cut where they leave the plot.'
          : `. One says nothing of how far they spread: take more ${subject.greedy ? 'prompts, or a temperature above 0' : 'prompts or seeds'}.`}
        {subject.greedy && ` ${greedyWords}`}
      </p>
      <div className="compounding-head">
        <h3>On the same text</h3>
        <div className="lab-choice">
          <Choice label="Text that is read both ways" value={same} options={sameTexts} onChange={setSame} />
        </div>
      </div>
      <div className="small-plots">
        <SmallPlot figure={curves.kl} heading="KL, nats">
          How far the plan moves the prediction of each token, both models given the same text before it.
        </SmallPlot>
        {curves.sameAlignment && (
          <SmallPlot figure={curves.sameAlignment} heading="Alignment, cosine">
            Of {text} {where}, read with the plan and without it.
          </SmallPlot>
        )}
        <SmallPlot wide figure={curves.drift} heading="Residual drift by layer">
          ‖x steered − x unsteered‖ / ‖x unsteered‖ of {text}; full colour is {driftMost(curves.drift)}. ▸ layers (
          {spanList(subject.steeredLayers)}) include what the plan does there; above them is what the model makes of it.
          Below the first of them nothing moves, since the text is the same.
        </SmallPlot>
      </div>
      <h3>On their own texts</h3>
      <div className="small-plots">
        <SmallPlot figure={curves.perplexity} heading="Perplexity, tokens">
          Of each text’s tokens under the unsteered model: how strange it finds them. Logarithmic.
        </SmallPlot>
        {curves.ownAlignment && (
          <SmallPlot figure={curves.ownAlignment} heading="Alignment, cosine">
            Of each text {where}, read by the unsteered model: what the text says, not what was added.
          </SmallPlot>
        )}
        <SmallPlot figure={curves.distinct} heading="Different pairs so far, share">
          distinct-2 of the text up to each token. It falls where a text repeats itself.
        </SmallPlot>
        {curves.impulse && (
          <SmallPlot figure={curves.impulse} heading={`An impulse of ${subject.impulse} tokens, KL in nats`}>
            Steered at the shaded tokens alone and then let go, beside steered throughout. What is left after the shade
            is compounding.
          </SmallPlot>
        )}
      </div>
      {!curves.impulse && (
        <p className="quiet" style={{ margin: 0 }}>
          The plan does nothing at the first {subject.impulse} generated tokens, so there is no impulse to let go of.
        </p>
      )}
      <h3>Against the length of the prompt</h3>
      {curves.lengths ? (
        <div className="small-plots">
          <SmallPlot figure={curves.lengths} heading="Mean KL, nats">
            Over the same last {subject.readTokens} tokens of the unsteered text, after the last 4, 8, 16… tokens before
            them. The prompt and what was written before count as the prompt.
          </SmallPlot>
        </div>
      ) : (
        <p className="quiet" style={{ margin: 0 }}>
          {subject.readTokens === 0
            ? 'A conversation cannot be cut shorter than its template. Turn to plain text to see this.'
            : `The texts are too short for this. Write more than ${subject.readTokens} tokens.`}
        </p>
      )}
    </>
  );
}

/** Says that what is shown is not of what is set any more. */
function Outdated({ of }: { readonly of: CompoundingSubject }) {
  useDirections();
  usePrompt();
  useSession((state) => state.loaded);
  useView((state) => state.layer);
  const isRunning = useCompounding((state) => state.task !== null);
  useCompounding((state) => state.settings);
  if (isRunning || compoundingKey() === of.key) return null;
  return (
    <p className="quiet" role="status" style={{ margin: 0 }}>
      What is set has changed since: the plan, the prompt, the direction or a number. Run it again to see what it does
      now.
    </p>
  );
}

function driftMost(figure: { readonly data: readonly object[] }): string {
  const { zmax } = figure.data[0] as { readonly zmax: number };
  return zmax.toFixed(2);
}
