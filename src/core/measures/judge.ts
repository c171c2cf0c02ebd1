import type { Measure } from './measure.js';

export const judgeMeasure: Measure = {
  name: 'judge',
  label: 'State of the text',
  unit: 'word',
  description:
    'One word from the figures: within range, strained or broken. The worst figure decides; the limits are this project’s own choice until you set yours.',
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

/** From where on a figure is called strained, and from where on broken. */
export interface Limits {
  readonly strained: number;
  readonly broken: number;
}

/** Names of what is judged, worst is high but of `distinct2`. */
export const judgedNames = ['meanKl', 'perplexityRatio', 'distinct2', 'normFactor'] as const;
export type JudgedName = (typeof judgedNames)[number];
export type VerdictLimits = Readonly<Record<JudgedName, Limits>>;

/**
 * The project's own choice, not from a paper. They are meant to be rough: "strained" where a reader begins to notice
 * something other than the direction's theme, "broken" where the text is no language any more.
 */
export const thresholds: VerdictLimits = {
  /**
   * Nats a token. The strained one is also the budget of the safe range. It agrees with that of perplexity: where the steered
   * model is as sure of its tokens as the unsteered one was, perplexity under the unsteered model grows by exp(KL), and
   * e^1.5 is 4.5.
   */
  meanKl: { strained: 1.5, broken: 5 },
  /** Ratio. The unsteered model finds the text this many times as surprising as its own. */
  perplexityRatio: { strained: 4, broken: 10 },
  /** Share, low is bad; over the baseline's distinct-2 where that is known. "up up up up …" between words has about half. */
  distinct2: { strained: 0.7, broken: 0.55 },
  /** Factor by which norms grew or shrank. */
  normFactor: { strained: 1.5, broken: 3 },
};

/** The figures as they are held against the limits; NaN for what is not known. */
export function judgedFigures(figures: SteeringFigures): Readonly<Record<JudgedName, number>> {
  const normRatio = figures.normRatio ?? NaN;
  return {
    meanKl: figures.meanKl ?? NaN,
    perplexityRatio: figures.perplexityRatio ?? NaN,
    distinct2: (figures.distinct2 ?? NaN) / Math.max(figures.baselineDistinct2 || 1, Number.EPSILON),
    normFactor: Math.max(normRatio, 1 / normRatio),
  };
}

/** The worst verdict of all figures that are given. */
export function judge(figures: SteeringFigures, limits: VerdictLimits = thresholds): Judgement {
  const judged = judgedFigures(figures);
  const findings = [
    finding(judged.meanKl, limits.meanKl, (x) => `predictions moved far (KL ${x.toFixed(1)} nats a token)`),
    finding(
      judged.perplexityRatio,
      limits.perplexityRatio,
      (x) => `perplexity is ${x < 100 ? x.toFixed(1) : x.toFixed(0)} times the baseline’s`,
    ),
    finding(-judged.distinct2, negated(limits.distinct2), () => {
      return `the text repeats itself (distinct-2 ${(figures.distinct2 ?? NaN).toFixed(2)})`;
    }),
    finding(judged.normFactor, limits.normFactor, () => {
      return `residual norms are ${(figures.normRatio ?? NaN).toFixed(2)} times what they were`;
    }),
  ].filter((found) => found !== null);
  findings.sort((a, b) => Number(b.broken) - Number(a.broken));
  const verdict = findings[0] === undefined ? 'within range' : findings[0].broken ? 'broken' : 'strained';
  return { verdict, reasons: findings.map((found) => found.reason) };
}

function finding(
  figure: number,
  limits: Limits,
  reason: (figure: number) => string,
): { broken: boolean; reason: string } | null {
  if (!(figure > limits.strained)) return null; // also NaN
  return { broken: figure > limits.broken, reason: reason(figure) };
}

function negated(limits: Limits): Limits {
  return { strained: -limits.strained, broken: -limits.broken };
}
