import { NativeSelect } from '@mantine/core';
import { useMemo } from 'react';
import type { FittedDirection } from '../../../../core/directions/direction.js';
import { additivityStrengths, measureEffect, textsASide } from '../../../engine/quality.js';
import { fitFor, useDirections } from '../../../stores/directions.js';
import { useQuality } from '../../../stores/quality.js';
import { useSession } from '../../../stores/session.js';
import type { Selected } from '../../selected.js';
import { AdditivityCurves } from './AdditivityCurves.js';
import { PromotedTokens } from './PromotedTokens.js';
import { QualityLayer } from './QualityLayer.js';
import { RunButton } from './RunButton.js';
import { useQualityLayer } from './useQualityLayer.js';
import { doubledWords, summedWords } from './words.js';

/** Strength at which tokens are compared where the direction is not added. */
const usualStrength = 0.5;

/** What the model makes of the direction, by runs with and without it. */
export function EffectPart({ selected }: { readonly selected: Selected }) {
  const { entry, direction, version } = selected;
  const name = entry.name || 'unnamed';
  const layer = useQualityLayer(selected);
  const effect = useQuality((state) => state.known[version]?.effect ?? null);
  const others = useOthers(entry.id, direction.hook, layer);
  const otherId = useQuality((state) => state.otherId);
  const other = others.find(({ id }) => id === otherId) ?? null;
  const strength = entry.operator === 'add' && entry.strength !== 0 ? entry.strength : usualStrength;
  const report = effect?.report;
  const words = report
    ? [doubledWords(report.doubled), effect.other === null ? null : summedWords(report.summed, effect.other)]
    : [];
  return (
    <section className="stack" aria-label="What it does">
      <h3>What it does, layer {layer}</h3>
      <div className="row wrap">
        <RunButton
          part="effect"
          version={version}
          label={effect ? 'Measure again what it does' : 'Measure what it does'}
          stopLabel="Stop reading"
          onStart={() => void measureEffect({ name, version, direction }, layer, other, strength)}
        />
        {textsASide(direction) < 2 && <QualityLayer selected={selected} />}
        <span className="row quiet">
          together with
          <NativeSelect
            size="xs"
            aria-label="Direction that is added beside it"
            value={other?.id ?? ''}
            onChange={(event) => useQuality.setState({ otherId: event.currentTarget.value || null })}
            data={[{ value: '', label: 'none' }, ...others.map((it) => ({ value: it.id, label: it.name }))]}
          />
        </span>
      </div>
      <p className="quiet quality-line">
        The unsteered text above is read with and without the direction added at layer {layer}, at strengths{' '}
        {additivityStrengths.join(', ')} and twice that. Nothing is written.
      </p>
      {effect && report && (
        <>
          {effect.layer !== layer && (
            <p className="quiet quality-line">
              These figures are of layer {effect.layer}. Measure again for layer {layer}.
            </p>
          )}
          <ul className="quality-words" aria-label="What follows of what it does">
            {words.map((sentence) => sentence !== null && <li key={sentence}>{sentence}</li>)}
          </ul>
          <AdditivityCurves effect={effect} />
          <PromotedTokens effect={effect} />
        </>
      )}
    </section>
  );
}

/** Other directions with a vector at the same place of a layer: what is added elsewhere is another thing to add. */
function useOthers(id: string, hook: FittedDirection['hook'], layer: number) {
  const entries = useDirections((state) => state.entries);
  const stamp = useSession((state) => state.loaded?.stamp);
  return useMemo(
    () =>
      entries.flatMap((entry) => {
        const direction = entry.id === id ? null : fitFor(entry, stamp);
        const isThere = direction?.hook === hook && direction.layers.some((it) => it.layer === layer);
        return direction && isThere ? [{ id: entry.id, name: entry.name || 'unnamed', direction }] : [];
      }),
    [entries, stamp, id, hook, layer],
  );
}
