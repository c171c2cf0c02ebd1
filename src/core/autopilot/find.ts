import type { FittedDirection } from '../directions/direction.js';
import { isCancelled } from '../errors.js';
import { thresholds, type VerdictLimits } from '../measures/index.js';
import { choose } from './choose.js';
import { Measurer, type MeasuredOn } from './measurer.js';
import { randomDirections, report, type Report } from './report.js';
import type { SearchProgress, SearchResult } from './search.js';

/** Prompts with the seeds that each is written with. */
export type Asked = Pick<MeasuredOn, 'prompts' | 'seeds'>;

export interface FindInput extends Pick<MeasuredOn, 'reading' | 'write'> {
  /** By the way in which each was found, the one that is tried everywhere first. */
  readonly directions: ReadonlyMap<string, FittedDirection>;
  /** Of the model. */
  readonly layers: number;
  /** What a text may cost: mean KL(steered ‖ unsteered) of a generated token, nats. */
  readonly budget: number;
  readonly choosing: Asked;
  /** None of these may be among those to choose on. */
  readonly reporting: Asked;
  /** The wish in words, and texts that show it; empty where there are none. */
  readonly instruction: string;
  readonly examples: readonly string[];
  /** From where on a text is called broken; the project's own when absent. */
  readonly limits?: VerdictLimits;
  readonly onProgress: (progress: SearchProgress) => void;
}

/** What was looked through, and what was found, if anything was. */
export interface Finding {
  readonly search: SearchResult;
  /** The choice with its report; null when nothing could be chosen, or when it was cancelled before the report was made. */
  readonly report: Report | null;
}

/** Chooses on some prompts and reports on others. @returns what there is when it is cancelled */
export async function find(input: FindInput): Promise<Finding> {
  const { directions, choosing, reporting, onProgress, reading, write, limits = thresholds } = input;
  const toReport = textsToReport(input);
  const say = ({ label, done, of }: SearchProgress): void => onProgress({ label, done, of: of + toReport });
  const chosen = await choose(directions, new Measurer({ ...choosing, reading, write }), {
    layers: input.layers,
    budget: input.budget,
    prompts: choosing.prompts.length,
    limits,
    onProgress: say,
  });
  const direction = chosen.best && directions.get(chosen.best.arm.method);
  if (!chosen.best || !direction || chosen.ended === 'cancelled') return { search: chosen, report: null };
  onProgress({
    label: 'Measuring the choice on other prompts, beside random directions and the wish in words',
    done: chosen.texts,
    of: chosen.texts + toReport,
  });
  const { arm, strength } = chosen.best;
  const { instruction, examples } = input;
  try {
    const made = await report(
      { direction, layers: arm.layers, strength, instruction, examples, limits },
      new Measurer({ ...reporting, reading, write }),
      reporting.prompts,
    );
    return { search: chosen, report: made };
  } catch (error) {
    if (!isCancelled(error)) throw error;
    return { search: { ...chosen, ended: 'cancelled' }, report: null };
  }
}

function textsToReport({ reporting, instruction, examples }: FindInput): number {
  const settings = 2 + randomDirections + (instruction === '' ? 0 : 1) + (examples.length === 0 ? 0 : 1);
  return settings * reporting.prompts.length * reporting.seeds.length;
}
