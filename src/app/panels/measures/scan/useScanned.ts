import { useCallback, useMemo } from 'react';
import type { FittedDirection } from '../../../../core/directions/direction.js';
import { sidesRead } from '../../../../core/directions/sides-read.js';
import type { SideMeans } from '../../../../core/scan/figures.js';
import type { LoadedModel, ScannedText } from '../../../../protocol/api.js';
import { probesOf } from '../../../engine/plan.js';
import { fitEntryFor, selectedEntry, useDirections } from '../../../stores/directions.js';
import { useScan } from '../../../stores/scan.js';
import { boundedTexts } from './scanBounds.js';
import { useAnswer, type Answer, type Ask } from '../../lab/useAnswer.js';
import { toldApart } from '../../lab/toldApart.js';
import { useSettled } from '../../useSettled.js';

/** A direction that a text can be read along. */
export interface ScanDirection {
  readonly id: string;
  readonly name: string;
  /** Id of its probe. */
  readonly version: string;
  readonly direction: FittedDirection;
  /** By layer; null where it was not made from two sides of texts, at the block's output. */
  readonly means: readonly (SideMeans | null)[];
}

export interface Scanned {
  readonly texts: readonly ScannedText[];
  /** Ids of the probes, in the order of the projections. */
  readonly probes: readonly string[];
  /** What of the text was not read because it is too much at once; null when all was. */
  readonly note: string | null;
}

/** Every direction that is fitted on the loaded model, told apart by name. */
export function useScanDirections(loaded: LoadedModel): readonly ScanDirection[] {
  const entries = useDirections((state) => state.entries);
  return useMemo(() => {
    const fitted = entries.flatMap((entry) => {
      const fit = fitEntryFor(entry, loaded.stamp);
      return fit ? [{ entry, fit }] : [];
    });
    const names = toldApart(fitted.map(({ entry }) => entry.name || 'unnamed'));
    return fitted.map(({ entry: { id }, fit: { version, direction } }, index) => {
      const means = Array.from<SideMeans | null>({ length: loaded.shape.layers }).fill(null);
      for (const it of direction.layers) means[it.layer] = sidesRead(direction, it);
      return { id, name: names[index]!, version, direction, means };
    });
  }, [entries, loaded]);
}

/** The one that is chosen, or the selected one of the page, or the first. */
export function useScanDirection(directions: readonly ScanDirection[]): ScanDirection | null {
  const chosen = useScan((state) => state.directionId);
  const selected = useDirections((state) => selectedEntry(state)?.id);
  const named = (id: string | null | undefined) => directions.find((it) => it.id === id);
  return named(chosen) ?? named(selected) ?? directions[0] ?? null;
}

/** What is typed, once typing stops: read along all directions at once, so that choosing another one costs no run. */
export function useScanned(loaded: LoadedModel, directions: readonly ScanDirection[]): Answer<Scanned> {
  const text = useSettled(
    useScan((state) => state.text),
    400,
  );
  const byLine = useScan((state) => state.byLine);
  const versions = directions.map(({ version }) => version).join();
  const ask: Ask<Scanned> = useCallback(
    async (api, task, onProgress) => {
      const { texts: read, note } = boundedTexts(text, byLine);
      const texts = read.map((it) => ({ text: it }));
      const probes = probesOf(useDirections.getState(), loaded);
      const scanned = await api.scanText({ task, texts, probes }, onProgress);
      return { texts: scanned, probes: probes.map(({ id }) => id), note };
    },
    // The versions say which vectors the probes have.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [text, byLine, versions, loaded],
  );
  return useAnswer(text.trim() === '' || directions.length === 0 ? null : ask);
}
