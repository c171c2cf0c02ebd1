import { useMemo } from 'react';
import { shadowOf, type PlanePoint } from '../../../../core/planes/plane.js';
import { wantedPlane, type NoPlane, type WantedPlane } from '../../../engine/planes.js';
import { axisProbe, readLayer } from '../../../engine/probes.js';
import type { RowName } from '../../../rows.js';
import { useDirections } from '../../../stores/directions.js';
import type { SpannedPlane } from '../../../stores/plane.js';
import { useSession } from '../../../stores/session.js';
import { projectionAt, useTexts, type TextState } from '../../../stores/texts.js';
import { useView } from '../../../stores/view.js';

/** The plane that the choices and the selected direction ask for; null while no model is loaded. */
export function useWantedPlane(): WantedPlane | NoPlane | null {
  const directions = useDirections();
  const choice = useView((state) => state.plane);
  const loaded = useSession((state) => state.loaded);
  const epoch = useSession((state) => state.epoch);
  return useMemo(() => loaded && wantedPlane(directions, choice, loaded, epoch), [directions, choice, loaded, epoch]);
}

const nowhere: PlanePoint = { x: NaN, y: NaN };

/** Where a text's tokens lie, by position; NaN for those that were not read, that are special, or are left over from before. */
export function tokenPoints(text: TextState, shown: SpannedPlane): readonly PlanePoint[] {
  const [u, w] = [0, 1].map((axis) => text.probes.indexOf(axisProbe(shown.key, axis))) as [number, number];
  const layer = readLayer(shown);
  if (layer === null || u < 0 || w < 0) return [];
  const from = shadowOf(shown.plane, shown.plane.origin);
  return text.tokens
    .slice(0, text.fresh)
    .map((token) =>
      token.special
        ? nowhere
        : { x: projectionAt(token, u, layer) - from.x, y: projectionAt(token, w, layer) - from.y },
    );
}

export function useTokenPoints(row: RowName, shown: SpannedPlane): readonly PlanePoint[] {
  const text = useTexts((state) => state[row]);
  return useMemo(() => tokenPoints(text, shown), [text, shown]);
}
