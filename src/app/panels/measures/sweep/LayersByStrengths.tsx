import { useMemo, useState } from 'react';
import { Choice } from '../../../controls/Choice.js';
import { plainNumber, signedNumber, spanText } from '../../../look/numbers.js';
import { matrixFigure } from '../../../plots/matrixFigure.js';
import { pictureOf } from '../../../plots/picture.js';
import { SaveMenu } from '../../../plots/SaveMenu.js';
import { showPoint, useSweep } from '../../../stores/sweep.js';
import { useFigureColours } from '../../figureColours.js';
import { pointsTable, spansOf, steeredAt, strengthLabel, type ShownRows } from './sweepRows.js';

const quantities = [
  { value: 'effect', label: 'Effect' },
  { value: 'cost', label: 'Cost' },
] as const;

/** Layer × strength, tinted by effect or cost. Every field shows its texts. */
export function LayersByStrengths({ rows, direction, effect, unit }: ShownRows) {
  const [quantity, setQuantity] = useState<'effect' | 'cost'>('effect');
  const shown = useSweep((state) => state.shown);
  const { spans, strengths, reach } = useMemo(() => {
    const steered = rows.filter(({ setting }) => setting.kind === 'steered');
    const sizes = steered.map(({ point }) => Math.abs(point[quantity])).filter(Number.isFinite);
    return {
      // Layer 0 at the bottom, as in the other pictures.
      spans: spansOf(rows).reverse(),
      strengths: [...new Set(steered.map(({ setting }) => setting.strength))].sort((a, b) => a - b),
      reach: Math.max(...sizes, 1e-9),
    };
  }, [rows, quantity]);
  const colours = useFigureColours();
  if (spans.length === 0) return null;
  const words = quantity === 'effect' ? `${effect}, ${unit}` : 'Cost, nats a token';
  const figure = () =>
    matrixFigure({
      title: `${words}, of ${direction.name} by layer and strength`,
      values: spans.map((span) => {
        const there = new Map(steeredAt(rows, span).map((row) => [row.setting.strength, row]));
        return strengths.map((strength) => there.get(strength)?.point[quantity] ?? NaN);
      }),
      rows: spans.map((span) => `layer ${spanText(span)}`),
      columns: strengths.map((strength) => strengthLabel(direction.operator, strength)),
      quantity,
      reach: null,
      colours,
    });
  const read = quantity === 'effect' ? signedNumber : plainNumber;
  return (
    <figure className="sweep-picture">
      <figcaption className="row wrap">
        <span style={{ flex: '1 1 160px' }}>
          <b>{quantity === 'effect' ? effect : 'Cost'}</b> by layer (up) and strength (across), in{' '}
          {quantity === 'effect' ? unit : 'nats a token'}. Dashed: strained; struck through: broken
        </span>
        <Choice label="What the map shows" value={quantity} options={quantities} onChange={setQuantity} />
      </figcaption>
      <div className="savable">
        <SaveMenu
          label={`${words}, of ${direction.name} by layer and strength`}
          name={`${quantity} by layer and strength ${direction.name}`}
          table={() => pointsTable(rows, effect, unit)}
          picture={(format) => pictureOf(figure(), format, { width: 560, height: 80 + 26 * spans.length })}
        />
        <div className="sweep-scroll">
          <table className="sweep-map" aria-label={`${quantity} of ${direction.name} by layer and strength`}>
            <tbody>
              {spans.map((span) => {
                const there = new Map(steeredAt(rows, span).map((row) => [row.setting.strength, row]));
                return (
                  <tr key={String(span)}>
                    <th scope="row">{spanText(span)}</th>
                    {strengths.map((strength) => {
                      const row = there.get(strength);
                      if (!row) return <td key={strength} />;
                      const value = row.point[quantity];
                      const tint = Number.isFinite(value) ? Math.round((70 * Math.abs(value)) / reach) : 0;
                      return (
                        <td key={strength}>
                          <button
                            type="button"
                            aria-pressed={row.setting.key === shown}
                            aria-label={`${row.label}: ${quantity} ${read(value)}, ${row.judgement.verdict}. Show its texts`}
                            title={[row.judgement.verdict, ...row.judgement.reasons].join('; ')}
                            className={row.judgement.verdict.split(' ')[0]}
                            style={{
                              background: `color-mix(in srgb, rgb(var(--${value < 0 ? 'negative' : 'positive'})) ${tint}%, transparent)`,
                            }}
                            onClick={() => showPoint(row.setting.key)}
                          >
                            {read(value)}
                          </button>
                        </td>
                      );
                    })}
                  </tr>
                );
              })}
              <tr>
                <th scope="row" className="quiet">
                  layer
                </th>
                {strengths.map((strength) => (
                  <th key={strength} scope="col">
                    {strengthLabel(direction.operator, strength)}
                  </th>
                ))}
              </tr>
            </tbody>
          </table>
        </div>
      </div>
    </figure>
  );
}
