import { describe, expect, it } from 'vitest';
import { curvesOf } from '../../../../src/app/panels/measures/compounding/curves.js';
import { tableOf } from '../../../../src/app/plots/table.js';
import type { CompoundingRun, TextReadTwice } from '../../../../src/core/compounding/run.js';
import { bandOf } from '../../../../src/core/statistics/band.js';

const colours = { card: '#fff', ink: '#000', mute: '#777', line: '#ddd', accent: '#00f', positive: 'rgb(0,1,0)', negative: 'rgb(1,0,0)' }; // prettier-ignore
const subject = {
  ...{ key: '', directionName: 'happy', layer: 1, layers: 2, steeredLayers: [1], impulse: 2, readTokens: 16, of: 2, greedy: false }, // prettier-ignore
};
const text = (kl: readonly number[]): TextReadTwice => ({
  ids: kl.map((_, at) => at % 2),
  kl: Float32Array.from(kl),
  baselineNll: Float32Array.from(kl, () => Math.log(4)),
  drift: Float32Array.from(kl.flatMap((value) => [0, value])),
  alignment: { steered: Float32Array.from(kl, () => 0.5), unsteered: Float32Array.from(kl, () => 0.25) },
});
const runOf = (kl: readonly number[], lengths: CompoundingRun['lengths'] = []): CompoundingRun => {
  return { prompt: 0, seed: 1, baseline: text(kl), steered: text(kl), impulse: null, lengths };
};
const runs = [runOf([0.5, 1, 0.25, 1, 1, 1]), runOf([1.5, 3])];
const column = (figure: Parameters<typeof tableOf>[0] | null, name: string): readonly unknown[] => {
  const { columns, rows } = tableOf(figure!);
  return rows.map((row) => row[columns.findIndex((it) => it.name === name)]);
};

describe('the curves of compounding', () => {
  const curves = curvesOf(runs, subject, 'steered', colours);

  it('are means over the texts that reach a token, with intervals that end at 0 and how many texts they are of', () => {
    expect(column(curves.kl, 'KL, on the steered text: mean')).toEqual([1, 2, 0.25, 1, 1, 1]);
    expect(column(curves.kl, 'KL, on the steered text: texts')).toEqual([2, 2, 1, 1, 1, 1]);
    const [low, high] = ['low', 'high'].map((end) => column(curves.kl, `KL, on the steered text: 95 % ${end}`)[0]);
    expect(low).toBe(0);
    expect(high).toBe(bandOf([0.5, 1.5]).high);
  });

  it('have drift by layer, and say at which layers the plan acts', () => {
    expect(column(curves.drift, 'residual drift').slice(0, 4)).toEqual([0, 1, 0, 2]);
    expect(column(curves.drift, 'plan acts at the layer').slice(0, 2)).toEqual(['no', 'yes']);
  });

  it('have perplexity by token, and pairs once there are some', () => {
    for (const value of column(curves.perplexity, 'perplexity, unsteered: mean')) expect(value).toBeCloseTo(4, 5);
    expect(column(curves.distinct, 'distinct-2, steered: mean')).toEqual([null, null, null, null, 0.5, 0.4]);
  });

  it('leave out what was not measured', () => {
    expect(curves).toMatchObject({ impulse: null, lengths: null });
    expect(curvesOf(runs, { ...subject, layer: null }, 'baseline', colours).ownAlignment).toBeNull();
  });

  it('stand at the lengths of context that were read', () => {
    const lengths = [
      { length: 4, kl: 0.5 },
      { length: 16, kl: 0.25 },
    ];
    const { lengths: figure } = curvesOf([runOf([1], lengths)], subject, 'steered', colours);
    expect(column(figure, 'tokens of context')).toEqual([4, 16]);
    expect(column(figure, 'KL, mean KL: mean')).toEqual([0.5, 0.25]);
  });
});
