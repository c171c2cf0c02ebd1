import { describe, expect, it } from 'vitest';
import {
  assessmentWords,
  doubledWords,
  layersWords,
  summedWords,
} from '../../../src/app/panels/measures/quality/words.js';
import { qualityVerdict } from '../../../src/app/panels/measures/quality/verdict.js';
import type { LayerAssessment } from '../../../src/core/quality/assess.js';
import type { AdditivityReport } from '../../../src/protocol/api.js';

const interval = (low: number, high: number) => ({ low, high });
const all = <Value>(value: Value) => ({ auc: value, accuracy: value, effectSize: value });
const good: LayerAssessment = {
  layer: 4,
  texts: [12, 12],
  heldOut: true,
  separation: { auc: 0.97, accuracy: 0.92, effectSize: 2.4 },
  intervals: all(interval(0.91, 1)),
  random: all({ mean: 0.55, low: 0.4, high: 0.71 }),
  shuffled: { bands: all({ mean: 0.45, low: 0.3, high: 0.66 }), chance: 1 / 21 },
  stability: { mean: 0.95, low: 0.9, draws: 20 },
  explained: { residuals: 0.21, pairs: 0.4 },
  ranks: [
    { rank: 1, accuracy: 0.98 },
    { rank: 8, accuracy: 0.98 },
  ],
};
const separates = (auc: number, low: number, layer = 4): LayerAssessment => ({
  ...good,
  layer,
  separation: { ...good.separation!, auc },
  intervals: all(interval(low, 1)),
});

describe('what follows from the texts', () => {
  it('is said with its figures: separation, controls, rank, stability, variance', () => {
    const [separation, verdict, rank, stability, variance] = assessmentWords(good, 250);
    expect(separation).toBe(
      'Layer 4 separates held-out texts: AUC 0.97 [0.91, 1.00]; random directions reach 0.71, the method on shuffled sides reaches 0.66.',
    );
    expect(verdict).toBe('That is more than chance explains.');
    expect(rank).toMatch(/^One direction reads all that a linear probe finds: accuracy 0.98 at rank 1, 0.98 at rank 8/);
    expect(stability).toMatch(/^It hardly depends on which texts were taken: mean cosine 0.95/);
    expect(variance).toBe(
      'It holds 21 % of the texts’ variance, and 40 % of what the pairs differ by; an arbitrary direction would hold 0.4 %.',
    );
  });

  it.each([
    [0.97, 0.8, 'That is more than chance explains.'],
    [0.8, 0.6, 'That is above chance, but the interval reaches into it: more texts would tell.'],
    [0.6, 0.5, 'That is no more than chance reaches here: choose another layer, or write texts that differ more.'],
  ])('judges an AUC of %f from %f against chance', (auc, low, verdict) => {
    expect(assessmentWords(separates(auc, low), 250)[1]).toBe(verdict);
  });

  it('says when one direction is not enough, when texts decide, and when nothing was held out', () => {
    const ranks = [
      { rank: 1, accuracy: 0.7 },
      { rank: 2, accuracy: 0.93 },
      { rank: 4, accuracy: 0.94 },
    ];
    const words = assessmentWords({ ...good, ranks, stability: { mean: 0.4, low: 0, draws: 20 } }, 250);
    expect(words[2]).toMatch(/does not read it all: accuracy 0.70 at rank 1, 0.93 at rank 2/);
    expect(words[3]).toMatch(/depends much .* Write more texts/);
    const none = {
      ...good,
      separation: null,
      intervals: null,
      ranks: [],
      stability: null,
      explained: { residuals: NaN, pairs: null },
    };
    expect(assessmentWords(none, 250)).toEqual([expect.stringMatching(/Nothing could be held out/)]);
  });

  it('does not call texts held out that the direction was found from', () => {
    const own: LayerAssessment = {
      ...separates(1, 1),
      heldOut: false,
      separation: { auc: 1, accuracy: 1, effectSize: 9 },
      intervals: null,
      random: null,
      shuffled: null,
      stability: null,
    };
    const words = assessmentWords(own, 250);
    expect(words[0]).toBe(
      'Layer 4 separates the texts that it was found from: AUC 1.00. That says nothing about other texts.',
    );
    expect(words.join(' ')).not.toMatch(/held-out texts|chance|wrong side|\[/);
    expect(assessmentWords(own, 250, { auc: 0.83, accuracy: 0.75, effectSize: 1 })[1]).toMatch(
      /texts were held out at this layer: AUC 0.83, accuracy 0.75/,
    );
    expect(layersWords([own, { ...own, layer: 5 }])).toBeNull();
  });

  it('does not take a perfect score for a proof', () => {
    const perfect = { ...separates(1, 1), separation: { auc: 1, accuracy: 1, effectSize: 5 } };
    expect(assessmentWords(perfect, 250)[1]).toMatch(
      /No text was on the wrong side; of others like them up to 13 % may be/,
    );
  });

  it('names the best layer and those within its interval', () => {
    const layers = [separates(0.6, 0.5, 2), separates(0.93, 0.8, 3), separates(0.97, 0.91, 4), separates(0.92, 0.8, 5)];
    expect(layersWords(layers)).toBe(
      'Layer 4 separates best, AUC 0.97; layers 3 and 5 lie within its interval. What reads best need not steer best.',
    );
    expect(layersWords(layers.slice(0, 1))).toBeNull();
    const alike = [0, 1, 2, 3, 5, 6].map((layer) => separates(0.95, 0.9, layer));
    const low = separates(0.5, 0.3, 7);
    expect(layersWords([...alike, separates(0.99, 0.9, 4), low])).toMatch(
      /; layers 0–3, 5 and 6 lie within its interval/,
    );
    expect(layersWords([...alike, separates(0.99, 0.9, 4)])).toMatch(/; all others lie within/);
  });
});

describe('what follows from the model’s answer', () => {
  const reports = (...logits: readonly number[]): readonly AdditivityReport[] =>
    logits.map((value, at) => ({ strength: 0.25 * 2 ** at, layers: Float32Array.of(0), logits: value }));

  it('says up to which strength it is in proportion', () => {
    expect(doubledWords(reports(0.04, 0.12, 0.44))).toBe(
      'Up to strength 0.5, twice as much does about twice as much: the next token’s logits miss that by 12 % of their change; at 1, by 44 %.',
    );
    expect(doubledWords(reports(0.04, 0.12))).toMatch(/^Up to strength 0.5, .* 12 % of their change\.$/);
    expect(summedWords(reports(0.4, 0.1), 'sad')).toMatch(
      /^It does not add up with “sad”, even at strength 0.25: .* 40 %/,
    );
  });

  it('says nothing where nothing changed', () => {
    expect(doubledWords([])).toBeNull();
    expect(doubledWords(reports(NaN))).toBeNull();
  });
});

describe('the line above them', () => {
  const line = (at: LayerAssessment, ...others: readonly LayerAssessment[]) =>
    qualityVerdict(at, [at, ...others], 'happy');

  it('says how well texts are read that were not seen, how stably it was found, and where it is best', () => {
    expect(line(good, separates(0.8, 0.7, 2))).toBe(
      'At layer 4 “happy” reads unseen texts well (AUC 0.97 [0.91–1.00], chance reaches 0.71); found stably (cosine 0.95); best of all layers.',
    );
    expect(line(separates(0.8, 0.75), good)).toMatch(/ fairly well \(AUC 0.80/);
    expect(line(separates(0.74, 0.72))).toMatch(/ weakly, but better than chance \(AUC 0.74/);
  });

  it('does not claim what the figures do not', () => {
    expect(line(separates(0.8, 0.6))).toMatch(/^At layer 4 “happy” may read .* interval reaches into chance/);
    expect(line(separates(0.7, 0.5))).toMatch(/ no better than chance \(AUC 0.70 \[0.50–1.00\], chance reaches 0.71\)/);
    expect(line({ ...good, stability: { mean: 0.4, low: 0, draws: 20 } })).toContain('depends much on which texts');
    const own = { ...good, heldOut: false, intervals: null, random: null, shuffled: null, stability: null };
    expect(line(own)).toBe(
      'At layer 4 “happy” was read on the texts that it was found from alone (AUC 0.97): how well it reads others is not known.',
    );
    expect(line({ ...good, separation: null, intervals: null })).toMatch(/too few texts/);
  });

  it('names another layer only where that is told apart', () => {
    expect(line(separates(0.8, 0.75, 2), good)).toMatch(/; layer 4 reads better \(AUC 0.97\)\.$/);
    expect(line(separates(0.95, 0.85, 2), good)).toMatch(/; no layer reads measurably better\.$/);
    expect(line(good, separates(0.95, 0.85, 2))).toMatch(/; no layer reads measurably better\.$/);
    expect(line(good)).not.toContain('layer reads');
  });
});
