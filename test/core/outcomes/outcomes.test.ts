import { describe, expect, it } from 'vitest';
import {
  costOf,
  effects,
  effectNames,
  wordsOf,
  type EffectInput,
  type EffectName,
  type MeasuredText,
} from '../../../src/core/outcomes/index.js';
import { readGolden } from '../../golden/read.js';

type Numbers = readonly (number | null)[];
interface Golden {
  text: {
    ids: number[];
    pieces: string[];
    special: boolean[];
    kl: number[];
    baselineNll: number[];
    steeredNll: number[];
    normRatio: number[];
    norms: Numbers;
    projections: Numbers;
    logOdds: number[];
  };
  layers: number;
  probes: number;
  means: { negative: number; positive: number };
  /** Probe, layer, value. */
  score: [number, number, number][];
  alignment: [number, number, number][];
  words: { list: string[]; share: number; words: string[] };
  logOdds: number;
  cost: { meanKl: number; perplexity: number; distinct2: number; normRatio: [number[], number][] };
}
const golden = readGolden<Golden>('outcomes');
const floats = (values: Numbers): Float32Array => Float32Array.from(values, (value) => value ?? NaN);
const { text: plain, layers, probes, means } = golden;
const text: MeasuredText = {
  ...plain,
  kl: floats(plain.kl),
  baselineNll: floats(plain.baselineNll),
  steeredNll: floats(plain.steeredNll),
  normRatio: floats(plain.normRatio),
  norms: floats(plain.norms),
  projections: floats(plain.projections),
  logOdds: { steered: floats(plain.logOdds), unsteered: floats(plain.logOdds).fill(0) },
};
const empty: MeasuredText = {
  ids: [],
  pieces: [],
  special: [],
  kl: new Float32Array(0),
  baselineNll: new Float32Array(0),
  steeredNll: new Float32Array(0),
  normRatio: new Float32Array(0),
  norms: new Float32Array(0),
  projections: new Float32Array(0),
  logOdds: { steered: new Float32Array(0), unsteered: new Float32Array(0) },
};

function effectOf(
  effect: EffectName,
  { layer = 0, probe = 0, ...input }: Partial<EffectInput> & { readonly layer?: number } = {},
): number {
  const choice = { effect, layer, words: golden.words.list, away: [] };
  return effects.find(({ name }) => name === effect)!.of({ text, choice, probe, probes, layers, means, ...input });
}

describe('effects of a steered text', () => {
  it('are all in the index, with labels, units and what they say', () => {
    expect(effects.map(({ name }) => name).toSorted()).toEqual(effectNames.toSorted());
    for (const { label, unit, description } of effects) {
      for (const words of [label, unit, description]) expect(words).toMatch(/^\S/);
    }
  });

  it.each(golden.score)('score along probe %i at layer %i as NumPy has it, the end of the text left out', (...it) => {
    const [probe, layer, value] = it;
    expect(effectOf('score', { probe, layer })).toBeCloseTo(value, 5);
  });

  it.each(golden.alignment)('align with probe %i at layer %i as NumPy has it', (probe, layer, value) => {
    expect(effectOf('alignment', { probe, layer })).toBeCloseTo(value, 6);
  });

  it('are −1 and +1 for texts that lie where the sides lie', () => {
    const at = (projection: number) => ({ ...text, projections: text.projections.slice().fill(projection) });
    expect(effectOf('score', { text: at(means.positive) })).toBeCloseTo(1, 12);
    expect(effectOf('score', { text: at(means.negative) })).toBeCloseTo(-1, 12);
  });

  it('count words of a list, whatever their case and however tokens cut them', () => {
    expect(wordsOf(plain.pieces.filter((_, token) => !plain.special[token]).join(''))).toEqual(golden.words.words);
    expect(effectOf('words')).toBeCloseTo(golden.words.share, 12);
  });

  it('take the mean log-odds of what was steered', () => {
    expect(effectOf('log-odds')).toBeCloseTo(golden.logOdds, 6);
    expect(effectOf('log-odds', { text: { ...text, logOdds: null } })).toBeNaN();
  });

  it('say nothing where nothing can be said', () => {
    for (const name of effectNames) expect(effectOf(name, { text: empty }), name).toBeNaN();
    expect(effectOf('score', { means: null })).toBeNaN();
    expect(effectOf('score', { means: { positive: 2, negative: 2 } })).toBeNaN();
    // Where a probe has no vector, nothing was read.
    expect(effectOf('alignment', { probe: 2, layer: 1 })).toBeNaN();
  });
});

describe('costs of a steered text', () => {
  it('are those of NumPy', () => {
    const { meanKl, perplexity, distinct2 } = costOf(text, []);
    expect(meanKl).toBeCloseTo(golden.cost.meanKl, 6);
    expect(perplexity / golden.cost.perplexity).toBeCloseTo(1, 6);
    expect(distinct2).toBeCloseTo(golden.cost.distinct2, 12);
  });

  it.each(golden.cost.normRatio)('have the largest norm ratio of the steered layers %j', (steered, value) => {
    expect(costOf(text, steered).normRatio).toBeCloseTo(value, 6);
  });

  it('are unknown of no token', () => {
    expect(costOf(empty, [0])).toEqual({ meanKl: NaN, perplexity: NaN, distinct2: NaN, normRatio: NaN });
  });
});
