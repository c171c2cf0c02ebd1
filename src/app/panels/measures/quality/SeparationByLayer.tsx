import { useMemo } from 'react';
import type { LayerAssessment } from '../../../../core/quality/assess.js';
import type { SeparationFigure } from '../../../../core/quality/figures.js';
import { Choice } from '../../../controls/Choice.js';
import { plainNumber } from '../../../look/numbers.js';
import { Plot } from '../../../plots/Plot.js';
import { separationFigure } from '../../../plots/separationFigure.js';
import { useQuality } from '../../../stores/quality.js';
import { useFigureColours } from '../../figureColours.js';

const figures = [
  { value: 'auc', label: 'AUC' },
  { value: 'accuracy', label: 'Accuracy' },
  { value: 'effectSize', label: 'Effect size' },
] as const satisfies readonly { value: SeparationFigure; label: string }[];

const about: Readonly<
  Record<SeparationFigure, { quantity: string; chance: number; range: readonly [number, number] | null; says: string }>
> = {
  auc: {
    quantity: 'AUC',
    chance: 0.5,
    range: [0, 1.04],
    says: 'AUC: the chance that a positive text lies further along the direction than a negative one; 0.5 says nothing, 1 is perfect.',
  },
  accuracy: {
    quantity: 'accuracy',
    chance: 0.5,
    range: [0, 1.04],
    says: 'Accuracy: the share of texts on the right side of the midpoint; 0.5 says nothing, 1 is perfect.',
  },
  effectSize: {
    quantity: 'Cohen’s d (standard deviations)',
    chance: 0,
    range: null,
    says: 'Cohen’s d: the distance of the sides’ means in standard deviations of a side; 0 says nothing, 0.8 and more is called large.',
  },
};

/** Separation by layer; held out, with its intervals and over what chance reaches. A click looks at a layer. */
export function SeparationByLayer(props: { readonly assessments: readonly LayerAssessment[]; readonly layer: number }) {
  const { assessments, layer } = props;
  const shown = useQuality((state) => state.figure);
  const colours = useFigureColours();
  const { quantity, chance, range, says } = about[shown];
  const figure = useMemo(
    () =>
      separationFigure({
        layers: assessments.map((it) => it.layer),
        values: assessments.map(({ separation }) => separation?.[shown] ?? NaN),
        intervals: assessments.map(({ intervals }) => intervals?.[shown] ?? null),
        random: assessments.map(({ random }) => random?.[shown] ?? null),
        shuffled: assessments.map(({ shuffled }) => shuffled?.bands[shown] ?? null),
        quantity,
        chance,
        range,
        marked: layer,
        colours,
      }),
    [assessments, shown, quantity, chance, range, layer, colours],
  );
  const heldOut = assessments.every((it) => it.heldOut);
  const at = assessments.find((it) => it.layer === layer)?.separation?.[shown] ?? NaN;
  return (
    <div className="stack">
      <div className="row wrap">
        <h3>Separation by layer, {heldOut ? 'held out' : 'of the texts it was found from'}</h3>
        <div className="lab-choice">
          <Choice
            label="Figure of separation"
            value={shown}
            options={figures}
            onChange={(value) => useQuality.setState({ figure: value })}
          />
        </div>
      </div>
      <Plot
        figure={figure}
        label={`${quantity} of each layer${heldOut ? ' with its interval' : ', on the texts it was found from'}; ${plainNumber(at)} at layer ${layer}`}
        height={220}
        onClick={(column) => useQuality.setState({ layer: column })}
      />
      <p className="quiet quality-line">
        {says}{' '}
        {heldOut
          ? 'Whiskers: 95 % interval. Grey: the middle 95 % of random directions.'
          : 'It says nothing about other texts.'}
        {assessments.some(({ shuffled }) => shuffled) && ' Dotted: the same with the sides shuffled.'} A click on a
        point looks at its layer.
      </p>
    </div>
  );
}
