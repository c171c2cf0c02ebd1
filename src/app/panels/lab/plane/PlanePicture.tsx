import { memo, useMemo } from 'react';
import type { DrawingPlace } from '../../../engine/drawing.js';
import { colourOf } from '../../../look/palette.js';
import { plainNumber } from '../../../look/numbers.js';
import {
  arrowPath,
  dotsPath,
  linePath,
  pointsOf,
  strengthRings,
  toPixel,
  type PlaneWindow,
} from '../../../plots/planeScene.js';
import type { RowName } from '../../../rows.js';
import type { SpannedPlane } from '../../../stores/plane.js';
import { useTexts } from '../../../stores/texts.js';
import { useView } from '../../../stores/view.js';
import type { Arrow } from './arrows.js';
import { useTokenPoints } from './usePlaced.js';

/** The contrast texts, the tokens of both texts, and the arrows. */
export function PlanePicture(props: {
  readonly place: DrawingPlace;
  readonly shown: SpannedPlane;
  readonly arrows: readonly Arrow[];
  readonly window: PlaneWindow;
}) {
  const { place, shown, arrows, window } = props;
  const { width, height } = window;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      <Backdrop place={place} window={window} />
      <Contrast place={place} window={window} />
      <Tokens row="baseline" shown={shown} window={window} />
      <Tokens row="steered" shown={shown} window={window} />
      <RingNumbers window={window} residualNorm={place.residualNorm} />
      {arrows.map(({ entry, tip, applied, selected, holds }) => (
        <g
          key={entry.id}
          className={`plane-arrow ${selected ? 'selected' : ''} ${applied ? '' : 'idle'}`}
          style={{ '--colour': colourOf(entry) } as Record<string, string>}
        >
          <path className="halo" d={arrowPath(window, tip)} />
          <path d={arrowPath(window, tip)} />
          {holds && <circle cx={toPixel(window, tip).x} cy={toPixel(window, tip).y} r={selected ? 6 : 4} />}
        </g>
      ))}
    </svg>
  );
}

/** Axes through the origin with what they are, and circles of equal strength. */
const Backdrop = memo(function Backdrop({
  place,
  window,
}: {
  readonly place: DrawingPlace;
  readonly window: PlaneWindow;
}) {
  const { wanted, plane, residualNorm } = place;
  const { width, height, scale } = window;
  const { x, y } = toPixel(window, { x: 0, y: 0 });
  const share = (axis: 0 | 1): string => (plane.shares ? `, ${plainNumber(100 * plane.shares[axis], 0)} %` : '');
  return (
    <g className="plane-backdrop">
      <path d={`M0 ${y}H${width}M${x} 0V${height}`} />
      {strengthRings(window, residualNorm).map((ring) => (
        <circle key={ring} cx={x} cy={y} r={ring * residualNorm * scale} />
      ))}
      <text x={width - 4} y={Math.min(height - 4, Math.max(24, y - 4))} textAnchor="end">
        {wanted.names[0]}
        {share(0)}
      </text>
      <text x={Math.min(width - 120, Math.max(4, x + 4))} y={11}>
        {wanted.names[1]}
        {share(1)}
      </text>
    </g>
  );
});

/** Over the dots, so that they can be read among them. */
const RingNumbers = memo(function RingNumbers(props: { readonly window: PlaneWindow; readonly residualNorm: number }) {
  const { window, residualNorm } = props;
  const { x, y } = toPixel(window, { x: 0, y: 0 });
  return (
    <g className="plane-numbers">
      {strengthRings(window, residualNorm).map((ring) => (
        <text key={ring} x={x + 3} y={y + ring * residualNorm * window.scale - 3}>
          {plainNumber(ring)}
        </text>
      ))}
    </g>
  );
});

const Contrast = memo(function Contrast({
  place,
  window,
}: {
  readonly place: DrawingPlace;
  readonly window: PlaneWindow;
}) {
  const { positive, negative } = place.plane;
  const size = positive.length + negative.length > 600 ? 4 : 8;
  return (
    <g className="plane-contrast" style={{ strokeWidth: size }}>
      <path className="negative" d={dotsPath(window, pointsOf(negative))} />
      <path className="positive" d={dotsPath(window, pointsOf(positive))} />
    </g>
  );
});

/** A text's tokens in their order: the prompt's as dots, the generated ones joined. */
function Tokens({
  row,
  shown,
  window,
}: {
  readonly row: RowName;
  readonly shown: SpannedPlane;
  readonly window: PlaneWindow;
}) {
  const points = useTokenPoints(row, shown);
  const promptLength = useTexts((state) => state[row].promptLength);
  const place = useView((state) => state.hovered ?? state.pinned);
  const paths = useMemo(() => {
    const generated = points.slice(promptLength);
    return {
      prompt: dotsPath(window, points.slice(0, promptLength)),
      line: linePath(window, points.slice(Math.max(0, promptLength - 1))),
      generated: dotsPath(window, generated),
    };
  }, [points, promptLength, window]);
  const hot = place?.row === row ? points[place.position] : undefined;
  const marked = hot && toPixel(window, hot);
  return (
    <g className={`plane-tokens ${row}`}>
      <path className="prompt" d={paths.prompt} />
      <path className="line" d={paths.line} />
      <path className="generated" d={paths.generated} />
      {marked && Number.isFinite(marked.x) && <circle cx={marked.x} cy={marked.y} r={6} />}
    </g>
  );
}
