import { useEffect, useMemo } from 'react';
import type { PlanePoint } from '../../../../core/planes/plane.js';
import type { DrawingPlace } from '../../../engine/drawing.js';
import { nearestPoint, pointsOf, type PlaneWindow } from '../../../plots/planeScene.js';
import { rowNames } from '../../../rows.js';
import type { SpannedPlane } from '../../../stores/plane.js';
import { useTexts } from '../../../stores/texts.js';
import { hoverToken, type TokenPlace } from '../../../stores/view.js';
import { labelsOf } from './labels.js';
import { useTokenPoints } from './usePlaced.js';

/** Where the pointer is over the plane, in pixels, and whether a tip could be taken there. */
export interface PlaceUnderPointer {
  readonly at: PlanePoint;
  readonly takes: boolean;
}

const within = 9;

/** What lies under the pointer: a contrast text, or a token, which then is marked in its text too. */
export function PointLabel(props: {
  readonly under: PlaceUnderPointer;
  readonly place: DrawingPlace;
  readonly shown: SpannedPlane;
  readonly window: PlaneWindow;
}) {
  const { under, place, shown, window } = props;
  const { at } = under;
  const { plane, wanted } = place;
  const points = useMemo(() => ({ positive: pointsOf(plane.positive), negative: pointsOf(plane.negative) }), [plane]);
  const labels = useMemo(() => labelsOf(wanted.texts), [wanted.texts]);
  const tokens = { baseline: useTokenPoints('baseline', shown), steered: useTokenPoints('steered', shown) };
  const row = rowNames.toReversed().find((name) => nearestPoint(window, tokens[name], at, within) >= 0);
  const position = row ? nearestPoint(window, tokens[row], at, within) : -1;
  const piece = useTexts((state) => (row ? state[row].tokens[position]?.piece : undefined));
  const side = (['positive', 'negative'] as const).find((name) => nearestPoint(window, points[name], at, within) >= 0);
  const token: TokenPlace | null = row && !side ? { row, position } : null;
  useEffect(() => hoverToken(token));
  const label = side
    ? `${side}: ${labels[side][nearestPoint(window, points[side], at, within)] ?? ''}`
    : row && `${row}, token ${position}: ${piece?.trim() || '␣'}`;
  if (!label) return null;
  const right = at.x > window.width / 2;
  return (
    <div
      className="plane-label"
      style={{ top: at.y + 14, ...(right ? { right: window.width - at.x } : { left: at.x + 8 }) }}
    >
      {label}
    </div>
  );
}
