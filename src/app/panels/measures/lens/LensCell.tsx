import type { LensSide } from '../../../../core/lens/predictions.js';
import { plainNumber } from '../../../look/numbers.js';
import { shownPiece } from '../../../look/pieces.js';
import type { SeenText } from './useLensReport.js';

/** One cell of the lens: what both states would say there, and how likely the text's own token is. */
export function LensCell(props: {
  readonly seen: SeenText;
  readonly layer: number;
  readonly column: number;
  /** Where the two part at this token; null: nowhere. */
  readonly parting: number | null;
}) {
  const { seen, layer, column, parting } = props;
  const { report, tokens } = seen;
  const position = report.from + column;
  const cell = layer * report.positions + column;
  const own = shownPiece(tokens[position]?.piece ?? '');
  const { baseline, steered } = report;
  const ownIn = (side: LensSide): string =>
    `rank ${side.ranks[cell]}, ${share(Math.exp(side.logProbabilities[cell]!))}`;
  return (
    <div className="lens-detail" role="status" aria-label="The cell that is looked at">
      <div className="lens-heading">
        <b>
          layer {layer}, token {position}
        </b>{' '}
        <span className="quiet">after “{contextOf(seen, position)}”</span>
      </div>
      <div className="lens-sides">
        <Side title="without steering" report={seen.report} side={baseline} cell={cell} own={tokens[position]?.id} />
        <Side
          title="with steering"
          report={seen.report}
          side={steered}
          cell={cell}
          own={tokens[position]?.id}
          steered
        />
        <dl className="lens-facts">
          <dt>the text’s “{own}”</dt>
          <dd>
            {ownIn(baseline)} → {ownIn(steered)}
          </dd>
          <dt>KL(steered ‖ baseline)</dt>
          <dd>{plainNumber(report.kl[cell]!, 3)} nats</dd>
          <dt>entropy</dt>
          <dd>
            {plainNumber(baseline.entropies[cell]!)} → {plainNumber(steered.entropies[cell]!)} nats
          </dd>
          <dt>the two part here</dt>
          <dd>{parting === null ? 'at no layer' : `at layer ${parting}`}</dd>
        </dl>
      </div>
    </div>
  );
}

function Side(props: {
  readonly title: string;
  readonly report: SeenText['report'];
  readonly side: LensSide;
  readonly cell: number;
  readonly own: number | undefined;
  readonly steered?: boolean;
}) {
  const { title, report, side, cell, own, steered = false } = props;
  const { candidates, pieces } = report;
  return (
    <div>
      <h3>{title}</h3>
      <ol className="lens-list">
        {Array.from({ length: candidates }, (_, place) => {
          const id = side.ids[cell * candidates + place]!;
          const probability = side.probabilities[cell * candidates + place]!;
          return (
            <li key={place} className={id === own ? 'own' : ''}>
              <span className="piece">{shownPiece(pieces.get(id) ?? '')}</span>
              <span className="bar" aria-hidden>
                <i className={steered ? 'steered' : ''} style={{ width: `${100 * probability}%` }} />
              </span>
              <span className="number">{share(probability)}</span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function share(probability: number): string {
  const percent = 100 * probability;
  if (percent > 0 && percent < 0.01) return '<0.01 %';
  return `${percent.toFixed(percent < 0.1 ? 2 : percent < 10 ? 1 : 0)} %`;
}

function contextOf({ tokens }: SeenText, position: number): string {
  const before = tokens.slice(Math.max(0, position - 10), position).filter(({ special }) => !special);
  const text = before
    .map(({ piece }) => piece)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > 36 ? `…${text.slice(-36).replace(/^\S*\s/, '')}` : text;
}
