/** What the curves show, in plain sentences with their figures. */
import { figure } from '../figure.js';
import { growthOf, partingPoint } from '../measures/index.js';
import type { Numbers } from '../tensors/vector.js';
import { bandOf } from '../statistics/band.js';
import type { CompoundingRun } from './run.js';

/** "KL grows from 0.4 to 1.1 nats over 64 tokens", or that it does not. */
export function growthSentence(subject: string, series: readonly Numbers[]): string {
  const growth = growthOf(series);
  if (!growth) return `${subject} is zero, or there are too few tokens to say how it goes on.`;
  const { slope, low, high, from, to, first, last } = growth;
  const interval = `${rate(slope)} a token, 95 % interval ${rate(low)} to ${rate(high)}`;
  const over = `over ${last - first + 1} tokens`;
  if (low > 0) return `${subject} grows from ${figure(from)} to ${figure(to)} nats ${over} (${interval}).`;
  if (high < 0) return `${subject} falls from ${figure(from)} to ${figure(to)} nats ${over} (${interval}).`;
  return `${subject} does not grow measurably ${over}: the line through its logarithm goes from ${figure(from)} to ${figure(to)} nats (${interval}).`;
}

/** What a slope of the logarithm makes of a value from one token to the next. */
function rate(slope: number): string {
  return `×${Math.exp(slope).toFixed(3)}`;
}

/** Where the steered and the unsteered text of the same prompt and seed part, over all runs. */
export function partingSentence(runs: readonly CompoundingRun[]): string {
  const points = runs.map(({ baseline, steered }) => partingPoint(baseline.ids, steered.ids));
  const parted = points.filter((point) => point !== null).sort((a, b) => a - b);
  if (parted.length === 0) return 'Steered and unsteered texts are the same, token for token.';
  const same = points.length - parted.length;
  const middle = parted[Math.floor((parted.length - 1) / 2)]! + 1;
  const [least, most] = [parted[0]! + 1, parted.at(-1)! + 1];
  const range = least === most ? '' : ` (median, from ${least} to ${most})`;
  const others = same > 0 ? `; ${same} of ${points.length} stay the same` : '';
  return `Written on their own, the texts part at generated token ${middle}${range}${others}.`;
}

/**
 * What is left of an impulse: KL while it acts, in as many tokens right after it, and in as many at the end.
 *
 * @param tokens generated tokens that are steered
 */
export function impulseSentence(runs: readonly CompoundingRun[], tokens: number): string | null {
  // What is added at a token is seen first in the prediction of the next.
  const texts = runs.flatMap(({ impulse }) =>
    impulse && impulse.kl.length > 2 * tokens ? [impulse.kl.subarray(1)] : [],
  );
  if (texts.length === 0) return null;
  const mean = (from: (length: number) => number) =>
    bandOf(texts.map((kl) => bandOf(kl.subarray(from(kl.length), from(kl.length) + tokens)).mean)).mean;
  const [during, after, end] = [mean(() => 0), mean(() => tokens), mean((length) => length - tokens)];
  const shape =
    end > after * 1.25
      ? 'grows after it'
      : end > during * 0.5
        ? 'persists'
        : end > during * 0.05
          ? 'fades, and is not gone at the end'
          : 'fades away';
  return `Steered at the first ${tokens} generated tokens alone, the effect ${shape}: KL ${nats(during)} nats while it acts, ${nats(after)} in the ${tokens} tokens after, ${nats(end)} in the last ${tokens}.`;
}

/** Mean KL over the same tokens after the shortest and after the longest context; null where there are not two. */
export function lengthSentence(runs: readonly CompoundingRun[], readTokens: number): string | null {
  const ends = runs.flatMap(({ lengths }) => (lengths.length > 1 ? [[lengths[0]!, lengths.at(-1)!] as const] : []));
  const longest = Math.max(0, ...ends.map(([, last]) => last.length));
  const there = ends.filter(([, last]) => last.length === longest);
  const shortest = there[0]?.[0].length;
  if (shortest === undefined) return null;
  const mean = (end: 0 | 1) => nats(bandOf(there.map((pair) => pair[end].kl)).mean);
  return `Over the same ${readTokens} tokens KL is ${mean(0)} nats after ${shortest} tokens of context and ${mean(1)} after ${longest}.`;
}

function nats(value: number): string {
  return value > 0 && value < 0.005 ? 'under 0.01' : figure(value);
}
