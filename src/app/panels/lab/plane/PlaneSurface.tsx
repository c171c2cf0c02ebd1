import { Button } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { PlanePoint } from '../../../../core/planes/plane.js';
import {
  arrowlessWhy,
  beginDrawing,
  cancelDrawing,
  drawSoon,
  endDrawing,
  moveTip,
  type DrawingPlace,
} from '../../../engine/drawing.js';
import { plainNumber, signedNumber } from '../../../look/numbers.js';
import {
  fromPixel,
  nearestPoint,
  pointsOf,
  steadyWindow,
  toPixel,
  windowOf,
  type PlaneWindow,
} from '../../../plots/planeScene.js';
import { selectDirection, selectedEntry, useDirections, type DirectionEntry } from '../../../stores/directions.js';
import { usePlane, type SpannedPlane } from '../../../stores/plane.js';
import { hoverToken } from '../../../stores/view.js';
import { useSettled } from '../../useSettled.js';
import { angleOf, type Arrow } from './arrows.js';
import { PlaneLegend } from './PlaneLegend.js';
import { PlanePicture } from './PlanePicture.js';
import { PointLabel, type PlaceUnderPointer } from './PointLabel.js';
import { SavePlane } from './SavePlane.js';
import { useTokenPoints } from './usePlaced.js';

/** Pixels around a tip in which it is taken, for a mouse and for a finger, and after which a press is a drag. */
const reach = { mouse: 14, touch: 26 };
const dragBegins = 4;
/** How far an arrow key moves the tip, and with shift, in units of the residual norm. */
const keyStep = 0.02;
const keyStride = 0.06;
const keySteps: Readonly<Record<string, PlanePoint>> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
};

interface Drag {
  readonly takenId: string | null;
  readonly start: PlanePoint;
  /** From the pointer to the tip that was taken. */
  readonly offset: PlanePoint;
  readonly window: PlaneWindow;
  begun: boolean;
}

/** The plane itself: everything in it, and drawing by pointer and keys. */
export function PlaneSurface(props: {
  readonly place: DrawingPlace;
  readonly shown: SpannedPlane;
  readonly arrows: readonly Arrow[];
}) {
  const { place, shown, arrows } = props;
  const { ref: sized, width: room } = useElementSize<HTMLDivElement>();
  const surface = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sized, surface);
  const drag = useRef<Drag | null>(null);
  const [held, setHeld] = useState<PlaneWindow | null>(null);
  const [under, setUnder] = useState<PlaceUnderPointer | null>(null);
  const drawing = usePlane((state) => state.drawing);
  const width = Math.max(240, Math.floor(room));
  const height = Math.min(400, Math.max(280, Math.round(width * 0.62)));
  // While an arrow is dragged the window stays: the plane must not move under the pointer.
  const { window, fit } = useWindow(place, shown, arrows, { width, height, held });
  const selected = arrows.find((arrow) => arrow.selected);
  const entry = useDirections(selectedEntry);
  const says = spoken(place, entry, selected);

  useEffect(() => endDrawing, []);

  const placeOf = (event: PointerEvent): PlanePoint => {
    const box = surface.current!.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const arrowAt = (at: PlanePoint, within: number): Arrow | undefined => {
    const takeable = arrows.filter(({ holds }) => holds);
    return takeable[nearestPoint(window, takeable.map(({ tip }) => tip), at, within)]; // prettier-ignore
  };
  const finish = (how: () => void): void => {
    drag.current = null;
    setHeld(null);
    how();
  };

  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || !event.isPrimary) return;
    endDrawing();
    const start = placeOf(event);
    const arrow = arrowAt(start, reach[event.pointerType === 'mouse' ? 'mouse' : 'touch']);
    const tip = arrow ? toPixel(window, arrow.tip) : start;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = {
      takenId: arrow?.entry.id ?? null,
      start,
      offset: { x: tip.x - start.x, y: tip.y - start.y },
      window,
      begun: false,
    };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const at = placeOf(event);
    const dragged = drag.current;
    if (!dragged) return setUnder({ at, takes: arrowAt(at, reach.mouse) !== undefined });
    const { start, offset } = dragged;
    if (!dragged.begun) {
      if (Math.hypot(at.x - start.x, at.y - start.y) < dragBegins) return;
      dragged.begun = true;
      setUnder(null);
      setHeld(dragged.window);
      beginDrawing(dragged.takenId, true);
    }
    const tip = fromPixel(dragged.window, {
      x: Math.min(width, Math.max(0, at.x + offset.x)),
      y: Math.min(height, Math.max(0, at.y + offset.y)),
    });
    drawSoon(place, tip);
  };
  const onPointerUp = (): void => {
    const dragged = drag.current;
    if (!dragged) return;
    if (!dragged.begun && dragged.takenId !== null) selectDirection(dragged.takenId);
    finish(endDrawing);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = keySteps[event.key];
    if (event.key === 'Escape' && drawing) finish(cancelDrawing);
    else if (event.key === 'Enter' && drawing) finish(endDrawing);
    else if (step && !drag.current) moveTip(place, step, event.shiftKey ? keyStride : keyStep);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="plane-frame savable">
      <SavePlane surface={surface} place={place} shown={shown} arrows={arrows} />
      <div
        ref={ref}
        className={`plane-surface ${under?.takes ? 'takes' : ''}`}
        style={{ height }}
        role="slider"
        aria-valuemin={-180}
        aria-valuemax={180}
        aria-valuenow={selected ? Math.round(angleOf(selected.tip)) : 0}
        aria-valuetext={says}
        aria-roledescription="plane to draw in"
        aria-label="Draw a direction: arrow keys move the tip, with shift further; Enter lets it be, Escape takes it back"
        tabIndex={0}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => drag.current && finish(cancelDrawing)}
        onPointerLeave={() => {
          setUnder(null);
          hoverToken(null);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => !drag.current && endDrawing()}
      >
        <PlanePicture place={place} shown={shown} arrows={arrows} window={window} />
        {under && <PointLabel under={under} place={place} shown={shown} window={window} />}
        <div className="plane-keys" aria-hidden>
          <kbd>←↑↓→</kbd> move the tip, <kbd>Shift</kbd> further, <kbd>Enter</kbd> keeps it, <kbd>Esc</kbd> takes it
          back
        </div>
      </div>
      <div className="plane-under">
        <PlaneLegend place={place} />
        <Button size="compact-xs" variant="default" title="Make everything fit into the plane" onClick={fit}>
          Show all
        </Button>
      </div>
      <p className="quiet plane-says">{says}</p>
    </div>
  );
}

/**
 * A window on everything that has to be seen, once the text that is being written has settled. It stays while all fits in,
 * and is drawn anew for another plane, or when `fit` is called.
 */
function useWindow(
  place: DrawingPlace,
  shown: SpannedPlane,
  arrows: readonly Arrow[],
  room: { readonly width: number; readonly height: number; readonly held: PlaneWindow | null },
): { readonly window: PlaneWindow; readonly fit: () => void } {
  const { width, height, held } = room;
  const baseline = useSettled(useTokenPoints('baseline', shown));
  const steered = useSettled(useTokenPoints('steered', shown));
  const { plane, residualNorm } = place;
  const texts = useMemo(() => [...pointsOf(plane.positive), ...pointsOf(plane.negative)], [plane]);
  const tips = useMemo(() => arrows.map(({ tip }) => tip), [arrows]);
  const fixed = useMemo(() => [...texts, ...tips], [texts, tips]);
  const tokens = useMemo(() => [...baseline, ...steered], [baseline, steered]);
  const fresh = useMemo(
    () => windowOf({ width, height }, fixed, tokens, 0.1 * residualNorm),
    [width, height, fixed, tokens, residualNorm],
  );
  const [kept, setKept] = useState({ key: shown.key, window: fresh });
  const settled = useMemo(
    () => (kept.key === shown.key ? steadyWindow(kept.window, fresh, fixed, tokens) : fresh),
    [kept, shown.key, fresh, fixed, tokens],
  );
  if (!held && (kept.key !== shown.key || kept.window !== settled)) setKept({ key: shown.key, window: settled });
  return { window: held ?? settled, fit: () => setKept({ key: shown.key, window: fresh }) };
}

function spoken(place: DrawingPlace, selected: DirectionEntry | null, arrow: Arrow | undefined): string {
  if (!arrow) {
    const why = selected ? `“${selected.name || 'unnamed'}” ${arrowlessWhy(place, selected)}` : 'No arrow is selected';
    return `${why}. Arrow keys draw a new one. The circles are strengths; strength 1 is ${plainNumber(place.residualNorm, 1)} long.`;
  }
  const { entry, tip, applied } = arrow;
  const length = Math.hypot(tip.x, tip.y);
  return (
    `${entry.name || 'unnamed'}: x ${signedNumber(tip.x, 1)}, y ${signedNumber(tip.y, 1)}, length ${plainNumber(length, 1)}, ` +
    `angle ${plainNumber(angleOf(tip), 0)}°, strength ${signedNumber(entry.strength)}${applied ? '' : ', not applied at this layer'}`
  );
}
