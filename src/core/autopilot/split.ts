import { isPaired, type ContrastTexts } from '../directions/direction.js';

/** Contrast texts in two parts: the direction is found from one and judged by the other. */
export interface SplitTexts {
  readonly finding: ContrastTexts;
  readonly judging: ContrastTexts;
  /** False where there are too few: then both are all of them. */
  readonly apart: boolean;
}

/** With fewer than this a side, a part would say little. */
const fewest = 6;

/**
 * Every third text of a side, pairs together, judges; the others find. So what a direction has learnt of its own texts by
 * chance does not count as more of what was wanted.
 */
export function splitTexts(texts: ContrastTexts): SplitTexts {
  const { kind, positive, negative } = texts;
  if (kind === 'prompts' || Math.min(positive.length, negative.length) < fewest) {
    return { finding: texts, judging: texts, apart: false };
  }
  const part = (judges: boolean): ContrastTexts => {
    const isIn = (_: string, index: number): boolean => (index % 3 === 2) === judges;
    return { ...texts, positive: positive.filter(isIn), negative: negative.filter(isIn) };
  };
  return { finding: part(false), judging: part(true), apart: true };
}

/** How many texts there are, for people: "8 pairs", "8 pairs of personas", "12 + 10 texts". */
export function countOf({ kind, positive, negative }: ContrastTexts): string {
  if (!isPaired(kind)) return `${positive.length} + ${negative.length} texts`;
  const of = kind === 'systems' ? ' of system prompts' : kind === 'personas' ? ' of personas' : '';
  return `${positive.length} pairs${of}`;
}
