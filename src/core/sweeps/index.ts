/** Sweeps: what is tried, on what, and what came of it. Pure; the worker writes the texts. */
export { randomLike } from './control.js';
export { finenessOf } from './coarse-to-fine.js';
export { frontierOf, type Toward } from './frontier.js';
export {
  cellId,
  cellsOf,
  evenStrengths,
  mostTexts,
  settingsOf,
  type Grid,
  type Means,
  type SettingCell,
} from './grid.js';
export { expectedWidth, meanInterval } from './interval.js';
export type { PointKind, SweepPoint } from './point.js';
export { figuresOf, pointOf, type MeasuredPoint, type TextFigures } from './point-of.js';
export { asExamples, asInstruction, examplesOf, instructionFor, type Wished } from './prompt-baseline.js';
export { baselineSetting, promptSetting, steeredSetting, type Setting, type Span } from './setting.js';
export { spreadLayers, strengthsIn, spansIn, type Typed } from './typed.js';
export { usualChoice } from './usual-choice.js';
