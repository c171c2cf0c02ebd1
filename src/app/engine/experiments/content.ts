/** What an experiment is saved with: the board as it was left, and what it gave when it was last complete. */
import { z } from 'zod';
import { circumstancesSchema, outcomeFields, type Outcome } from '../../../core/experiments/index.js';
import { salvageSnapshot } from '../salvage.js';
import { parseSnapshot, type Snapshot } from '../snapshot.js';

export interface Content {
  readonly snapshot: Snapshot;
  readonly outcome: Outcome | null;
  /** Whether the outcome is what this board gives; not so when it was changed since and left before the texts were complete. */
  readonly isOfBoard: boolean;
}

/** A content that was read, with what was found damaged in it. */
export interface ReadContent {
  readonly content: Content;
  readonly damaged: { readonly values: unknown; readonly words: string } | null;
}

const outcomeSchema = z.object({ made: circumstancesSchema, ...outcomeFields });

/** Null when nothing of it can be read by this version. */
export function readContent(saved: unknown): ReadContent | null {
  if (typeof saved !== 'object' || saved === null) return null;
  const { snapshot, outcome, isOfBoard } = saved as Readonly<Partial<Record<keyof Content, unknown>>>;
  const texts = outcomeSchema.nullable().safeParse(outcome ?? null);
  const whole = parseSnapshot(snapshot);
  if (whole && texts.success)
    return { content: { snapshot: whole, outcome: texts.data, isOfBoard: isOfBoard === true }, damaged: null };
  const salvage = whole ? { snapshot: whole, damaged: new Map(), words: '' } : salvageSnapshot(snapshot);
  if (!salvage) return null;
  const values = new Map<string, unknown>(salvage.damaged);
  if (!texts.success) values.set('outcome', outcome);
  const words = [salvage.words, ...(texts.success ? [] : ['the kept texts'])].filter(Boolean).join(', ');
  return {
    content: { snapshot: salvage.snapshot, outcome: texts.data ?? null, isOfBoard: false },
    damaged: { values, words },
  };
}
