import { memo, useMemo, useState } from 'react';
import { plainNumber, signedNumber, spanText } from '../../../look/numbers.js';
import { showPoint, useSweep, type SweptDirection } from '../../../stores/sweep.js';
import { strengthLabel, type SweepRow } from './sweepRows.js';

type Column = 'what' | 'layers' | 'strength' | 'effect' | 'cost' | 'state' | 'texts';

interface Order {
  readonly by: Column;
  readonly down: boolean;
}

const columns: readonly { readonly name: Column; readonly label: string; readonly title: string }[] = [
  { name: 'what', label: 'What', title: 'A steered setting, random control, or wish in words' },
  { name: 'layers', label: 'Layers', title: 'Steered layers, 0-based' },
  { name: 'strength', label: 'Strength', title: 'In the operator’s unit' },
  {
    name: 'effect',
    label: 'Effect',
    title: 'Mean gain over the text without steering, with its 95 % interval over the texts',
  },
  { name: 'cost', label: 'Cost', title: 'Mean KL(steered ‖ unsteered) of a token, nats' },
  { name: 'state', label: 'State', title: 'In a word, from cost, perplexity, repetition and norms' },
  { name: 'texts', label: 'Texts', title: 'How many texts the figures are of' },
];

const kindWords = { steered: 'steered', baseline: 'no steering' } as const;
const stateRank = { 'within range': 0, strained: 1, broken: 2 } as const;

/** Rows that are listed before the rest is asked for. */
const fewest = 40;

/** Every point with its figures; a click on the first cell shows its texts. */
export const SweepTable = memo(function SweepTable({
  rows,
  direction,
}: {
  readonly rows: readonly SweepRow[];
  readonly direction: SweptDirection;
}) {
  const [order, setOrder] = useState<Order>({ by: 'effect', down: true });
  const [all, setAll] = useState(false);
  const shown = useSweep((state) => state.shown);
  const sorted = useMemo(() => [...rows].sort((a, b) => compare(a, b, order)), [rows, order]);
  const listed = all ? sorted : sorted.slice(0, fewest);
  return (
    <div className="sweep-table">
      {/* Focusable, so that the keyboard scrolls it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="sweep-scroll" role="region" aria-label="Points of the sweep" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map(({ name, label, title }) => (
                <th key={name} aria-sort={order.by !== name ? 'none' : order.down ? 'descending' : 'ascending'}>
                  <button
                    type="button"
                    title={title}
                    onClick={() => setOrder({ by: name, down: order.by === name ? !order.down : true })}
                  >
                    {label}
                    {order.by === name && <span aria-hidden>{order.down ? ' ↓' : ' ↑'}</span>}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {listed.map((row) => (
              <Row key={row.setting.key} row={row} direction={direction} shown={row.setting.key === shown} />
            ))}
          </tbody>
        </table>
      </div>
      {sorted.length > listed.length && (
        <button type="button" className="tag" onClick={() => setAll(true)}>
          Show all {sorted.length} points
        </button>
      )}
    </div>
  );
});

function Row(props: { readonly row: SweepRow; readonly direction: SweptDirection; readonly shown: boolean }) {
  const { row, direction, shown } = props;
  const { setting, label, point, judgement, onFrontier, missing } = row;
  const [low, high] = point.interval ?? [NaN, NaN];
  const isSteering = setting.layers !== null;
  return (
    <tr className={shown ? 'shown' : ''}>
      <td>
        <button
          type="button"
          className="tag"
          aria-pressed={shown}
          aria-label={`Show the texts of ${label}${onFrontier ? ', on the frontier' : ''}`}
          onClick={() => showPoint(shown ? null : setting.key)}
        >
          {whatOf(row)}
          {onFrontier && <span title="On the frontier: nothing that was tried gives more for less"> ★</span>}
        </button>
      </td>
      <td>{setting.layers ? spanText(setting.layers) : '–'}</td>
      <td>{isSteering ? strengthLabel(direction.operator, setting.strength) || '–' : '–'}</td>
      <td>
        {signedNumber(point.effect)}
        {point.interval && (
          <span className="quiet">
            {' '}
            ({signedNumber(low)}…{signedNumber(high)})
          </span>
        )}
      </td>
      <td>{plainNumber(point.cost)}</td>
      <td title={judgement.reasons.join('; ')}>{judgement.verdict}</td>
      <td>
        {point.texts}
        {missing > 0 && <span className="quiet"> of {point.texts + missing}</span>}
      </td>
    </tr>
  );
}

function compare(a: SweepRow, b: SweepRow, { by, down }: Order): number {
  const [first, second] = [valueOf(a, by), valueOf(b, by)];
  // What has no figure stands last either way.
  if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
  const sign = down ? -1 : 1;
  return sign * (typeof first === 'string' ? first.localeCompare(String(second)) : first - Number(second));
}

/** "steered", "random 1", "instruction". */
function whatOf({ setting, label }: SweepRow): string {
  if (setting.kind === 'steered' || setting.kind === 'baseline') return kindWords[setting.kind];
  return label.split(',')[0] ?? label;
}

function valueOf(row: SweepRow, by: Column): number | string {
  const { setting, point, judgement } = row;
  switch (by) {
    case 'what':
      return whatOf(row);
    case 'layers':
      return setting.layers ? setting.layers[0] + setting.layers[1] / 1e6 : NaN;
    case 'strength':
      return setting.layers ? setting.strength : NaN;
    case 'state':
      return stateRank[judgement.verdict];
    case 'effect':
    case 'cost':
    case 'texts':
      return point[by];
  }
}
