import { Switch } from '@mantine/core';
import { memo, useMemo, useState } from 'react';
import type { Toward } from '../../../../core/sweeps/index.js';
import { plainNumber, signedNumber, spanText } from '../../../look/numbers.js';
import { showPoint, useSweep, type SweptDirection } from '../../../stores/sweep.js';
import { firstOrder, inOrder, whatOf, type SweepColumn } from './sweepOrder.js';
import { strengthLabel, type SweepRow } from './sweepRows.js';

const columns: readonly { readonly name: SweepColumn; readonly label: string; readonly title: string }[] = [
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

/** Rows that are listed before the rest is asked for, and how many of them the box shows without scrolling. */
const fewest = 40;
const seen = 12;

/** Every point with its figures; a click on the first cell shows its texts. */
export const SweepTable = memo(function SweepTable({
  rows,
  direction,
  toward,
}: {
  readonly rows: readonly SweepRow[];
  readonly direction: SweptDirection;
  readonly toward: Toward;
}) {
  const [order, setOrder] = useState(firstOrder);
  const [all, setAll] = useState(false);
  const [onlyWithin, setOnlyWithin] = useState(false);
  const shown = useSweep((state) => state.shown);
  const within = rows.filter(({ judgement }) => judgement.verdict === 'within range').length;
  const sorted = useMemo(
    () => inOrder(rows, order, toward).filter(({ judgement }) => !onlyWithin || judgement.verdict === 'within range'),
    [rows, order, toward, onlyWithin],
  );
  const listed = all ? sorted : sorted.slice(0, fewest);
  return (
    <div className="stack sweep-table">
      <div className="row wrap">
        <Switch
          size="xs"
          label={`Only within range (${within} of ${rows.length})`}
          checked={onlyWithin}
          onChange={(event) => setOnlyWithin(event.currentTarget.checked)}
        />
        <span className="quiet">
          A click on a column’s head sorts by it. ★: on the frontier, nothing else within range gives more for less.
        </span>
      </div>
      {/* Focusable, so that the keyboard scrolls it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={`sweep-scroll ${all ? 'open' : ''}`} role="region" aria-label="Points of the sweep" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {columns.map(({ name, label, title }) => (
                <th key={name} aria-sort={order.by !== name ? 'none' : order.down ? 'descending' : 'ascending'}>
                  <button
                    type="button"
                    title={title}
                    onClick={() => setOrder({ by: name, down: order.by === name ? !order.down : name !== 'state' })}
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
      {sorted.length > seen && (
        <button type="button" className="tag" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer points' : `Show all ${sorted.length} points`}
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
          {onFrontier && <span title="On the frontier: nothing else within range gives more for less"> ★</span>}
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
      <td title={judgement.reasons.join('; ')}>
        <span className={`verdict ${judgement.verdict.split(' ')[0]}`}>{judgement.verdict}</span>
      </td>
      <td>
        {point.texts}
        {missing > 0 && <span className="quiet"> of {point.texts + missing}</span>}
      </td>
    </tr>
  );
}
