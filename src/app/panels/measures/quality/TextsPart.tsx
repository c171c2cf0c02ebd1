import { useMemo } from 'react';
import type { LayerAssessment } from '../../../../core/quality/assess.js';
import { Choice } from '../../../controls/Choice.js';
import { assessTexts, drawsNamed, refitMethod, textsASide } from '../../../engine/quality.js';
import { useQuality, type DrawsName } from '../../../stores/quality.js';
import type { Selected } from '../../selected.js';
import { useSettled } from '../../useSettled.js';
import { LayerFigures } from './LayerFigures.js';
import { QualityLayer } from './QualityLayer.js';
import { RunButton } from './RunButton.js';
import { SeparationByLayer } from './SeparationByLayer.js';
import { useQualityLayer } from './useQualityLayer.js';
import { qualityVerdict } from './verdict.js';
import { assessmentWords, layersWords } from './words.js';

const draws = [
  { value: 'quick', label: 'Quick' },
  { value: 'thorough', label: 'Thorough' },
] as const satisfies readonly { value: DrawsName; label: string }[];

const none: readonly LayerAssessment[] = [];

/** What the texts that a direction was found from say of it. */
export function TextsPart({ selected }: { readonly selected: Selected }) {
  const { entry, direction, version } = selected;
  const name = entry.name || 'unnamed';
  const count = textsASide(direction);
  const quality = useQuality((state) => state.known[version]);
  const chosen = useQuality((state) => state.draws);
  const layer = useQualityLayer(selected);
  const assessments = quality?.assessments ?? none;
  // Layers may come faster than plots are drawn.
  const drawn = useSettled(assessments);
  const at = assessments.find((it) => it.layer === layer);
  const fitted = direction.layers.find((it) => it.layer === layer)?.separation ?? null;
  const overall = useMemo(() => layersWords(assessments), [assessments]);
  if (count < 2) {
    return (
      <p className="quiet quality-line">
        {direction.source.texts
          ? `“${name}” has one text on a side, so none can be held out to see how well it reads. What it does is measured below.`
          : `“${name}” was not found from texts, so there is nothing that it separates. What it does is measured below.`}
      </p>
    );
  }
  const { resamples, random, shuffles, refits } = drawsNamed[chosen];
  return (
    <section className="stack" aria-label="What its texts say">
      <div className="row wrap">
        <RunButton
          part="texts"
          version={version}
          label={assessments.length > 0 ? 'Measure again' : 'Measure on its texts'}
          stopLabel="Stop measuring"
          onStart={() => void assessTexts({ name, version, direction }, layer)}
        />
        <div className="lab-choice">
          <Choice
            label="Draws"
            value={chosen}
            options={draws}
            onChange={(value) => useQuality.setState({ draws: value })}
          />
        </div>
        <QualityLayer selected={selected} />
      </div>
      {at && (
        <p role="status" className="measured-verdict" aria-label="In a line">
          <b>{qualityVerdict(at, assessments, name)}</b>
        </p>
      )}
      <p className="quiet quality-line">
        {refitMethod(direction) === null
          ? `The texts that “${name}” was found from are read by it as it is, since it cannot be found again from some of them. How well it reads them says nothing about other texts.`
          : `Every text is read by a direction that was found without it. ${resamples} resamples of the texts give the intervals (95 %). ${random} random directions and ${shuffles} shuffles of the sides say what chance reaches, ${refits} directions from resampled texts how stable it is.`}
      </p>
      {at && (
        <ul className="quality-words" aria-label={`What follows, layer ${layer}`}>
          {[...assessmentWords(at, direction.model.width, fitted), ...(overall === null ? [] : [overall])].map(
            (sentence) => (
              <li key={sentence}>{sentence}</li>
            ),
          )}
        </ul>
      )}
      {drawn.length > 0 && (
        <>
          <SeparationByLayer assessments={drawn} layer={layer} />
          {at && <LayerFigures assessments={drawn} at={at} width={direction.model.width} />}
        </>
      )}
    </section>
  );
}
