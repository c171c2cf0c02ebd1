import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { togetherIn } from '../../../core/directions/fit.js';
import type { ContrastTexts } from '../../../core/directions/direction.js';
import type { HookName } from '../../../core/onnx/hooks.js';
import type { SpreadReport } from '../../../protocol/api.js';
import { plainNumber } from '../../look/numbers.js';
import { barsFigure } from '../../plots/barsFigure.js';
import { Plot } from '../../plots/Plot.js';
import { useFigureColours } from '../figureColours.js';
import { AnswerNote } from './AnswerNote.js';
import { useAnswer, type Ask } from './useAnswer.js';

/** With more texts than this all layers take longer than one wants to wait unasked. */
const mostUnasked = 200;

/** Every layer in few numbers: how many directions the spread takes up, and what whitening does to the separation. */
export function Spread(props: { readonly texts: ContrastTexts; readonly hook: HookName; readonly layer: number }) {
  const { texts, hook, layer } = props;
  const count = (texts.positive.length + texts.negative.length) * togetherIn(texts);
  const [wanted, setWanted] = useState<ContrastTexts | null>(null);
  const isAsked = count <= mostUnasked || wanted === texts;
  const ask = useMemo(
    (): Ask<SpreadReport> | null =>
      isAsked ? (api, task, onProgress) => api.spread({ task, texts, hook }, onProgress) : null,
    [isAsked, texts, hook],
  );
  const answer = useAnswer(ask);
  const report = isAsked ? answer.value : null;
  const colours = useFigureColours();
  const participation = useMemo(
    () =>
      report &&
      barsFigure({
        name: 'participation ratio by layer',
        title: 'Participation ratio of the texts by layer, number of directions',
        quantity: { name: 'participation ratio', unit: 'directions' },
        values: report.participation,
        first: 0,
        axis: 'layer',
        hover: 'layer %{x}: %{y:.1f} directions',
        marked: layer,
        percent: false,
        colours,
      }),
    [report, layer, colours],
  );
  const plain = report?.plain[layer];
  const white = report?.whitened[layer];
  return (
    <>
      <AnswerNote answer={answer} />
      {count > mostUnasked && (!isAsked || answer.pending) && (
        <div>
          <Button size="xs" variant="default" onClick={() => setWanted(isAsked ? null : texts)}>
            {isAsked ? 'Stop comparing' : `Compare all layers (${count} texts)`}
          </Button>
        </div>
      )}
      {report && participation && (
        <div className="lab-two">
          <div className="stack">
            <h3 title="(Σλ)² / Σλ² of the covariance’s eigenvalues λ: 1 is one line, d is alike in all directions">
              Participation ratio by layer
            </h3>
            <Plot
              figure={participation}
              label={`Participation ratio of each layer; ${plainNumber(report.participation[layer] ?? NaN, 1)} at layer ${layer}`}
              height={130}
            />
            <p className="quiet" style={{ margin: 0 }}>
              In about how many ways the texts differ at each layer. Where it is few, one direction says much of it.
            </p>
          </div>
          <div className="stack">
            <h3>What whitening does, layer {layer}</h3>
            <p className="quiet" style={{ margin: 0 }}>
              Whether the two sides are told apart better when one allows for how texts of one side vary anyway.
            </p>
            <table className="facts lab-table">
              <thead>
                <tr>
                  <th scope="col">held out</th>
                  <th scope="col">plain</th>
                  <th scope="col">whitened</th>
                </tr>
              </thead>
              <tbody>
                <Row name="AUC" plain={plain?.auc} white={white?.auc} />
                <Row name="accuracy" plain={plain?.accuracy} white={white?.accuracy} />
                <Row name="effect size (Cohen’s d)" plain={plain?.effectSize} white={white?.effectSize} />
              </tbody>
            </table>
            <p className="quiet" style={{ margin: 0 }}>
              Plain: along the mean difference. Whitened: along Σ⁻¹ times the mean difference, Σ the covariance within
              the classes, shrunk (Ledoit and Wolf); it is for reading, not for steering.{' '}
              {Math.round(100 * (report.withinShare[layer] ?? NaN))} % of the variance lies within the classes.
            </p>
          </div>
        </div>
      )}
    </>
  );
}

function Row(props: { readonly name: string; readonly plain: number | undefined; readonly white: number | undefined }) {
  const { name, plain = NaN, white = NaN } = props;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{plainNumber(plain)}</td>
      <td>{plainNumber(white)}</td>
    </tr>
  );
}
