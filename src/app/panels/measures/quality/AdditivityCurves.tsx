import { useMemo } from 'react';
import type { AdditivityReport } from '../../../../protocol/api.js';
import { figure as number } from '../../../../core/figure.js';
import { curvesFigure, type Curve } from '../../../plots/curvesFigure.js';
import { Plot } from '../../../plots/Plot.js';
import type { MeasuredEffect } from '../../../stores/quality.js';
import { useFigureColours } from '../../figureColours.js';

const height = 170;

/** How far the model's answer is from proportion, at every layer from the steered one on and in the logits. */
export function AdditivityCurves({ effect }: { readonly effect: MeasuredEffect }) {
  const { report, other, layer } = effect;
  return (
    <div className="quality-two">
      <Curves
        title="Does twice as much do twice as much?"
        formula="‖Δ(2s) − 2Δ(s)‖ / ‖Δ(2s)‖"
        reports={report.doubled}
        from={layer}
      />
      {other !== null && (
        <Curves
          title={`Does it add up with ${other}?`}
          formula="‖Δ(u + v) − Δ(u) − Δ(v)‖ / ‖Δ(u + v)‖"
          reports={report.summed}
          from={layer}
        />
      )}
    </div>
  );
}

function Curves(props: {
  readonly title: string;
  readonly formula: string;
  readonly reports: readonly AdditivityReport[];
  readonly from: number;
}) {
  const { title, formula, reports, from } = props;
  const colours = useFigureColours();
  const layers = reports[0]?.layers.length ?? 0;
  const figure = useMemo(() => {
    const behind = Array.from({ length: layers - from }, (_, at) => from + at);
    const curves = reports.map(({ strength, layers: errors, logits }, at): Curve => ({
      name: `s = ${number(strength, 3)}`,
      values: [...behind.map((layer) => errors[layer] ?? NaN), logits],
      weight: (at + 1) / reports.length,
    }));
    const places = [...behind.map(String), 'logits'];
    return curvesFigure({ places, axis: 'layer', quantity: 'error', curves, percent: true, range: null, colours });
  }, [reports, layers, from, colours]);
  const each = reports.map(({ strength, logits }) => `${Math.round(100 * logits)} % at ${number(strength, 3)}`);
  return (
    <div className="stack">
      <h3>{title}</h3>
      <Plot figure={figure} label={`${title} Error of the logits: ${each.join(', ')}`} height={height} />
      <p className="quiet quality-line">
        Error {formula}, Δ the change of a layer’s residuals, or of the next token’s logits, on the same text. 0 %: in
        proportion. One curve a strength s, stronger ones darker:{' '}
        {reports.map(({ strength }) => number(strength, 3)).join(', ')}.
      </p>
    </div>
  );
}
