import { extremes } from '../../../../core/scan/figures.js';
import type { TokenizedText } from '../../../../protocol/api.js';
import { signedNumber } from '../../../look/numbers.js';
import { shownPiece } from '../../../look/pieces.js';
import type { ScanView } from './ScanResults.js';

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
  return (
    <div className="scan-lists">
      {list('Highest tokens', highest)}
      {list('Lowest tokens', lowest)}
    </div>
  );
}

function before({ pieces, special }: TokenizedText, token: number): string {
  const words = pieces.slice(Math.max(0, token - 4), token).filter((_, i) => !special[Math.max(0, token - 4) + i]);
  return words.join('').replace(/\s+/g, ' ').trim();
}
