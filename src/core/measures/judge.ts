import type { Measure } from './measure.js';

export const judgeMeasure: Measure = {
  name: 'judge',
  label: 'State of the text',
  unit: 'word',
  description:
    'One word from the figures: within range, strained or broken. The worst figure decides; the thresholds are this project’s own choice.',
};

export type Verdict = 'within range' | 'strained' | 'broken';

/** What the verdict is formed from; leave out, or pass NaN for, what is not known. */
export interface SteeringFigures {
  /** Mean KL(steered ‖ baseline) of a generated token, nats. */
  readonly meanKl?: number;
  /** Perplexity of the steered text under the unsteered model, over that of the baseline text under it. */
  readonly perplexityRatio?: number;
  /** distinct-2 of the generated tokens, 0…1. */
  readonly distinct2?: number;
  /** distinct-2 of the baseline text: what already repeats without steering is not held against it. */
  readonly baselineDistinct2?: number;
  /** Mean ‖x steered‖/‖x unsteered‖ at the steered layers, or the largest of them. */
  readonly normRatio?: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Why, a clause for each figure that left the range, worst first: "the text repeats itself (distinct-2 0.12)". */
  readonly reasons: readonly string[];
}

interface Limits {
  readonly strained: number;
  readonly broken: number;
}

/**
 * The project's own choice, not from a paper. They are meant to be rough: "strained" where a reader begins to notice
 * something other than the direction's theme, "broken" where the text is no language any more.
 */
export const thresholds = {
  /** Nats a token. 1 nat: the steered model would take a very different next token most of the time. */
  meanKl: { strained: 1.5, broken: 5 },
  /** Ratio. The unsteered model finds the text this many times as surprising as its own. */
  perplexityRatio: { strained: 4, broken: 10 },
  /** Share, low is bad; over the baseline's distinct-2 where that is known. "up up up up …" between words has about half. */
  distinct2: { strained: 0.7, broken: 0.55 },
  /** Factor by which norms grew or shrank. */
  normFactor: { strained: 1.5, broken: 3 },
} as const satisfies Record<string, Limits>;

/** The worst verdict of all figures that are given. */
export function judge(figures: SteeringFigures): Judgement {
  const distinct = (figures.distinct2 ?? NaN) / Math.max(figures.baselineDistinct2 || 1, Number.EPSILON);
  const normRatio = figures.normRatio ?? NaN;
  const findings = [
    finding(figures.meanKl, thresholds.meanKl, (x) => `predictions moved far (KL ${x.toFixed(1)} nats a token)`),
    finding(
      figures.perplexityRatio,
      thresholds.perplexityRatio,
      (x) => `perplexity is ${x < 100 ? x.toFixed(1) : x.toFixed(0)} times the baseline’s`,
    ),
    finding(-distinct, negated(thresholds.distinct2), () => {
      return `the text repeats itself (distinct-2 ${(figures.distinct2 ?? NaN).toFixed(2)})`;
    }),
    finding(Math.max(normRatio, 1 / normRatio), thresholds.normFactor, () => {
      return `residual norms are ${normRatio.toFixed(2)} times what they were`;
    }),
  ].filter((found) => found !== null);
  findings.sort((a, b) => Number(b.broken) - Number(a.broken));
  const verdict = findings[0] === undefined ? 'within range' : findings[0].broken ? 'broken' : 'strained';
  return { verdict, reasons: findings.map((found) => found.reason) };
}

function finding(
  figure: number | undefined,
  limits: Limits,
  reason: (figure: number) => string,
): { broken: boolean; reason: string } | null {
  if (figure === undefined || !(figure > limits.strained)) return null; // also NaN
  return { broken: figure > limits.broken, reason: reason(figure) };
}

function negated(limits: Limits): Limits {
  return { strained: -limits.strained, broken: -limits.broken };
}
