import { extremes } from '../../../../core/scan/figures.js';
import type { TokenizedText } from '../../../../protocol/api.js';
import { signedNumber } from '../../../look/numbers.js';
import { shownPiece } from '../../../look/pieces.js';
import { cell } from '../../../plots/table.js';
import { SavedList } from './SavedList.js';
import { quantityWords, type ScanView } from './ScanResults.js';

const listed = 5;

/** The highest and the lowest tokens, with the words before them. */
export function Extremes(props: {
  readonly text: TokenizedText;
  readonly values: readonly number[];
  readonly view: ScanView;
}) {
  const { text, values, view } = props;
  const { highest, lowest } = extremes(values, text.special, listed);
  const list = (title: string, tokens: readonly number[]) => (
    <div>
      <h3>
        {title} at layer {view.layer}
      </h3>
      <ol className="scan-list" aria-label={title}>
        {tokens.map((token) => (
          <li key={token}>
            <span className="clip">
              <span className="quiet">{before(text, token)} </span>
              <b>{shownPiece(text.pieces[token] ?? '')}</b>
            </span>
            <span className="number">{signedNumber(values[token]!)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
  const title = `Highest and lowest tokens, ${quantityWords(view)} at layer ${view.layer}`;
  const saved = () => {
    const tokens = [...highest, ...lowest.toReversed()];
    return {
      labels: tokens.map((token) => `${before(text, token)} ${shownPiece(text.pieces[token] ?? '')}`.trim()),
      values: tokens.map((token) => values[token]!),
      table: {
        columns: ['list', 'position', 'words before', 'token', view.quantity].map((name) => ({ name, unit: '' })),
        rows: tokens.map((token) => [
          highest.includes(token) ? 'highest' : 'lowest',
          token,
          before(text, token),
          text.pieces[token] ?? '',
          cell(values[token]),
        ]),
      },
    };
  };
  return (
    <div className="savable">
      <SavedList name={`tokens ${view.quantity} ${view.direction.name}`} title={title} list={saved} />
      <div className="scan-lists">
        {list('Highest tokens', highest)}
        {list('Lowest tokens', lowest)}
      </div>
    </div>
  );
}

function before({ pieces, special }: TokenizedText, token: number): string {
  const words = pieces.slice(Math.max(0, token - 4), token).filter((_, i) => !special[Math.max(0, token - 4) + i]);
  return words.join('').replace(/\s+/g, ' ').trim();
}
