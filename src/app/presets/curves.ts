import type { CurveHandle } from '../../core/steering/plan.js';

/** Shapes of the strength over the text to begin with, over a number of tokens. None is no curve. */
export const curvePresets: readonly {
  readonly label: string;
  readonly handles: (tokens: number) => readonly CurveHandle[];
}[] = [
  { label: 'Level', handles: () => [] },
  { label: 'Fade out', handles: (tokens) => [at(0, 1), at(tokens - 1, 0)] },
  { label: 'Fade in', handles: (tokens) => [at(0, 0), at(tokens - 1, 1)] },
  {
    label: 'Pulse',
    handles: (tokens) => Array.from({ length: 9 }, (_, index) => at((index / 8) * (tokens - 1), index % 2 ? 0 : 1)),
  },
];

function at(token: number, factor: number): CurveHandle {
  return { at: Math.max(0, Math.round(token)), factor };
}
