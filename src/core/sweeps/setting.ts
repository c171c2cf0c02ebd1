import type { PointKind, SweepPoint } from './point.js';

/** First and last layer, 0-based, both included. */
export type Span = readonly [number, number];

/** What is tried in a sweep: a point without its figures. */
export type Setting = Pick<SweepPoint, 'key' | 'kind' | 'direction' | 'layers' | 'strength'>;

/** The text as it is without steering, which all others are compared with. */
export const baselineSetting: Setting = {
  key: 'baseline',
  kind: 'baseline',
  direction: '',
  layers: null,
  strength: 0,
};

/** A direction at a strength, or a random one in its place. */
export function steeredSetting(
  kind: Extract<PointKind, 'steered' | 'random'>,
  direction: string,
  layers: Span,
  strength: number,
): Setting {
  return { key: `${kind} ${direction} ${layers[0]}-${layers[1]} ${strength}`, kind, direction, layers, strength };
}

/** @param direction names the way in which the wish is put: "instruction", "examples", and whose it is */
export function promptSetting(direction: string): Setting {
  return { key: `prompt ${direction}`, kind: 'prompt', direction, layers: null, strength: 0 };
}
