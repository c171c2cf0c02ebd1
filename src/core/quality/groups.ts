import { groupSize, type Sides } from '../directions/held-out.js';
import type { UniformSource } from '../tensors/random.js';

/** How texts belong together when they are drawn or shuffled. */
export interface Grouping {
  /** Whether positive[i] belongs to negative[i]. */
  readonly paired: boolean;
  /** Texts of a side that belong together, one after the other: a persona's conversations; 1 for most. */
  readonly together: number;
}

/** Groups of one side, each the indices of its texts. */
function groupsOf(texts: number, size: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(texts / size) }, (_, group) =>
    Array.from({ length: Math.min(size, texts - group * size) }, (_, at) => group * size + at),
  );
}

/**
 * Which texts a resample of both sides has, as indices: groups are drawn with replacement, as many as a side has. A draw is
 * ⌊u · groups⌋, u uniform in [0, 1). Pairs are drawn once for both sides; else the positive side is drawn first.
 */
export function resampled(
  sides: Sides<unknown>,
  { paired, together }: Grouping,
  uniform: UniformSource,
): Sides<number> {
  const size = groupSize(sides, together);
  const draw = (groups: readonly unknown[]): readonly number[] =>
    groups.map(() => Math.floor(uniform() * groups.length));
  const [positive, negative] = [groupsOf(sides.positive.length, size), groupsOf(sides.negative.length, size)];
  const first = draw(positive);
  const second = paired ? first : draw(negative);
  return {
    positive: first.flatMap((group) => positive[group]!),
    negative: second.flatMap((group) => negative[group]!),
  };
}

/** The items at these indices. */
export function taken<Item>(sides: Sides<Item>, at: Sides<number>): Sides<Item> {
  return {
    positive: at.positive.map((index) => sides.positive[index]!),
    negative: at.negative.map((index) => sides.negative[index]!),
  };
}

/**
 * Both sides with their labels shuffled: pairs change sides, or not, each as one (u < ½ changes them; a persona with all its
 * conversations); other texts are dealt to both sides anew by Fisher and Yates, from the last one down, j = ⌊u · (i + 1)⌋.
 */
export function shuffled<Item>(
  sides: Sides<Item>,
  { paired, together }: Grouping,
  uniform: UniformSource,
): Sides<Item> {
  if (!paired) {
    const all = [...sides.positive, ...sides.negative];
    for (let i = all.length - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1));
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
    return { positive: all.slice(0, sides.positive.length), negative: all.slice(sides.positive.length) };
  }
  const size = groupSize(sides, together);
  const changes = groupsOf(sides.positive.length, size).map(() => uniform() < 0.5);
  const [positive, negative] = [[...sides.positive], [...sides.negative]];
  for (let i = 0; i < positive.length; i++) {
    if (changes[Math.floor(i / size)]) [positive[i], negative[i]] = [negative[i]!, positive[i]!];
  }
  return { positive, negative };
}
