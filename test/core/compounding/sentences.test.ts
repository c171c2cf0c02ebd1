import { describe, expect, it } from 'vitest';
import type { CompoundingRun, TextReadTwice } from '../../../src/core/compounding/run.js';
import { growthSentence, impulseSentence, partingSentence } from '../../../src/core/compounding/sentences.js';

const text = (ids: readonly number[], kl: readonly number[] = []): TextReadTwice => ({
  ids,
  kl: Float32Array.from(kl),
  baselineNll: new Float32Array(ids.length),
  drift: new Float32Array(),
  alignment: { steered: new Float32Array(), unsteered: new Float32Array() },
});
const run = (baseline: TextReadTwice, steered: TextReadTwice, impulse: TextReadTwice | null = null): CompoundingRun => {
  return { prompt: 0, seed: 1, baseline, steered, impulse, lengths: [] };
};
const curve = (rate: number) => Array.from({ length: 16 }, (_, at) => 0.5 * rate ** at);

describe('what is said of growth', () => {
  it('is that it grows, from where to where', () => {
    expect(growthSentence('KL', [curve(1.05), curve(1.06), curve(1.07)])).toMatch(
      /^KL grows from 0\.5 to 1\.2 nats over 16 tokens \(×1\.060 a token, 95 % interval ×1\.0\d+ to ×1\.0\d+\)\.$/,
    );
  });
  it('is that it falls', () => expect(growthSentence('KL', [curve(0.9), curve(0.91)])).toContain('falls from 0.5 to'));
  it('is that it does not, where the interval has both', () => {
    expect(growthSentence('KL', [curve(1.05), curve(0.95)])).toContain('KL does not grow measurably over 16 tokens');
  });
  it('is that there is nothing to say', () => expect(growthSentence('KL', [[0, 0]])).toMatch(/^KL is zero/));
});

describe('what is said of where texts part', () => {
  it('is the middle, the range, and how many stay the same', () => {
    const base = text([1, 2, 3, 4]);
    const runs = [run(base, text([9, 2, 3, 4])), run(base, text([1, 2, 9, 4])), run(base, text([1, 2, 3, 9])), run(base, base)]; // prettier-ignore
    expect(partingSentence(runs)).toBe(
      'Written on their own, the texts part at generated token 3 (median, from 1 to 4); 1 of 4 stay the same.',
    );
    expect(partingSentence([run(base, base)])).toContain('the same, token for token');
  });
});

describe('what is said of an impulse', () => {
  const said = (after: number, end: number) => {
    const kl = [0, 1, 1, after, after, after, end, end];
    return impulseSentence([run(text([]), text([]), text([], kl))], 2);
  };
  it('follows from what is left at the end', () => {
    expect(said(0.5, 0.9)).toContain('grows after it: KL 1 nats while it acts, 0.5 in the 2 tokens after, 0.9 in the last 2'); // prettier-ignore
    expect(said(0.6, 0.6)).toContain('persists');
    expect(said(0.5, 0.2)).toContain('fades, and is not gone');
    expect(said(0.1, 0.001)).toContain('fades away: KL 1 nats while it acts, 0.1 in the 2 tokens after, under 0.01');
  });
  it('is nothing without one, or when too little follows', () => {
    expect(impulseSentence([run(text([]), text([]))], 2)).toBeNull();
    expect(impulseSentence([run(text([]), text([]), text([], [1, 1, 1]))], 2)).toBeNull();
  });
});
