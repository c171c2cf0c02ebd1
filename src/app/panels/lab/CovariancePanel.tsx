import { Switch } from '@mantine/core';
import { useMemo } from 'react';
import type { CovarianceReport } from '../../../protocol/api.js';
import { Choice } from '../../controls/Choice.js';
import { plainNumber } from '../../look/numbers.js';
import { barsFigure } from '../../plots/barsFigure.js';
import { matrixFigure, matrixLabelHeight } from '../../plots/matrixFigure.js';
import { Plot } from '../../plots/Plot.js';
import { fitFor, useDirections } from '../../stores/directions.js';
import { changeCovariance, useLab } from '../../stores/lab.js';
import { useSession } from '../../stores/session.js';
import { useFigureColours } from '../figureColours.js';
import { useSelected, type Selected } from '../selected.js';
import { AnswerNote } from './AnswerNote.js';
import { LayerSelect } from './LayerSelect.js';
import { Spread } from './Spread.js';
import { toldApart } from './toldApart.js';
import { useAnswer, type Ask } from './useAnswer.js';
import { useLabLayer } from './useLabLayer.js';

const mostAxes = 16;

const quantities = [
  { value: 'correlation', label: 'Correlation' },
  { value: 'covariance', label: 'Covariance' },
] as const;
const parts = [
  { value: 'total', label: 'All' },
  { value: 'within', label: 'Within classes' },
  { value: 'between', label: 'Between' },
] as const;
const axes = [
  { value: 'coordinates', label: 'Coordinates' },
  { value: 'components', label: 'Components' },
  { value: 'directions', label: 'Directions' },
] as const;
const axesHints = {
  coordinates: `The ${mostAxes} of the residual’s own coordinates that vary most over the texts.`,
  components: `The ${mostAxes} principal components of what is shown.`,
  directions: 'All directions that have a vector at this layer.',
} as const;

/** What the matrix is good for. */
const matrixHints = {
  correlation:
    'Good for seeing what goes together: two axes of one strong colour rise and fall together over the texts, of the other colour against each other.',
  covariance:
    'Good for seeing where the texts differ most: strong colours on the diagonal vary much, strong colours beside it vary together.',
} as const;

/** How the residuals of the selected direction's texts vary together. */
export function CovariancePanel() {
  const selected = useSelected();
  if (!selected) {
    return (
      <p className="quiet lab-note">Select a direction that is fitted on this model to see how its texts spread.</p>
    );
  }
  if (!selected.entry.texts) {
    return (
      <p className="quiet lab-note">
        “{selected.entry.name}” was not found from texts, so there is nothing that varies.
      </p>
    );
  }
  return <Covariances selected={selected} />;
}

function Covariances({ selected }: { readonly selected: Selected }) {
  const view = useLab((state) => state.covariance);
  const layer = useLabLayer();
  const { hook } = selected.direction;
  const texts = selected.entry.texts!;
  const directionName = selected.entry.name || 'unnamed';
  const named = useNamedDirections(layer);
  // Other directions matter only where they are the axes.
  const shownDirections = view.axes === 'directions' ? named : null;
  const ask = useMemo(() => {
    const wanted = shownDirections
      ? { kind: 'directions' as const, vectors: shownDirections.map(({ vector }) => vector) }
      : { kind: view.axes as 'coordinates' | 'components', count: mostAxes };
    const { part, whitened } = view;
    const question: Ask<CovarianceReport> = (api, task, onProgress) =>
      api.covariance({ task, texts, hook, layer, part, whitened, axes: wanted }, onProgress);
    return question;
  }, [texts, hook, layer, view, shownDirections]);
  const answer = useAnswer(ask);
  const report = answer.value;
  const names = useMemo(() => {
    const k = report ? Math.sqrt(report.covariance.length) : 0;
    if (report?.coordinates) return report.coordinates.map((at) => `h${at}`);
    if (shownDirections?.length === k) return shownDirections.map(({ name }) => name);
    return Array.from({ length: k }, (_, index) => `PC ${index + 1}`);
  }, [report, shownDirections]);
  const colours = useFigureColours();
  const matrix = useMemo(() => {
    const values = report?.[view.quantity];
    if (!values) return null;
    const k = Math.sqrt(values.length);
    const rows = Array.from({ length: k }, (_, i) => Array.from(values.subarray(i * k, (i + 1) * k)));
    const reach = view.quantity === 'correlation' ? 1 : null;
    const { quantity, part } = view;
    return matrixFigure({
      name: `${quantity} ${directionName} layer ${layer}`,
      title: `${quantity === 'correlation' ? 'Correlation' : 'Covariance'} of the texts of ${directionName} at layer ${layer}, ${part}`,
      values: rows,
      rows: names,
      columns: names,
      quantity,
      reach,
      colours,
    });
  }, [report, view, names, directionName, layer, colours]);
  const spectrum = useMemo(
    () =>
      report &&
      barsFigure({
        name: `spectrum ${directionName} layer ${layer}`,
        title: `Spectrum of the texts of ${directionName} at layer ${layer}, share of the variance`,
        quantity: { name: 'variance', unit: 'share' },
        values: [...report.spectrum],
        first: 1,
        axis: 'component',
        hover: 'component %{x}: %{y:.1%} of the variance',
        marked: null,
        percent: true,
        colours,
      }),
    [report, directionName, layer, colours],
  );
  return (
    <div className="stack lab">
      <div className="row wrap">
        <div className="lab-choice">
          <Choice
            label="Quantity"
            value={view.quantity}
            options={quantities}
            onChange={(quantity) => changeCovariance({ quantity })}
          />
        </div>
        <div className="lab-choice">
          <Choice label="Part" value={view.part} options={parts} onChange={(part) => changeCovariance({ part })} />
        </div>
        <div className="lab-choice">
          <Choice
            label="Axes"
            value={view.axes}
            options={axes}
            onChange={(value) => changeCovariance({ axes: value })}
          />
        </div>
        <Switch
          size="sm"
          label="Whitened"
          checked={view.whitened}
          onChange={(event) => changeCovariance({ whitened: event.currentTarget.checked })}
        />
        <LayerSelect />
      </div>
      <p className="quiet" style={{ margin: 0 }}>
        {axesHints[view.axes]}
        {view.whitened && ' Whitened by the pooled covariance within the classes: what is left differs between them.'}
      </p>
      <p className="quiet" style={{ margin: 0 }}>
        {matrixHints[view.quantity]}
      </p>
      <AnswerNote answer={answer} />
      {report && (
        <div className="lab-two">
          {matrix && names.length > 0 ? (
            <Plot
              figure={matrix}
              label={`${view.quantity} of ${names.length} axes at layer ${layer}, ${view.part}`}
              height={Math.max(180, 40 + matrixLabelHeight(names) + names.length * 18)}
            />
          ) : (
            <p className="quiet">No direction has a vector at layer {layer}.</p>
          )}
          <div className="stack">
            <h3>Spectrum, layer {layer}</h3>
            {spectrum && <Plot figure={spectrum} label={spectrumText(report.spectrum)} height={130} />}
            <p className="quiet" style={{ margin: 0 }}>
              One tall bar: the texts differ along one line mostly. Bars of like height: in many ways at once.
            </p>
            <p className="quiet" style={{ margin: 0 }}>
              mean squared distance {plainNumber(report.variance, 1)}
              {view.whitened ? '' : ' (squared units of the residual)'}, {report.texts[0]} + {report.texts[1]} texts
            </p>
          </div>
        </div>
      )}
      <Spread texts={texts} hook={hook} layer={layer} />
    </div>
  );
}

function spectrumText(spectrum: Float32Array): string {
  const shares = [...spectrum.subarray(0, 3)].map((share) => `${Math.round(100 * share)} %`);
  return `Shares of the variance; the first components have ${shares.join(', ')}`;
}

/** All directions with a vector at a layer; the same array until one of them changes. */
function useNamedDirections(layer: number) {
  const entries = useDirections((state) => state.entries);
  const stamp = useSession((state) => state.loaded?.stamp);
  return useMemo(() => {
    const there = entries.flatMap((entry) => {
      const vector = fitFor(entry, stamp)?.layers.find((it) => it.layer === layer)?.vector;
      return vector ? [{ name: entry.name || 'unnamed', vector }] : [];
    });
    const names = toldApart(there.map(({ name }) => name));
    return there.map(({ vector }, index) => ({ name: names[index]!, vector }));
  }, [entries, stamp, layer]);
}
