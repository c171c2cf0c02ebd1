import { memo } from 'react';
import { reachOf } from '../../../../core/scan/figures.js';
import type { TokenizedText } from '../../../../protocol/api.js';
import { signedNumber } from '../../../look/numbers.js';
import { quantityWords, type ScanView } from './ScanResults.js';
import { ScanScale } from './ScanScale.js';

/** Tokens that are drawn; of longer texts the rest is in the lists and the file. */
export const mostDrawn = 512;

/** The text as the page shows its own, tinted by one layer's values. */
export const TintedText = memo(function TintedText(props: {
  readonly text: TokenizedText;
  readonly values: readonly number[];
  readonly view: ScanView;
}) {
  const { text, values, view } = props;
  const reach = reachOf(values, text.special);
  return (
    <figure className="scan-figure">
      <div className="token-text scan-text" role="group" aria-label={`Scanned text, ${quantityWords(view)}`}>
        {text.pieces.slice(0, mostDrawn).map((piece, token) => {
          const value = values[token] ?? NaN;
          const tint = Number.isFinite(value) ? Math.min(1, Math.abs(value) / reach) : 0;
          const [, before, word, after] = /^([^\S\n]*)([^]*?)(\s*)$/.exec(piece) ?? ['', '', piece, ''];
          return (
            <span
              key={token}
              className={`token ${text.special[token] ? 'special' : ''}`}
              title={`token ${token}: ${signedNumber(value)}`}
            >
              {before}
              <span
                className={`ink ${value > 0 ? 'up' : 'down'}`}
                style={{ '--alignment': tint.toFixed(3) } as Record<string, string>}
              >
                {word === '' && before === '' ? <span className="newline-mark" /> : word}
              </span>
              {after}
            </span>
          );
        })}
        {text.pieces.length > mostDrawn && (
          <span className="quiet"> … {text.pieces.length - mostDrawn} more tokens</span>
        )}
      </div>
      <figcaption className="caption">
        <span>
          {quantityWords(view)} at layer {view.layer}
        </span>
        <ScanScale reach={reach} of="this layer’s tokens" />
      </figcaption>
    </figure>
  );
});
