import { memo, useMemo, useState } from 'react';
import { thresholds } from '../../../../core/measures/judge.js';
import { Choice } from '../../../controls/Choice.js';
import { effectCostFigure, type EffectCostPoint } from '../../../plots/effectCostFigure.js';
import { matrixFigure, matrixLabelHeight } from '../../../plots/matrixFigure.js';
import { Plot } from '../../../plots/Plot.js';
import { showPoint, useSweep, type SweptDirection } from '../../../stores/sweep.js';
import { useFigureColours } from '../../figureColours.js';
import { layersLabel, strengthLabel, type SweepRow } from './sweepRows.js';
import { spanText } from '../../../look/numbers.js';

const quantities = [
  { value: 'effect', label: 'Effect' },
  { value: 'cost', label: 'Cost' },
] as const;

interface Shown {
  readonly rows: readonly SweepRow[];
  readonly direction: SweptDirection;
  readonly effect: string;
  readonly unit: string;
}

/** Effect against cost, one curve a layer; and layer × strength. */
export const SweepPictures = memo(function SweepPictures(props: Shown) {
  return (
    <div className="sweep-pictures">
      <EffectCost {...props} />
      <LayersByStrengths {...props} />
    </div>
  );
});

function EffectCost({ rows, direction, effect, unit }: Shown) {
  const colours = useFigureColours();
  const chosen = useSweep((state) => state.shown);
  const budget = thresholds.meanKl.strained;
  const figure = useMemo(() => {
    const points = rows.map(pointOf);
    const baseline = points.find(({ kind }) => kind === 'baseline');
    const curves = spansOf(rows).map((span) => ({
      name: layersLabel(span),
      points: [
        ...rows.filter(({ setting }) => isAt(setting.layers, span) && setting.kind === 'steered'),
        // A curve goes through the text as it is.
        ...rows.filter(({ setting }) => setting.kind === 'baseline'),
      ]
        .sort((a, b) => a.setting.strength - b.setting.strength)
        .map(pointOf),
    }));
    return effectCostFigure({
      curves,
      others: [...points.filter(({ kind }) => kind === 'random' || kind === 'prompt'), ...(baseline ? [baseline] : [])],
      frontier: rows
        .filter(({ onFrontier }) => onFrontier)
        .map(pointOf)
        .sort((a, b) => a.cost - b.cost),
      budget,
      effect: `effect, ${unit}`,
      chosen,
      colours,
    });
  }, [rows, unit, chosen, colours, budget]);
  return (
    <figure className="sweep-picture">
      <figcaption>
        <b>{effect}</b> gained, in {unit}, against cost, in KL a token. The thick line is the frontier: nothing that was
        tried gives more for less. The dotted line is {budget} nats, from where a text counts as strained.
      </figcaption>
      <Plot
        figure={figure}
        label={`Effect against cost of ${direction.name}, ${rows.length} points; the table below has them all`}
        height={320}
        onPick={({ key }) => key !== null && showPoint(key)}
      />
    </figure>
  );
}

function LayersByStrengths({ rows, direction, effect, unit }: Shown) {
  const colours = useFigureColours();
  const [quantity, setQuantity] = useState<'effect' | 'cost'>('effect');
  const { figure, keys, columns, spans } = useMemo(() => {
    const steered = rows.filter(({ setting }) => setting.kind === 'steered');
    const strengths = [...new Set(steered.map(({ setting }) => setting.strength))].sort((a, b) => a - b);
    // Layer 0 at the bottom; the first row is drawn on top.
    const down = spansOf(rows).reverse();
    const found = down.map((span) =>
      strengths.map((strength) =>
        steered.find(({ setting }) => setting.strength === strength && isAt(setting.layers, span)),
      ),
    );
    const names = strengths.map((strength) => strengthLabel(direction.operator, strength));
    return {
      figure: matrixFigure({
        values: found.map((row) => row.map((it) => it?.point[quantity] ?? NaN)),
        rows: down.map(spanText),
        columns: names,
        quantity,
        reach: null,
        colours,
      }),
      keys: found.map((row) => row.map((it) => it?.setting.key ?? null)),
      columns: names,
      spans: down,
    };
  }, [rows, direction, quantity, colours]);
  if (spans.length === 0) return null;
  return (
    <figure className="sweep-picture">
      <figcaption className="row wrap">
        <span style={{ flex: '1 1 160px' }}>
          <b>{quantity === 'effect' ? effect : 'Cost'}</b> by layer (up) and strength (across), in{' '}
          {quantity === 'effect' ? unit : 'nats a token'}
        </span>
        <Choice label="What the map shows" value={quantity} options={quantities} onChange={setQuantity} />
      </figcaption>
      <Plot
        figure={figure}
        label={`${quantity} of ${direction.name}, ${spans.length} layers by ${columns.length} strengths`}
        height={Math.max(180, 16 + matrixLabelHeight(columns) + spans.length * (spans.length <= 8 ? 30 : 20))}
        onPick={({ column, row }) => {
          const key = keys[row]?.[column];
          if (key) showPoint(key);
        }}
      />
    </figure>
  );
}

function pointOf({ setting, label, point }: SweepRow): EffectCostPoint {
  const { effect, cost, interval } = point;
  return { key: setting.key, kind: setting.kind, label, effect, cost, interval };
}

/** The layers and spans that were steered, from the first layer on. */
function spansOf(rows: readonly SweepRow[]): (readonly [number, number])[] {
  const spans = rows.flatMap(({ setting }) => (setting.kind === 'steered' && setting.layers ? [setting.layers] : []));
  const names = spans.map(String);
  return spans.filter((_, index) => names.indexOf(names[index]!) === index).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

function isAt(layers: readonly [number, number] | null, span: readonly [number, number]): boolean {
  return layers?.[0] === span[0] && layers[1] === span[1];
}
