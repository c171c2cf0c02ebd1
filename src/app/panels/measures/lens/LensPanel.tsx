import { Button, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { partsOverall } from '../../../../core/lens/parting.js';
import type { LoadedModel } from '../../../../protocol/api.js';
import { Choice } from '../../../controls/Choice.js';
import { useLens } from '../../../stores/lens.js';
import { useSession } from '../../../stores/session.js';
import { useTexts } from '../../../stores/texts.js';
import { useView } from '../../../stores/view.js';
import { AnswerNote } from '../../lab/AnswerNote.js';
import { lensSize } from '../../../plots/lensFigure.js';
import { pictureOf } from '../../../plots/picture.js';
import { SaveMenu } from '../../../plots/SaveMenu.js';
import { useFigureColours } from '../../figureColours.js';
import { LensGrid } from './LensGrid.js';
import { lensPicture, lensTable } from './lensPicture.js';
import { useLensReport } from './useLensReport.js';

const states = [
  { value: 'baseline', label: 'Baseline' },
  { value: 'steered', label: 'Steered' },
  { value: 'difference', label: 'Difference' },
] as const;

const thresholds = [0.01, 0.03, 0.1, 0.3, 1] as const;

const tints = {
  baseline: 'tint: its probability',
  steered: 'tint: its probability',
  difference: 'tint: KL(steered ‖ baseline), half at 0.7 nats; bold: not the baseline’s token',
} as const;

/** Cells that are drawn at once; more are slow to draw, and to read. */
const mostCells = 800;
const fewestTokens = 16;

/** What every layer would say comes next, with and without steering, on the steered text. */
export function LensPanel() {
  const loaded = useSession((state) => state.loaded);
  const any = useTexts((state) => state.firstTextShown);
  if (!loaded || !any) return <p className="quiet lab-note">Shown when the first text is complete.</p>;
  return <Lens key={loaded.stamp.id} loaded={loaded} />;
}

function Lens({ loaded }: { readonly loaded: LoadedModel }) {
  const { layers } = loaded.shape;
  const { shows, threshold } = useLens();
  const colours = useFigureColours();
  const { length, promptLength } = useSizes();
  const pinned = useView((state) => (state.pinned?.row === 'steered' ? state.pinned.position : null));
  const most = Math.max(fewestTokens, Math.floor(mostCells / layers));
  /** Null: where the written tokens begin, or where a token is pinned. */
  const [start, setStart] = useState<number | null>(null);
  const from = firstOf(start, length, promptLength, most, pinned);
  const to = Math.min(length, from + most);
  const answer = useLensReport(loaded, from, to);
  const seen = answer.value;
  return (
    <div className="stack lab">
      <p className="quiet lab-about">
        What the model would say comes at each place of the steered text if it ended at that layer: the residual of the
        token before, through the model’s own final norm and head (logit lens). The top row is its real prediction. Both
        states read the same text.
      </p>
      <div className="row wrap">
        <div className="lab-choice">
          <Choice
            label="Model state"
            value={shows}
            options={states}
            onChange={(value) => useLens.setState({ shows: value })}
          />
        </div>
        <span className="row quiet">
          parted above
          <NativeSelect
            size="xs"
            aria-label="KL above which the two part"
            value={String(threshold)}
            onChange={(event) => useLens.setState({ threshold: Number(event.currentTarget.value) })}
            data={options(threshold).map((value) => ({ value: String(value), label: `${value} nats` }))}
          />
        </span>
        <span className="spacer" />
        <span className="row quiet">
          <Button
            size="compact-xs"
            variant="default"
            disabled={from <= 1}
            onClick={() => setStart(Math.max(1, from - most))}
          >
            Earlier
          </Button>
          tokens {from}–{Math.max(from, to - 1)} of {Math.max(0, length - 1)}
          <Button size="compact-xs" variant="default" disabled={to >= length} onClick={() => setStart(to)}>
            Later
          </Button>
        </span>
      </div>
      <AnswerNote answer={answer} />
      {seen && seen.report.positions > 0 && (
        <>
          <p role="status" className="lens-parting">
            {partingWords(partsOverall(seen.report, threshold), seen.report.positions, threshold)}
          </p>
          <div className="savable">
            <SaveMenu
              label={`Logit lens, ${shows}`}
              name={`logit lens ${shows}`}
              table={() => lensTable(seen)}
              picture={(format) => {
                const { positions } = seen.report;
                return pictureOf(lensPicture(seen, { shows, threshold }, colours), format, lensSize(positions, layers));
              }}
            />
            <div className="stack">
              <LensGrid seen={seen} shows={shows} threshold={threshold} stale={answer.pending} pinned={pinned} />
            </div>
          </div>
          <div className="caption">
            <span>likeliest token of each layer; {tints[shows]}</span>
            <span>framed: where the two part</span>
          </div>
        </>
      )}
      {length <= 1 && <p className="quiet lab-note">There is no token to predict. Write a prompt first.</p>}
    </div>
  );
}

/** Of the steered text; while it is rewritten, of the one before, so that the window stays where it is. */
function useSizes(): { readonly length: number; readonly promptLength: number } {
  const length = useTexts((state) => state.steered.tokens.length);
  const promptLength = useTexts((state) => state.steered.promptLength);
  return { length, promptLength };
}

/** First token that is shown: never the text's first one, which nothing predicts. */
function firstOf(
  chosen: number | null,
  length: number,
  promptLength: number,
  most: number,
  pinned: number | null,
): number {
  const written = Math.max(1, promptLength < length ? promptLength : 1);
  const last = Math.max(1, length - 1);
  if (chosen !== null) return Math.min(chosen, last);
  if (pinned === null || (pinned >= written && pinned < written + most)) return written;
  return Math.max(1, Math.min(pinned - Math.floor(most / 2), last));
}

function options(threshold: number): readonly number[] {
  return [...new Set([...thresholds, threshold])].sort((a, b) => a - b);
}

function partingWords(layer: number | null, tokens: number, threshold: number): string {
  const over = `over these ${tokens} tokens`;
  return layer === null
    ? `The two do not part: at no layer is the mean KL ${over} above ${threshold} nats.`
    : `The two part at layer ${layer}: the first whose mean KL ${over} is above ${threshold} nats.`;
}
