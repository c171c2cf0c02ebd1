import { create } from 'zustand';
import type { LayerAssessment } from '../../core/quality/assess.js';
import type { SeparationFigure } from '../../core/quality/figures.js';
import type { ErrorData } from '../../core/errors.js';
import type { EffectReport } from '../../protocol/api.js';

/** How often is drawn: names of the presets. */
export type DrawsName = 'quick' | 'thorough';

/** What was measured of the model's answer, and on what. */
export interface MeasuredEffect {
  readonly layer: number;
  readonly report: EffectReport;
  /** Name of the second direction; null for none. */
  readonly other: string | null;
  /** Strength at which tokens were compared. */
  readonly strength: number;
}

/** What is known of one fit of a direction. */
export interface Quality {
  /** In the order of layers; fewer than the direction has while it is measured, or when it was stopped. */
  readonly assessments: readonly LayerAssessment[];
  readonly draws: DrawsName;
  readonly effect: MeasuredEffect | null;
}

/** Which of the two runs: reading texts, or reading with and without the direction. */
export type QualityPart = 'texts' | 'effect';

/** A run in progress, or what ended it. One of each part at a time. */
export interface QualityRun {
  readonly task: string;
  /** Version of the fit that it is about. */
  readonly version: string;
  readonly error: ErrorData | null;
}

export interface QualityState {
  /** Of the last fits that were looked at, by version; not saved, as it is quick to measure again. */
  readonly known: Readonly<Record<string, Quality>>;
  readonly runs: Readonly<Record<QualityPart, QualityRun | null>>;
  readonly figure: SeparationFigure;
  readonly draws: DrawsName;
  /** Layer that is looked at; null: the last one that the direction is applied at. */
  readonly layer: number | null;
  /** Id of the direction that is added beside the selected one; null for none. */
  readonly otherId: string | null;
}

export const useQuality = create<QualityState>()(() => ({
  known: {},
  runs: { texts: null, effect: null },
  figure: 'auc',
  draws: 'quick',
  layer: null,
  otherId: null,
}));

/** Fits whose figures are kept. */
const mostKnown = 12;

const nothing: Quality = { assessments: [], draws: 'quick', effect: null };

export function changeQuality(version: string, change: (quality: Quality) => Quality): void {
  useQuality.setState(({ known }) => {
    const { [version]: quality = nothing, ...others } = known;
    const kept = Object.entries(others).slice(-(mostKnown - 1));
    return { known: { ...Object.fromEntries(kept), [version]: change(quality) } };
  });
}

export function startRun(part: QualityPart, run: QualityRun): void {
  useQuality.setState(({ runs }) => ({ runs: { ...runs, [part]: run } }));
}

/** @param error null: it is done, or was stopped; a newer run is not touched */
export function endRun(part: QualityPart, task: string, error: ErrorData | null): void {
  useQuality.setState(({ runs }) => {
    const run = runs[part];
    return run?.task === task ? { runs: { ...runs, [part]: error && { ...run, error } } } : {};
  });
}
