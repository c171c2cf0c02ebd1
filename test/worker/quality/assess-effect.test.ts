/** How a model answers to a vector, on one that is linear throughout and one that is not. */
import { describe, expect, it } from 'vitest';
import { logSoftmax } from '../../../src/core/measures/index.js';
import type { EffectRequest, Progress } from '../../../src/protocol/api.js';
import { assessEffect } from '../../../src/worker/quality/assess-effect.js';
import { readUnder } from '../../../src/worker/quality/read-under.js';
import { atOnce, type OnProgress } from '../../../src/worker/capture/background.js';
import { Task } from '../../../src/worker/tasks.js';
import { linearModel } from './linear-model.js';

const added = (...vector: number[]) => ({ vector: Float32Array.from(vector), residualNorm: 2 });
const request: EffectRequest = {
  task: 'effect',
  texts: [[1, 5, 9, 2], [7, 3], []],
  hook: 'resid_post',
  layer: 0,
  direction: added(0.6, 0, 0.8, 0),
  other: added(0, 1, 0, 0),
  strengths: [0.25, 0.5, 1],
  promotedAt: 0.5,
  promoted: 5,
};
const assess = (model = linearModel(), more: Partial<EffectRequest> = {}, task = new Task(), say?: OnProgress) =>
  assessEffect(model, { ...request, ...more }, task, say ?? (() => undefined), atOnce);

describe('additivity', () => {
  it('is exact where everything is linear', async () => {
    const { doubled, summed } = await assess();
    expect(doubled.map(({ strength }) => strength)).toEqual([0.25, 0.5, 1]);
    for (const { layers, logits } of [...doubled, ...summed]) {
      for (const error of [...layers, logits]) expect(error).toBeLessThan(1e-5);
    }
  });

  it('is exact at the steered layer of any model, and lost where the next block bends', async () => {
    const { doubled, summed } = await assess(linearModel({ bent: true }));
    for (const { layers, logits } of [...doubled, ...summed]) {
      expect(layers[0]).toBeLessThan(1e-5);
      expect(layers[1]).toBeGreaterThan(0.01);
      expect(logits).toBeGreaterThan(0.01);
    }
    // What saturates is the farther from proportion the more is added.
    expect(doubled[2]!.layers[1]!).toBeGreaterThan(doubled[0]!.layers[1]!);
  });

  it('is not known before the steered layer, nor of a sum without a second direction', async () => {
    const { doubled, summed } = await assess(linearModel(), { layer: 1, other: null });
    expect(summed).toEqual([]);
    for (const { layers } of doubled) {
      expect(layers[0]).toBeNaN();
      expect(layers[1]).toBeLessThan(1e-5);
    }
  });
});

describe('promoted tokens', () => {
  it('leave out what follows special tokens, at which the plan does nothing', async () => {
    const model = linearModel();
    Object.assign(model.tokenizer, { isSpecial: (id: number) => id === 1 || id === 7 });
    const { positions, raised } = await assess(model);
    expect(positions).toBe(4);
    const plain = await assess(linearModel(), { texts: [[5, 9, 2], [3]] });
    expect(plain.positions).toBe(4);
    expect(raised.length).toBe(plain.raised.length);
  });

  it('are those whose log-probability the plan changes most', async () => {
    const model = linearModel();
    const { raised, lowered, positions } = await assess(model);
    expect(positions).toBe(6);
    const plan = {
      terms: [
        {
          operator: 'add' as const,
          strength: 0.5,
          scope: { prompt: true, generated: true },
          sites: [{ layer: 0, hook: 'resid_post' as const, ...request.direction }],
        },
      ],
      steerSpecialTokens: false,
    };
    const change = new Float64Array(24);
    for (const ids of request.texts.filter(({ length }) => length > 0)) {
      const before = await readUnder(model, ids, { terms: [], steerSpecialTokens: false });
      const after = await readUnder(model, ids, plan);
      ids.forEach((_, at) => {
        const [p, q] = [after, before].map(({ logits }) => logSoftmax(logits.subarray(at * 24, (at + 1) * 24)));
        for (let id = 0; id < 24; id++) change[id]! += (p![id]! - q![id]!) / positions;
      });
    }
    for (const token of [...raised, ...lowered]) expect(token.change).toBeCloseTo(change[token.id]!, 6);
    expect(raised[0]!.change).toBeCloseTo(Math.max(...change), 6);
    expect(raised[0]!.steered).toBeGreaterThan(raised[0]!.baseline);
    expect(lowered[0]!.change).toBeLessThan(0);
    expect(raised[0]!.piece).toBe(String.fromCharCode(97 + raised[0]!.id));
  });
});

describe('a long run', () => {
  it('tells how far it is, and ends when it is cancelled', async () => {
    const said: Progress[] = [];
    await assess(linearModel(), {}, new Task(), (progress) => said.push(progress));
    expect(said.map(({ done }) => done)).toEqual(Array.from({ length: said.length }, (_, done) => done));
    expect(said.at(-1)!.done).toBe(said.at(-1)!.total);
    const task = new Task();
    const stopped = assess(linearModel(), {}, task, ({ done }) => done === 3 && task.cancel());
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says what to do when there is nothing to read', async () => {
    await expect(assess(linearModel(), { texts: [[]] })).rejects.toMatchObject({ code: 'input-empty' });
  });
});
