/**
 * Where things of a plane lie on the screen, and what is drawn there, as data. Drawn as SVG by hand and not by Plotly: what is
 * dragged and what is written must follow within a frame, and thousands of points are one path each side.
 */
import type { PlanePoint } from '../../core/planes/plane.js';

/** The window through which the plane is seen. Both axes have the same unit, so that angles are true. */
export interface PlaneWindow {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The plane's point in the middle. */
  readonly middle: PlanePoint;
  /** Pixels of one unit. */
  readonly scale: number;
}

/** How far beyond the points and arrows a text's tokens may widen the window: some tokens' residuals are far larger. */
const farthest = 2.5;
const marginShare = 1.18;

/**
 * @param fixed what has to be seen: the contrast texts and the arrows; the origin always is
 * @param tokens what is seen when it lies near enough
 * @param smallest the window reaches at least this far from the origin
 */
export function windowOf(
  size: { readonly width: number; readonly height: number },
  fixed: readonly PlanePoint[],
  tokens: readonly PlanePoint[],
  smallest: number,
): PlaneWindow {
  const reach = { left: -smallest, right: smallest, low: -smallest, high: smallest };
  for (const { x, y } of fixed) widen(reach, x, y);
  const limits = { ...reach };
  const [across, up] = [limits.right - limits.left, limits.high - limits.low];
  const within = (value: number, low: number, high: number, room: number): number =>
    Math.max(low - (room * (farthest - 1)) / 2, Math.min(high + (room * (farthest - 1)) / 2, value));
  for (const { x, y } of tokens)
    widen(reach, within(x, limits.left, limits.right, across), within(y, limits.low, limits.high, up));
  const { left, right, low, high } = reach;
  const scale = Math.min(size.width / (right - left), size.height / (high - low)) / marginShare;
  return { ...size, middle: { x: (left + right) / 2, y: (low + high) / 2 }, scale };
}

/** Pixels at the edge in which a point does not count as seen: an arrow's head would be cut off there. */
const edge = 5;
/** Of the tokens that a new window would show, at least this share must be in the one that is kept. */
const tokensKept = 0.5;

function isSeen(window: PlaneWindow, point: PlanePoint): boolean {
  const { x, y } = toPixel(window, point);
  return x >= edge && y >= edge && x <= window.width - edge && y <= window.height - edge;
}

/**
 * The window that is there, as long as it still shows what a new one would; else the new one. An arrow that was let go stays
 * where it was dropped.
 *
 * @param fixed what has to be seen
 * @param tokens of which most are to be seen: those that the new window leaves out do not count
 */
export function steadyWindow(
  kept: PlaneWindow,
  fresh: PlaneWindow,
  fixed: readonly PlanePoint[],
  tokens: readonly PlanePoint[],
): PlaneWindow {
  if (kept.width !== fresh.width || kept.height !== fresh.height) return fresh;
  if (!fixed.every((point) => isSeen(kept, point))) return fresh;
  const wanted = tokens.filter((point) => isSeen(fresh, point));
  const there = wanted.filter((point) => isSeen(kept, point));
  return there.length >= tokensKept * wanted.length ? kept : fresh;
}

function widen(reach: { left: number; right: number; low: number; high: number }, x: number, y: number): void {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  reach.left = Math.min(reach.left, x);
  reach.right = Math.max(reach.right, x);
  reach.low = Math.min(reach.low, y);
  reach.high = Math.max(reach.high, y);
}

/** Pixels from the left top corner; y of the plane points up. */
export function toPixel({ width, height, middle, scale }: PlaneWindow, { x, y }: PlanePoint): PlanePoint {
  return { x: width / 2 + (x - middle.x) * scale, y: height / 2 - (y - middle.y) * scale };
}

export function fromPixel({ width, height, middle, scale }: PlaneWindow, { x, y }: PlanePoint): PlanePoint {
  return { x: middle.x + (x - width / 2) / scale, y: middle.y - (y - height / 2) / scale };
}

/** Points as one path of lines without length, which round caps make dots of: thousands cost as much as one. */
export function dotsPath(window: PlaneWindow, points: readonly PlanePoint[]): string {
  return points
    .map((point) => toPixel(window, point))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .map(({ x, y }) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`)
    .join('');
}

/** A line through points; it begins anew after one that is not known. */
export function linePath(window: PlaneWindow, points: readonly PlanePoint[]): string {
  let open = false;
  return points
    .map((point) => {
      const { x, y } = toPixel(window, point);
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        open = false;
        return '';
      }
      const step = `${open ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      open = true;
      return step;
    })
    .join('');
}

/** An arrow's shaft and head, from the origin to its tip. */
export function arrowPath(window: PlaneWindow, tip: PlanePoint, head = 9): string {
  const [from, to] = [toPixel(window, { x: 0, y: 0 }), toPixel(window, tip)];
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const side = (turn: number): string =>
    `${(to.x - head * Math.cos(angle + turn)).toFixed(1)} ${(to.y - head * Math.sin(angle + turn)).toFixed(1)}`;
  const end = `${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
  return `M${from.x.toFixed(1)} ${from.y.toFixed(1)}L${end}M${side(0.5)}L${end}L${side(-0.5)}`;
}

/** Strengths whose circles are drawn: those that are seen and far enough apart, in units of the residual norm. */
export function strengthRings(window: PlaneWindow, residualNorm: number): readonly number[] {
  const step = [0.05, 0.1, 0.25, 0.5, 1].find((it) => it * residualNorm * window.scale >= 34) ?? 2;
  const farthestSeen = Math.hypot(window.width, window.height) / window.scale / residualNorm;
  return Array.from({ length: 8 }, (_, index) => (index + 1) * step).filter(
    (ring) => ring <= farthestSeen && ring <= 2,
  );
}

/** The nearest of some points to a place on the screen, within some pixels; −1 when none is that near. */
export function nearestPoint(
  window: PlaneWindow,
  points: readonly PlanePoint[],
  place: PlanePoint,
  within: number,
): number {
  let nearest = -1;
  let least = within;
  points.forEach((point, index) => {
    const { x, y } = toPixel(window, point);
    const distance = Math.hypot(x - place.x, y - place.y);
    if (distance <= least) [nearest, least] = [index, distance];
  });
  return nearest;
}

/** [n, 2] as points. */
export function pointsOf(coordinates: Float32Array): readonly PlanePoint[] {
  return Array.from({ length: coordinates.length / 2 }, (_, index) => ({
    x: coordinates[2 * index]!,
    y: coordinates[2 * index + 1]!,
  }));
}
