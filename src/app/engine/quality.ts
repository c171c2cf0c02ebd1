/** Measures of a direction's quality, asked of the worker. */
import type { Draws } from '../../core/quality/assess.js';
import { isCancelled, SteerboardError, toErrorData } from '../../core/errors.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { finders } from '../../core/directions/index.js';
import type { AssessmentEvent, Progress, WorkerApi } from '../../protocol/api.js';
import { changeQuality, endRun, startRun, useQuality, type DrawsName, type QualityPart } from '../stores/quality.js';
import { endTask, reportProgress, startTask } from '../stores/status.js';
import { useTexts } from '../stores/texts.js';
import { collectEvents } from './collectEvents.js';
import { call, cancelTask } from './connection.js';
import { isWritten } from './regeneration.js';

export const drawsNamed: Readonly<Record<DrawsName, Draws>> = {
  quick: { resamples: 200, random: 50, shuffles: 20, refits: 20 },
  thorough: { resamples: 1000, random: 200, shuffles: 100, refits: 50 },
};

/** At each of these, twice as much is compared with it; 1 is a residual's mean norm. */
export const additivityStrengths = [0.125, 0.25, 0.5, 1] as const;
/** Tokens that are listed either way. */
const promoted = 10;

/** A fit that is measured. */
export interface MeasuredFit {
  readonly name: string;
  readonly version: string;
  readonly direction: FittedDirection;
}

/** The method's name where it can find the direction again from some of its texts; null for others. */
export function refitMethod({ source }: FittedDirection): string | null {
  const finder = finders.find(({ name }) => name === source.method);
  return finder?.needs === 'texts' && finder.reads !== 'every-token' ? finder.name : null;
}

/** Texts on the shorter side, each question of system prompts and personas counted; fewer than two say nothing. */
export function textsASide({ source: { texts } }: FittedDirection): number {
  if (!texts) return 0;
  return Math.min(texts.positive.length, texts.negative.length) * Math.max(1, texts.questions?.length ?? 1);
}

/**
 * What the fit's own texts say of it; layers come into the store as they are done.
 *
 * @param first the layer that is looked at; those nearest to it come first
 */
export async function assessTexts({ name, version, direction }: MeasuredFit, first: number): Promise<void> {
  const { source, hook, layers } = direction;
  const { texts } = source;
  if (!texts) return;
  const { draws } = useQuality.getState();
  await run('texts', `Measuring ${name}`, version, async (api, task, onProgress) => {
    changeQuality(version, (quality) => ({ ...quality, assessments: [], draws }));
    const take = (events: readonly AssessmentEvent[]): number => {
      for (const event of events) if (event.type === 'progress') onProgress(event.progress);
      const came = events.flatMap((event) => (event.type === 'layer' ? [event.assessment] : []));
      // What comes late from a run before this one was drawn otherwise, or would stand here twice.
      if (came.length === 0 || !isRunning('texts', task)) return came.length;
      changeQuality(version, (it) => ({
        ...it,
        assessments: [
          ...it.assessments.filter(({ layer }) => !came.some((other) => other.layer === layer)),
          ...came,
        ].sort((a, b) => a.layer - b.layer),
      }));
      return came.length;
    };
    const ask = (onEvents: (events: readonly AssessmentEvent[]) => void) =>
      api.assessDirection(
        {
          task,
          texts,
          hook,
          method: refitMethod(direction),
          options: source.options,
          vectors: layers
            .map(({ layer, vector }) => ({ layer, vector }))
            .toSorted((a, b) => Math.abs(a.layer - first) - Math.abs(b.layer - first)),
          draws: drawsNamed[draws],
        },
        onEvents,
      );
    await collectEvents(ask, take, layers.length);
  });
}

/** What the model makes of it on the unsteered text that is there, and whether it adds up with another one. */
export async function measureEffect(
  { name, version, direction }: MeasuredFit,
  layer: number,
  other: { readonly name: string; readonly direction: FittedDirection } | null,
  strength: number,
): Promise<void> {
  const at = direction.layers.find((it) => it.layer === layer);
  const second = other?.direction.layers.find((it) => it.layer === layer) ?? null;
  const { baseline } = useTexts.getState();
  if (!at) return;
  await run('effect', `Measuring what ${name} does`, version, async (api, task, onProgress) => {
    if (!isWritten()) {
      throw new SteerboardError(
        'input-empty',
        'The texts above are not finished. Write them to their end, then measure.',
      );
    }
    const report = await api.assessEffect(
      {
        task,
        texts: [baseline.tokens.slice(0, baseline.fresh).map(({ id }) => id)],
        hook: direction.hook,
        layer,
        direction: at,
        other: second && { vector: second.vector, residualNorm: at.residualNorm },
        strengths: additivityStrengths,
        promotedAt: strength,
        promoted,
      },
      onProgress,
    );
    if (!isRunning('effect', task)) return;
    const effect = { layer, report, other: second && other ? other.name : null, strength };
    changeQuality(version, (quality) => ({ ...quality, effect }));
  });
}

/** Ends a run; what came is kept. */
export function stopMeasuring(part: QualityPart): void {
  const running = useQuality.getState().runs[part];
  if (running && !running.error) cancelTask(running.task);
}

function isRunning(part: QualityPart, task: string): boolean {
  const running = useQuality.getState().runs[part];
  return running?.task === task && running.error === null;
}

async function run(
  part: QualityPart,
  label: string,
  version: string,
  work: (api: WorkerApi, task: string, onProgress: (progress: Progress) => void) => Promise<void>,
): Promise<void> {
  stopMeasuring(part);
  const task = crypto.randomUUID();
  startRun(part, { task, version, error: null });
  startTask({ id: task, label, progress: null, cancellable: true });
  try {
    await call((api) => work(api, task, (progress) => reportProgress(task, progress)));
    endRun(part, task, null);
  } catch (error) {
    endRun(part, task, isCancelled(error) ? null : toErrorData(error));
  } finally {
    endTask(task);
  }
}
