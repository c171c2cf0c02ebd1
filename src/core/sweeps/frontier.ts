import type { SweepPoint } from './point.js';

/** Whether more of the effect is wanted or less of it. */
export type Toward = 'more' | 'less';

type Outcome = Pick<SweepPoint, 'effect' | 'cost'>;

/**
 * The points that no other beats: for a point that stays out there is one that costs no more and has no less of the effect,
 * and is better in one of the two. Points that are equal in both stay together. By ascending cost; points without figures are
 * left out.
 */
export function frontierOf<Point extends Outcome>(points: readonly Point[], toward: Toward = 'more'): readonly Point[] {
  const sign = toward === 'more' ? 1 : -1;
  const known = points.filter(({ effect, cost }) => Number.isFinite(effect) && Number.isFinite(cost));
  known.sort((a, b) => a.cost - b.cost || sign * (b.effect - a.effect));
  const frontier: Point[] = [];
  for (const point of known) {
    const last = frontier.at(-1);
    const beats = !last || sign * point.effect > sign * last.effect;
    const equals = last?.effect === point.effect && last.cost === point.cost;
    if (beats || equals) frontier.push(point);
  }
  return frontier;
}
