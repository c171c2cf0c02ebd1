import { useMemo } from 'react';
import type { LayerAssessment } from '../../../../core/quality/assess.js';
import type { DrawsBand, Interval } from '../../../../core/measures/index.js';
import { plainNumber } from '../../../look/numbers.js';
import { barsFigure } from '../../../plots/barsFigure.js';
import { curvesFigure } from '../../../plots/curvesFigure.js';
import { Plot } from '../../../plots/Plot.js';
import { useFigureColours } from '../../figureColours.js';

const height = 140;

/** How many directions it takes, how stable it is and what it holds of the variance; and the layer's figures as a table. */
export function LayerFigures(props: {
  readonly assessments: readonly LayerAssessment[];
  readonly at: LayerAssessment;
  readonly width: number;
}) {
  const { assessments, at, width } = props;
  const colours = useFigureColours();
  const ranks = useMemo(
    () =>
      curvesFigure({
        places: at.ranks.map(({ rank }) => String(rank)),
        axis: 'rank',
        quantity: 'accuracy',
        curves: [{ name: `layer ${at.layer}`, values: at.ranks.map(({ accuracy }) => accuracy) }],
        percent: false,
        range: [0, 1.04],
        colours,
      }),
    [at, colours],
  );
  const stability = useMemo(
    () =>
      curvesFigure({
        places: assessments.map(({ layer }) => String(layer)),
        axis: 'layer',
        quantity: 'cosine',
        curves: [
          {
            name: 'mean cosine, whisker to its 5 % quantile',
            values: assessments.map((it) => it.stability?.mean ?? NaN),
            below: assessments.map((it) => (it.stability ? it.stability.mean - it.stability.low : NaN)),
          },
        ],
        percent: false,
        range: null,
        colours,
      }),
    [assessments, colours],
  );
  const explained = useMemo(
    () =>
      barsFigure({
        values: everyLayer(assessments, (it) => it.explained.residuals),
        first: assessments[0]?.layer ?? 0,
        axis: 'layer',
        hover: 'layer %{x}: %{y:.1%} of the variance',
        marked: at.layer,
        percent: true,
        colours,
      }),
    [assessments, at, colours],
  );
  const isRead = assessments.some((it) => it.stability);
  return (
    <>
      <div className="quality-three">
        {at.ranks.length > 1 && (
          <div className="stack">
            <h3>Accuracy by rank, layer {at.layer}</h3>
            <Plot figure={ranks} label={ranksText(at)} height={height} />
            <p className="quiet quality-line">
              Held-out accuracy of a linear probe that may use so many directions (partial least squares); rank 1 is the
              mean difference.
            </p>
          </div>
        )}
        {isRead && (
          <div className="stack">
            <h3>Stability by layer</h3>
            <Plot
              figure={stability}
              label={`Mean cosine between directions from resampled texts at each layer; ${plainNumber(at.stability?.mean ?? NaN)} at layer ${at.layer}`}
              height={height}
            />
            <p className="quiet quality-line">
              Mean cosine between directions from resampled texts; whiskers go down to the 5 % quantile. 1: the same
              whatever texts are taken.
            </p>
          </div>
        )}
        <div className="stack">
          <h3>Explained variance by layer</h3>
          <Plot
            figure={explained}
            label={`Share of the variance along the direction at each layer; ${plainNumber(100 * at.explained.residuals, 1)} % at layer ${at.layer}`}
            height={height}
          />
          <p className="quiet quality-line">
            Share of the texts’ variance that lies along the direction; an arbitrary one would hold{' '}
            {plainNumber(100 / width, 1)} %.
          </p>
        </div>
      </div>
      <Figures at={at} />
    </>
  );
}

/** From the first layer to the last, NaN where there is none: a direction need not have a vector at every layer. */
function everyLayer(
  assessments: readonly LayerAssessment[],
  value: (assessment: LayerAssessment) => number,
): readonly number[] {
  const first = assessments[0]?.layer ?? 0;
  const values = Array.from({ length: (assessments.at(-1)?.layer ?? -1) - first + 1 }, () => NaN);
  for (const assessment of assessments) values[assessment.layer - first] = value(assessment);
  return values;
}

function ranksText({ ranks, layer }: LayerAssessment): string {
  const each = ranks.map(({ rank, accuracy }) => `${plainNumber(accuracy)} at rank ${rank}`).join(', ');
  return `Held-out accuracy at layer ${layer}: ${each}`;
}

function Figures({ at }: { readonly at: LayerAssessment }) {
  const { layer, heldOut, separation, intervals, random, shuffled } = at;
  if (!separation) return null;
  const rows = [
    { key: 'auc', name: 'AUC' },
    { key: 'accuracy', name: 'accuracy' },
    { key: 'effectSize', name: 'effect size (Cohen’s d)' },
  ] as const;
  return (
    <div className="quality-table">
      <table className="facts lab-table">
        <thead>
          <tr>
            <th scope="col">
              layer {layer}, {heldOut ? 'held out' : 'its own texts'}
            </th>
            <th scope="col">direction{intervals && ' [95 %]'}</th>
            {heldOut && <th scope="col">random [95 %]</th>}
            {shuffled && <th scope="col">shuffled [95 %]</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td>{intervals ? withInterval(separation[key], intervals[key]) : plainNumber(separation[key])}</td>
              {heldOut && <td>{random ? bandText(random[key]) : '–'}</td>}
              {shuffled && <td>{bandText(shuffled.bands[key])}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {shuffled && (
        <p className="quiet quality-line">
          Chance of such an AUC if the sides meant nothing: {plainNumber(shuffled.chance, 3)}, by shuffling them. It
          cannot fall below one in the number of shuffles and one more; “Thorough” shuffles more often.
        </p>
      )}
    </div>
  );
}

function withInterval(value: number, { low, high }: Interval): string {
  return `${plainNumber(value)} [${plainNumber(low)}, ${plainNumber(high)}]`;
}

function bandText(band: DrawsBand): string {
  return withInterval(band.mean, band);
}
