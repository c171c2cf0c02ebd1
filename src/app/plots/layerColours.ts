import type { FigureColours } from './figure.js';

/** A colour for each of several layers, from the first to the last: through three colours of the theme. */
export function layerColours(count: number, colours: FigureColours): readonly string[] {
  const stops = [colours.positive, colours.accent, colours.negative].map(channels);
  return Array.from({ length: count }, (_, index) => {
    const at = count > 1 ? (2 * index) / (count - 1) : 0;
    const stop = Math.min(1, Math.floor(at));
    const mixed = stops[stop]!.map((from, channel) => from + (at - stop) * (stops[stop + 1]![channel]! - from));
    return `rgb(${mixed.map(Math.round).join(',')})`;
  });
}

/** Red, green and blue of `rgb(r,g,b)` or `#rrggbb`. */
function channels(colour: string): readonly number[] {
  if (!colour.startsWith('#')) return (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}
