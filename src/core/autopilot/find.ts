import type { FittedDirection } from '../directions/direction.js';
import { isCancelled } from '../errors.js';
import { thresholds, type VerdictLimits } from '../measures/index.js';
import type { Scope } from '../steering/plan.js';
import { choose } from './choose.js';
import { Measurer, type MeasuredOn } from './measurer.js';
import { randomDirections, report, type AsSet, type Report } from './report.js';
import type { SearchProgress, SearchResult } from './search.js';
import { settle, settlingShares, type Accepted } from './settle.js';

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
  /** Which tokens are steered; absent: all. */
  readonly scope?: Scope;
  /** The wish in words, and texts that show it; empty where there are none. */
  readonly instruction: string;
  readonly examples: readonly string[];
  /** What one began with, to be reported beside what was found; null where there is nothing. */
  readonly asSet?: AsSet | null;
  /** How whole texts are written, the one that will be looked at first, and what is accepted of them. */
  readonly whole: Asked & Pick<MeasuredOn, 'write'> & { readonly accepted: Accepted };
  /** From where on a text is called broken; the project's own when absent. */
  readonly limits?: VerdictLimits;
  readonly onProgress: (progress: SearchProgress) => void;
}

/** What was looked through, and what was found, if anything was. */
export interface Finding {
  readonly search: SearchResult;
  /** The strength that was chosen before it was lowered for the sake of whole texts; null where it was not. */
  readonly loweredFrom: number | null;
  /** Whether whole texts are in an accepted state at the strength that was settled on. */
  readonly accepted: boolean;
  /** The choice with its report; null when nothing could be chosen, or when it was cancelled before the report was made. */
  readonly report: Report | null;
}

/** Chooses on some prompts and reports on others. @returns what there is when it is cancelled */
export async function find(input: FindInput): Promise<Finding> {
  const { directions, choosing, reporting, scope, onProgress, reading, write, limits = thresholds } = input;
  const toReport = textsToReport(input);
  const say = ({ label, done, of }: SearchProgress): void =>
    onProgress({ label: `1 of 3, choosing. ${label}`, done, of: of + toReport });
  const chosen = await choose(directions, new Measurer({ ...choosing, reading, write }), {
    layers: input.layers,
    budget: input.budget,
    prompts: choosing.prompts.length,
    limits,
    scope,
    onProgress: say,
  });
  const direction = chosen.best && directions.get(chosen.best.arm.method);
  if (!chosen.best || !direction || chosen.ended === 'cancelled')
    return { search: chosen, loweredFrom: null, accepted: false, report: null };
  onProgress({
    label: '2 of 3. Setting the strength by whole texts',
    done: chosen.texts,
    of: chosen.texts + toReport,
  });
  const { arm } = chosen.best;
  const { instruction, examples, asSet = null, whole } = input;
  try {
    const measurer = new Measurer({ prompts: whole.prompts, seeds: whole.seeds, reading, write: whole.write });
    const wanted = { direction, layers: arm.layers, strength: chosen.best.strength, scope };
    const { strength, accepted } = await settle(wanted, measurer, whole.prompts, whole.accepted);
    // However few of the shares were tried, none is left.
    onProgress({
      label: '3 of 3. Measuring on other prompts, beside random directions and the prompt',
      done: chosen.texts + textsToSettle(input),
      of: chosen.texts + toReport,
    });
    const made = await report(
      { direction, layers: arm.layers, strength, scope, instruction, examples, asSet, limits },
      new Measurer({ ...reporting, reading, write }),
      reporting.prompts,
    );
    return {
      search: { ...chosen, best: { ...chosen.best, strength } },
      loweredFrom: strength < chosen.best.strength ? chosen.best.strength : null,
      accepted,
      report: made,
    };
  } catch (error) {
    if (!isCancelled(error)) throw error;
    return { search: { ...chosen, ended: 'cancelled' }, loweredFrom: null, accepted: false, report: null };
  }
}

function textsToSettle({ whole }: FindInput): number {
  return (settlingShares.length + 1) * whole.prompts.length * whole.seeds.length;
}

function textsToReport(input: FindInput): number {
  const { reporting, instruction, examples, asSet } = input;
  const settings =
    2 + randomDirections + (asSet ? 1 : 0) + (instruction === '' ? 0 : 1) + (examples.length === 0 ? 0 : 1);
  return textsToSettle(input) + settings * reporting.prompts.length * reporting.seeds.length;
}
