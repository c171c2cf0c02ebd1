import type { Place } from './trial.js';

/** Up to so many layers each is tried; of more, about this many at first. */
const mostSingles = 10;

/**
 * Where to try first: single layers, and spans of about a third of the model, which steer more gently at each of their
 * layers. Of deep models some that are evenly spaced; {@link placesBeside} tries between them later.
 *
 * @param layers of the model
 * @param usable layers that have a direction, 0-based
 */
export function firstPlaces(layers: number, usable: readonly number[]): readonly Place[] {
  const step = stepOf(layers);
  const singles = usable
    .filter((layer) => layer % step === step >> 1 || step === 1)
    .map((layer): Place => [layer, layer]);
  const width = spanWidth(layers);
  const starts = Array.from({ length: Math.max(0, layers - width + 1) }, (_, start) => start);
  const spans = starts.filter((start) => start % step === 0).map((start): Place => [start, start + width - 1]);
  return [...singles, ...spans.filter((span) => width > 1 && isUsable(span, usable))];
}

/** Half a step to either side, for models whose layers were not all tried. */
export function placesBeside([from, to]: Place, layers: number, usable: readonly number[]): readonly Place[] {
  const half = stepOf(layers) >> 1;
  if (half === 0) return [];
  const moved = [-half, half].map((by): Place => [from + by, to + by]);
  return moved.filter((place) => place[0] >= 0 && place[1] < layers && isUsable(place, usable));
}

function stepOf(layers: number): number {
  return Math.ceil(layers / mostSingles);
}

function spanWidth(layers: number): number {
  return Math.max(1, Math.round(layers / 3));
}

/** Whether all layers of a place have a direction. */
export function isUsable([from, to]: Place, usable: readonly number[]): boolean {
  return usable.filter((layer) => layer >= from && layer <= to).length === to - from + 1;
}
