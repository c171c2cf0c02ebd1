import { useMemo } from 'react';
import { rangeOf, type SafeRange } from '../../../core/calibration/index.js';
import { operatorNamed, type StrengthScale } from '../../../core/steering/index.js';
import { calibrationKey, hasFailed } from '../../engine/calibration.js';
import { plainNumber } from '../../look/numbers.js';
import { useCalibration, type Calibrated } from '../../stores/calibration.js';
import { useDirections, type DirectionEntry } from '../../stores/directions.js';
import { useLimits } from '../../stores/limits.js';
import { useSession } from '../../stores/session.js';
import { useChatting } from '../chat/useChatting.js';
import { shownStrength } from './strength.js';

/** The safe range of a direction as it is applied now, and what is said of it. */
export interface ShownRange {
  readonly state: 'known' | 'none' | 'measuring' | 'waiting' | 'failed';
  /** Null unless it is known. */
  readonly range: SafeRange | null;
  /** A sentence or two. */
  readonly words: string;
  /** A few words. */
  readonly brief: string;
}

/** Null where there is no such thing as a safe range: the operator has no strength, or nothing acts. */
export function useSafeRange(entry: DirectionEntry): ShownRange | null {
  const directions = useDirections();
  const loaded = useSession((state) => state.loaded);
  const chatting = useChatting();
  const budget = useLimits((state) => state.limits.meanKl.strained);
  const calibrated = useCalibration((state) => state.done[entry.id]);
  const failed = useCalibration((state) => state.failed[entry.id]);
  const isRunning = useCalibration((state) => state.running === entry.id);
  const key = useMemo(
    () => loaded && calibrationKey(entry, directions, loaded, chatting),
    [entry, directions, loaded, chatting],
  );
  const scale = operatorNamed(entry.operator).strength;
  const known = calibrated?.key === key ? calibrated : undefined;
  const range = useMemo(
    () => (known && scale ? rangeOf(known.points, budget, scale.origin) : null),
    [known, budget, scale],
  );
  if (key === null || scale === null) return null;
  const shown = (strength: number): string => shownStrength(operatorNamed(entry.operator), strength);
  if (known && range)
    return { state: 'known', range, words: wordsOf(known, range, budget, scale, shown), brief: briefOf(range, shown) };
  const without = { range: null };
  if (known)
    return { ...without, state: 'none', words: wordsOf(known, null, budget, scale, shown), brief: 'no safe strength' };
  if (failed && hasFailed(failed, entry, key)) {
    const words = `The safe range could not be measured: ${failed.message}`;
    return { ...without, state: 'failed', words, brief: 'safe range not measured: why?' };
  }
  if (isRunning)
    return {
      ...without,
      state: 'measuring',
      words: 'The safe range is being measured…',
      brief: 'safe range: measuring…',
    };
  return {
    ...without,
    state: 'waiting',
    words: 'The safe range is not measured yet.',
    brief: 'safe range: not yet measured',
  };
}

/** @param shown a strength in its unit */
export function briefOf({ from, to, ends }: SafeRange, shown: (strength: number) => string): string {
  if (!ends.from && !ends.to) return 'safe over the whole slider';
  if (!ends.from) return `safe up to ${shown(to)}`;
  return ends.to ? `safe from ${shown(from)} to ${shown(to)}` : `safe from ${shown(from)} on`;
}

function wordsOf(
  { texts, tokens }: Calibrated,
  range: SafeRange | null,
  budget: number,
  { min, max }: Pick<StrengthScale, 'min' | 'max'>,
  shown: (strength: number) => string,
): string {
  const limit = `${plainNumber(budget)} nats a token (mean KL from the unsteered model)`;
  const measured = `Measured on ${texts} texts of ${tokens} tokens a strength, with prompts and seeds of its own and this direction alone.`;
  if (!range) return `No strength that was tried keeps nine of ten texts within ${limit}. ${measured}`;
  const [from, to] = [shown(range.from), shown(range.to)];
  const where =
    !range.ends.from && !range.ends.to
      ? `All of ${shown(min)} to ${shown(max)} is safe`
      : `Safe from ${from}${range.ends.from ? '' : ' or less'} to ${to}${range.ends.to ? '' : ' or more'}`;
  return `${where}: about nine of ten texts should stay within ${limit}. The verdict on a text also looks at perplexity and repetition, so it may call one strained that is in here. ${measured}`;
}
