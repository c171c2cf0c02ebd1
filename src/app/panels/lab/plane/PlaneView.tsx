import { useMemo } from 'react';
import type { DrawingPlace } from '../../../engine/drawing.js';
import { layerOf } from '../../../engine/drawing.js';
import type { WantedPlane } from '../../../engine/planes.js';
import { useDirections } from '../../../stores/directions.js';
import type { SpannedPlane } from '../../../stores/plane.js';
import { useSession } from '../../../stores/session.js';
import { useView } from '../../../stores/view.js';
import { arrowsOf } from './arrows.js';
import { ArrowFacts } from './ArrowFacts.js';
import { PlaneSurface } from './PlaneSurface.js';
import { PlaneTable } from './PlaneTable.js';

/** A plane that is spanned: where is drawn, what is selected in numbers, everything as a table. */
export function PlaneView({ wanted, shown }: { readonly wanted: WantedPlane; readonly shown: SpannedPlane }) {
  const directions = useDirections();
  const stamp = useSession((state) => state.loaded?.stamp);
  const otherId = useView((state) => state.plane.otherId);
  const place = useMemo<DrawingPlace | null>(() => {
    if (!stamp) return null;
    const without = { stamp, wanted, plane: shown.plane, residualNorm: 1, otherId };
    const residualNorm = shown.plane.residualNorm ?? layerOf(without, wanted.subject)?.residualNorm;
    return residualNorm === undefined ? null : { ...without, residualNorm };
  }, [stamp, wanted, shown, otherId]);
  const arrows = useMemo(() => (place ? arrowsOf(directions, place) : []), [directions, place]);
  if (!place) return null;
  return (
    <>
      <PlaneSurface place={place} shown={shown} arrows={arrows} />
      <ArrowFacts place={place} arrows={arrows} />
      <PlaneTable place={place} arrows={arrows} />
    </>
  );
}
