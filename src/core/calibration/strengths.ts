import type { StrengthScale } from '../steering/operator.js';
import type { CostPoint } from './point.js';
import type { SafeRange } from './range.js';

/** What is tried of a slider. */
export type TriedScale = Pick<StrengthScale, 'min' | 'max' | 'origin'>;

/** Of the way from the origin to an end. Each is 2.5 times the one before: KL grows about with the square, so sixfold. */
const coarseShares = [0.064, 0.16, 0.4, 1];

/** Of the distance from the origin to where the first look put the end. */
const fineShares = [0.8, 1.25];

/** The strengths of a first look: the origin and some to either side of it. */
export function coarseStrengths({ min, max, origin }: TriedScale): readonly number[] {
  const towards = (end: number) => coarseShares.map((share) => origin + share * (end - origin));
  return [origin, ...(max > origin ? towards(max) : []), ...(min < origin ? towards(min) : [])];
}

/** The strengths of a closer look at ends of a range: around where they seem to be, or the slider's end where none was found. */
export function fineStrengths(
  range: SafeRange,
  ends: readonly ('from' | 'to')[],
  scale: TriedScale,
): readonly number[] {
  return ends.flatMap((end) => aroundEnd(range, end, scale));
}

function aroundEnd(range: SafeRange, end: 'from' | 'to', { min, max, origin }: TriedScale): readonly number[] {
  const at = range[end];
  if (at === origin) return [];
  if (!range.ends[end]) return [at];
  const tried = fineShares.map((share) => origin + share * (at - origin));
  return [...new Set(tried.map((strength) => Math.min(max, Math.max(min, strength))))];
}

/** Whether points that were looked at closely lie on both sides of an end, or there is no end. */
export function isBracketed(
  fine: readonly CostPoint[],
  range: SafeRange,
  end: 'from' | 'to',
  { origin }: Pick<TriedScale, 'origin'>,
): boolean {
  const at = range[end];
  if (!range.ends[end]) return fine.some(({ strength }) => strength === at) || at === origin;
  const side = fine.map(({ strength }) => (strength - at) * Math.sign(at - origin || (end === 'to' ? 1 : -1)));
  return side.some((distance) => distance >= 0) && side.some((distance) => distance <= 0);
}

/**
 * Both looks together. Coarse points on the stretch that was looked at closely, and half of its distance from the origin
 * around it, give way: they are of few and short texts.
 */
export function mergeLooks(
  coarse: readonly CostPoint[],
  fine: readonly CostPoint[],
  { origin }: Pick<TriedScale, 'origin'>,
): readonly CostPoint[] {
  const distances = (side: 1 | -1) => fine.map((it) => side * (it.strength - origin)).filter((it) => it > 0);
  const [above, below] = [distances(1), distances(-1)];
  const kept = coarse.filter(({ strength }) => {
    const own = strength > origin ? above : below;
    const distance = Math.abs(strength - origin);
    return distance === 0 || own.length === 0 || distance < Math.min(...own) / 1.5 || distance > Math.max(...own) * 1.5;
  });
  return [...kept, ...fine].sort((a, b) => a.strength - b.strength);
}
