import { useState } from 'react';
import { meanOfText } from '../../../../core/scan/figures.js';
import { signedNumber } from '../../../look/numbers.js';
import { cell } from '../../../plots/table.js';
import { SavedList } from './SavedList.js';
import { quantityWords, type ScanView } from './ScanResults.js';

/** Lines that are listed before the rest is asked for. */
const fewest = 50;

interface Line {
  readonly pieces: readonly string[];
  readonly special: readonly boolean[];
  /** At the layer that is shown, [T]. */
  readonly values: readonly number[];
}

/** The mean of each line, beside each other; the one that is chosen is shown in full below. */
export function LinesTable(props: {
  readonly texts: readonly Line[];
  readonly view: ScanView;
  readonly chosen: number;
  readonly onChoose: (line: number) => void;
}) {
  const { texts, view, chosen, onChoose } = props;
  const [all, setAll] = useState(false);
  const means = texts.map(({ values, special }) => meanOfText(values, special));
  const reach = Math.max(1e-9, ...means.filter(Number.isFinite).map(Math.abs));
  const wordsOf = ({ pieces, special }: Line): string =>
    pieces
      .filter((_, token) => !special[token])
      .join('')
      .trim();
  const saved = () => ({
    labels: texts.map(wordsOf),
    values: means,
    table: {
      columns: ['line', 'text', `mean ${view.quantity}`].map((name) => ({ name, unit: '' })),
      rows: texts.map((line, at) => [at + 1, wordsOf(line), cell(means[at])]),
    },
  });
  return (
    <figure className="scan-figure savable">
      <SavedList
        name={`lines ${view.quantity} ${view.direction.name}`}
        title={`Mean ${quantityWords(view)} of each line at layer ${view.layer}`}
        list={saved}
      />
      <ol className="weight-list scan-lines" aria-label="Lines">
        {(all ? texts : texts.slice(0, fewest)).map((text, line) => {
          const mean = means[line]!;
          const share = Number.isFinite(mean) ? Math.abs(mean) / reach : 0;
          const words = wordsOf(text);
          return (
            <li key={line}>
              <button
                type="button"
                className="scan-line"
                aria-pressed={line === chosen}
                title={words}
                onClick={() => onChoose(line)}
              >
                {words}
              </button>
              <span className="weight-bar" aria-hidden>
                <i
                  className={mean < 0 ? 'against' : ''}
                  style={{ width: `${50 * share}%`, left: mean < 0 ? `${50 - 50 * share}%` : '50%' }}
                />
              </span>
              <span className="number">{signedNumber(mean)}</span>
            </li>
          );
        })}
      </ol>
      {!all && texts.length > fewest && (
        <button type="button" className="tag" onClick={() => setAll(true)}>
          Show all {texts.length} lines
        </button>
      )}
      <figcaption className="caption">
        <span>
          mean {quantityWords(view)} over each line’s tokens at layer {view.layer}, special tokens left out
        </span>
      </figcaption>
    </figure>
  );
}
