import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/core/steering/plan.js';
import type { Turn } from '../../../src/worker/capture/background.js';
import { onOneSession } from '../../../src/worker/compounding/steady-turns.js';
import { writeTexts } from '../../../src/worker/compounding/write.js';
import { generate } from '../../../src/worker/generation/generate.js';
import type { UnfinishedText } from '../../../src/worker/generation/unfinished.js';
import type { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from '../generation/toy-model.js';

const scope = { prompt: true, generated: true };
const site = { layer: 0, vector: Float32Array.of(1, 0), residualNorm: 1 };
const none: Plan = { terms: [], steerSpecialTokens: false };
const add: Plan = { terms: [{ operator: 'add', strength: 0.7, scope, sites: [site] }], steerSpecialTokens: false };
const sampling = { temperature: 0.9, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: 9 };
const task = { check: () => undefined, breathe: () => Promise.resolve() } as unknown as Task;
const atOnce: Turn = (piece) => piece();

/** The generated ids of one text, as the page's generation writes it. */
async function alone(plan: Plan, seed: number): Promise<readonly number[]> {
  const ids: number[] = [];
  const request = {
    task: 't',
    prompt: 'once',
    sampling: { ...sampling, seed },
    rows: [{ row: 'r', plan }],
    probes: [],
  };
  await generate(toyModel(), request, task, (events) => {
    for (const event of events) if (event.type === 'token') ids.push(event.id);
  });
  return ids;
}

const written = (model: ToyModel, turn: Turn) =>
  writeTexts(model, model.tokenizer.encodePrompt('once'), [none, add], [3, 4], sampling, turn);

describe('texts that are written to be read', () => {
  it('are those of the page, of every plan with every seed, in one batch', async () => {
    const model = toyModel();
    const texts = await written(model, atOnce);
    for (const [row, plan] of [none, add].entries()) {
      for (const [at, seed] of [3, 4].entries()) expect(texts[row]![at]).toEqual(await alone(plan, seed));
    }
    expect(Math.max(...model.steps)).toBe(4);
  });

  it('let others have a turn at every token, and leave nothing behind when they are cancelled', async () => {
    const model = toyModel();
    let turns = 0;
    const cancelling: Turn = (piece) => {
      if (++turns === 4) throw new Error('cancelled');
      return piece();
    };
    await expect(written(model, cancelling)).rejects.toThrow('cancelled');
    expect(model.steps).toHaveLength(2);
    expect(model.unfinished.take(() => true)).toBeNull();
    expect(model.texts.find(() => true)).toBeNull();
  });

  it('leave the page’s unfinished text and prompts alone, and free nothing while others have the model', async () => {
    for (const cancel of [false, true]) {
      const model = toyModel();
      const page = { text: {}, cache: { rows: 1, length: 1, feeds: {}, isOwn: true }, row: 0 };
      model.unfinished.keep(page as unknown as UnfinishedText);
      let inTurn = false;
      const swept: boolean[] = [];
      Object.assign(model.decoder.caches, { sweep: () => void swept.push(inTurn) });
      let turns = 0;
      const turn: Turn = async (piece) => {
        if (cancel && ++turns === 4) throw new Error('cancelled');
        inTurn = true;
        return piece().finally(() => (inTurn = false));
      };
      await written(model, turn).catch(() => undefined);
      expect(swept.length).toBeGreaterThan(0);
      expect(swept).not.toContain(false);
      expect(model.unfinished.take(() => true)).toBe(page);
      expect(model.prompts.find(() => true)).toBeNull();
      expect(model.beforeRelease.size).toBe(0);
    }
  });

  it('let go of a GPU’s memory before the session goes', async () => {
    const model = toyModel();
    let turns = 0;
    const freed: number[] = [];
    Object.assign(model.decoder, { releaseFeeds: (feeds: object) => void freed.push(Object.keys(feeds).length) });
    const leaving: Turn = async (piece) => {
      if (++turns === 4) {
        await model.leaveSession();
        expect(Math.max(...freed)).toBeGreaterThan(0);
        Object.assign(model, { decoder: { ...model.decoder } });
      }
      return piece();
    };
    const texts = await onOneSession(model, leaving, (steady) => written(model, steady));
    expect(texts).toEqual(await written(toyModel(), atOnce));
  });

  it('begin anew where the graph was opened again in between', async () => {
    const model = toyModel();
    let turns = 0;
    const reopening: Turn = (piece) => {
      if (++turns === 4) Object.assign(model, { decoder: { ...model.decoder } });
      return piece();
    };
    const texts = await onOneSession(model, reopening, (steady) => written(model, steady));
    expect(texts).toEqual(await written(toyModel(), atOnce));
    expect(turns).toBeGreaterThan(4 + 9);
  });
});
