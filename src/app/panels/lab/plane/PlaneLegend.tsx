import type { ReactNode } from 'react';
import type { DrawingPlace } from '../../../engine/drawing.js';

/** What the dots and circles of the plane are, on one line. */
export function PlaneLegend({ place }: { readonly place: DrawingPlace }) {
  const { positive } = place.plane;
  return (
    <p className="quiet plane-legend">
      {positive.length > 0 && (
        <>
          <Key colour="rgb(var(--positive))">positive texts</Key>
          <Key colour="rgb(var(--negative))">negative texts</Key>
        </>
      )}
      <Key colour="var(--mute)">baseline</Key>
      <Key colour="var(--accent)">steered</Key>
      <span>
        <i className="ring" />
        circles: × mean residual norm
      </span>
    </p>
  );
}

function Key({ colour, children }: { readonly colour: string; readonly children: ReactNode }) {
  return (
    <span>
      <i style={{ background: colour }} />
      {children}
    </span>
  );
}
