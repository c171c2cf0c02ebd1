import { describe, expect, it } from 'vitest';
import { foundConclusion } from '../../../../src/app/panels/measures/find/foundConclusion.js';
import { besideAsSet } from '../../../../src/app/panels/measures/find/words.js';
import type { Found } from '../../../../src/app/stores/find.js';
import type { ReportLine } from '../../../../src/core/autopilot/index.js';
import type { FittedDirection } from '../../../../src/core/directions/direction.js';
import { thresholds, type Verdict } from '../../../../src/core/measures/index.js';
import { stamp } from '../../engine/fake-fits.js';

const direction: FittedDirection = {
  model: stamp,
  hook: 'resid_post',
  source: { method: 'mass-mean', options: {}, texts: null },
  layers: [],
};

function line(kind: ReportLine['kind'], effect: number, verdict: Verdict = 'within range'): ReportLine {
  const figures = { meanKl: 1, perplexityRatio: 1, distinct2: 1, baselineDistinct2: 1, normRatio: 1 };
  return {
    kind,
    point: { effect, cost: 1.25, texts: 16, interval: [effect - 0.1, effect + 0.1], figures },
    judgement: { verdict, reasons: [] },
  };
}

function foundWith(lines: readonly ReportLine[], change: Partial<Found> = {}): Found {
  return {
    sought: {
      name: 'happy',
      opposite: 'sad',
      directionId: 'one',
      fixed: false,
      finding: null,
      judging: null,
      apart: false,
      choice: { effect: 'score', layer: 1, words: [], away: [] },
      budget: 0.4,
      worst: 'within range',
      model: stamp.id,
      sampling: { temperature: 0.7, topK: 0, topP: 0.95, repetitionPenalty: 1, maxNewTokens: 32 },
    },
    asSet: 'Adds 0.5 residual norms at layer 1 of all tokens.',
    best: { arm: { method: 'mass-mean', layers: [0, 1] }, strength: 0.3, effect: 0.2, cost: 1, direction },
    report: { lines, gain: { mean: 0.2, interval: [0.1, 0.3], works: true }, texts: [] },
    loweredFrom: null,
    accepted: true,
    limits: thresholds,
    ended: 'done',
    arms: 42,
    trials: 1,
    texts: 1,
    seconds: 1,
    usedId: null,
    ...change,
  };
}

describe('what was found beside what one began with', () => {
  const set = '“happy” as it was set (adds 0.5 residual norms at layer 1 of all tokens)';

  it('does more', () => {
    expect(besideAsSet(foundWith([line('found', 0.3), line('asSet', 0.1)]))).toBe(
      `It does more than ${set}: +0.30 for 1.25 nats a token beside +0.10 for 1.25 nats a token.`,
    );
  });

  it('is not told apart where either mean lies in the other’s interval', () => {
    expect(besideAsSet(foundWith([line('found', 0.3), line('asSet', 0.25)]))).toMatch(/^It does about as much as /);
    expect(besideAsSet(foundWith([line('found', 0.25), line('asSet', 0.3)]))).toMatch(
      /a difference that may be chance\. You/,
    );
  });

  it('does less, where what one began with is accepted', () => {
    expect(besideAsSet(foundWith([line('found', 0.3), line('asSet', 0.5)]))).toMatch(
      /does more than what was found, and its texts are within range too: \+0\.50 .* beside \+0\.30 .* a token\. You may keep it as it was\.$/,
    );
  });

  it('does less, but what one began with is not accepted', () => {
    const said = besideAsSet(foundWith([line('found', 0.3), line('asSet', 0.4, 'strained')]));
    expect(said).toMatch(/does more, .* but its texts are strained\.$/);
    expect(said).not.toContain('keep');
  });

  it('is not said where it was not measured', () => {
    expect(besideAsSet(foundWith([line('found', 0.3)], { asSet: null }))).toBe('');
    expect(besideAsSet(foundWith([line('found', 0.3), line('asSet', NaN)]))).toBe('');
  });
});

it('concludes for a report in sentences and a table', () => {
  const conclusion = foundConclusion(foundWith([line('found', 0.31234), line('asSet', 0.2), line('random', 0.01)]))!;
  expect(conclusion.sentences[0]).toMatch(/^It works\. .* \+0\.20 \[\+0\.10, \+0\.30\] .* lies above zero\.$/);
  expect(conclusion.sentences.join(' ')).toContain('up to 0.4 nats of KL a token');
  expect(conclusion.table!.rows.map(([name, effect]) => [name, effect])).toEqual([
    ['found', 0.312],
    ['happy as it was set', 0.2],
    ['random directions (mean of 5)', 0.01],
  ]);
  expect(foundConclusion(foundWith([], { report: null }))).toBeNull();
});

it('calls no state what was not written, and says so', () => {
  const examples = line('examples', NaN);
  const none = { ...examples, point: { ...examples.point, texts: 0, cost: NaN, interval: null } };
  const { sentences, table } = foundConclusion(foundWith([line('found', 0.3), none]))!;
  expect(table!.rows.map((row) => row[5])).toEqual(['within range', 'not written']);
  expect(sentences.join(' ')).toContain('Not written: examples in the prompt. Mostly the prompt is then longer');
});
