/** Sweeps on a model whose logits depend on every token before, so that a wrong cache or row shows in the text. */
import { describe, expect, it } from 'vitest';
import { emptyPlan, type Plan } from '../../../src/core/steering/plan.js';
import type { CellResult, GenerateEvent, SweepCell, SweepEvent } from '../../../src/protocol/api.js';
import { generate } from '../../../src/worker/generation/generate.js';
import { sweep } from '../../../src/worker/sweep/sweep.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from '../generation/toy-model.js';

const sampling = {
  temperature: 0.8,
  topK: 0,
  topP: 1,
  repetitionPenalty: 1.1,
  maxNewTokens: 14,
};

function added(strength: number, prompt = false): Plan {
  const site = { layer: 0, vector: Float32Array.of(1, 0), residualNorm: 1 };
  return {
    ...emptyPlan,
    terms: [
      {
        operator: 'add',
        strength,
        scope: { prompt, generated: true },
        sites: [site],
      },
    ],
  };
}

function cellsOf(prompts: readonly string[]): readonly SweepCell[] {
  const plans = [emptyPlan, added(0.3), added(-2), added(1.5, true), added(0)];
  return prompts.flatMap((prompt) =>
    plans.flatMap((plan, index) =>
      [1, 2].map((seed) => ({
        id: `${prompt} ${index} ${seed}`,
        prompt,
        plan,
        seed,
      })),
    ),
  );
}

async function swept(
  model: ToyModel,
  cells: readonly SweepCell[],
  turn: <T>(piece: () => Promise<T>) => Promise<T> = (piece) => piece(),
  task = new Task(),
) {
  const done = new Map<string, CellResult>();
  const failed: Record<string, string> = {};
  const progress: number[] = [];
  const take = (events: readonly SweepEvent[]) => {
    for (const event of events) {
      if (event.type === 'cells') for (const cell of event.cells) done.set(cell.id, cell);
      else if (event.type === 'failed') for (const { id, error } of event.cells) failed[id] = error.code;
      else progress.push(event.done / event.of);
    }
  };
  const request = {
    task: 'task',
    cells,
    sampling,
    probes: [],
    targets: { toward: [3], away: [] },
  };
  const result = await sweep(model, request, task, take, turn);
  return { done, failed, progress, result };
}

async function alone(options: Parameters<typeof toyModel>[0], { prompt, plan, seed }: SweepCell) {
  const events: GenerateEvent[] = [];
  const request = {
    task: 'task',
    prompt,
    sampling: { ...sampling, seed },
    rows: [{ row: 'row', plan }],
    probes: [],
  };
  const { rows } = await generate(toyModel(options), request, new Task(), (more) => void events.push(...more));
  return {
    ids: events.flatMap((event) => (event.type === 'token' ? [event.id] : [])),
    reason: rows[0]!.reason,
  };
}

describe.each([{ onGpu: false }, { onGpu: true }])('on the GPU: $onGpu', ({ onGpu }) => {
  const cells = cellsOf(['once upon', 'a story', 'two words', 'once upon a', 'a longer beginning']);

  it('writes what each text is alone, whichever end first', async () => {
    const options = { onGpu, endId: 5 };
    const model = toyModel(options);
    const { done, failed, progress } = await swept(model, cells);
    expect(failed).toEqual({});
    const lengths = new Set<number>();
    for (const cell of cells) {
      const { ids, reason, kl, logOdds } = done.get(cell.id)!;
      expect({ ids, reason }, cell.id).toEqual(await alone(options, cell));
      for (const figures of [kl, logOdds!.steered, logOdds!.unsteered]) expect(figures.length).toBe(ids.length);
      lengths.add(ids.length);
    }
    expect(lengths.size).toBeGreaterThan(3);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
    expect(progress.at(-1)).toBe(1);
    if (onGpu) expect(model.tensorsOnGpu()).toBe(0);
  });

  it('begins anew when the session goes that holds its caches, and frees everything', async () => {
    const model = toyModel({ onGpu });
    const quiet = await swept(toyModel({ onGpu }), cells);
    let turns = 0;
    const { done } = await swept(model, cells, async (piece) => {
      turns++;
      if (turns === 8 || turns === 50) await model.leaveSession();
      return piece();
    });
    for (const { id } of cells) expect(done.get(id)!.ids).toEqual(quiet.done.get(id)!.ids);
    expect(model.beforeRelease.size).toBe(0);
  });

  it('cancelled, it frees everything', async () => {
    const model = toyModel({ onGpu });
    const task = new Task();
    let turns = 0;
    const call = swept(
      model,
      cells,
      (piece) => {
        if (++turns === 12) task.cancel();
        return piece();
      },
      task,
    );
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(model.beforeRelease.size).toBe(0);
    if (onGpu) expect(model.tensorsOnGpu()).toBe(0);
  });
});

it('shares the unsteered row of texts that begin alike, and writes a text once that several cells ask for', async () => {
  const model = toyModel();
  // Too weak to change a token, so all are read by one row of the unsteered lane.
  const cells = [1, 2, 3].map((index) => ({
    id: String(index),
    prompt: 'once',
    plan: added(index * 1e-7),
    seed: 1,
  }));
  const twins = ['a', 'b'].map((id) => ({
    id,
    prompt: 'once',
    plan: added(0),
    seed: 1,
  }));
  const { done } = await swept(model, [...cells, ...twins]);
  expect(done.size).toBe(5);
  expect(done.get('a')!.ids).toEqual(done.get('b')!.ids);
  expect(new Set(model.steps)).toEqual(new Set([3, 1]));
});

it('writes texts of prompts that are about as long as one batch', async () => {
  const model = toyModel();
  const cells = ['four', 'three', 'sevenly'].map((prompt) => ({
    id: prompt,
    prompt,
    plan: added(1),
    seed: 1,
  }));
  const { done } = await swept(model, cells);
  for (const cell of cells) expect(done.get(cell.id)!.ids).toEqual((await alone({}, cell)).ids);
  // The longest prompt comes in third; alone, three texts would take 84 runs of both lanes.
  expect(Math.max(...model.steps)).toBe(3);
  expect(model.steps.length).toBeLessThan(40);
});

it('ends where the context of either model is full', async () => {
  const cell = { id: 'cell', prompt: 'x'.repeat(194), plan: added(1), seed: 1 };
  const { done } = await swept(toyModel(), [
    cell,
    { ...cell, id: 'referred', prompt: 'x', reference: 'x'.repeat(197) },
  ]);
  const { ids, reason } = done.get('cell')!;
  expect({ ids, reason }).toEqual(await alone({}, cell));
  expect(reason).toBe('context-full');
  expect(done.get('referred')).toMatchObject({ reason: 'context-full' });
  expect(done.get('referred')!.ids.length).toBe(3);
});

it('leaves the page’s prompts, texts and unfinished baseline alone', async () => {
  const model = toyModel();
  const request = {
    task: 'task',
    prompt: 'once upon',
    sampling: { ...sampling, seed: 1 },
    rows: [{ row: 'row', plan: emptyPlan }],
    probes: [],
  };
  await generate(model, request, new Task(), () => undefined);
  const prompt = model.prompts.find(() => true);
  const before = model.steps.length;
  await swept(
    model,
    Array.from({ length: 30 }, (_, index) => ({
      id: String(index),
      prompt: `prompt ${index}`,
      plan: added(1, true),
      seed: 1,
    })),
  );
  expect(model.prompts.find(() => true)).toBe(prompt);
  const steps = model.steps.length;
  expect(steps).toBeGreaterThan(before);
  const again = await generate(model, request, new Task(), () => undefined);
  expect(again.rows[0]!.reused).toBe(true);
  expect(model.steps.length).toBe(steps);
});

it('a cell that cannot be done fails alone', async () => {
  const cell = { prompt: 'once', plan: emptyPlan, seed: 1 };
  const { done, failed } = await swept(toyModel(), [
    { ...cell, id: 'long', prompt: 'x'.repeat(200) },
    { ...cell, id: 'overflow', plan: added(Number.MAX_VALUE) },
    { ...cell, id: 'infinite', plan: added(1e300, true) },
    { ...cell, id: 'fine' },
  ]);
  expect([...done.keys()]).toEqual(['fine']);
  expect(failed).toEqual({
    long: 'input-too-long',
    overflow: 'overflow',
    infinite: 'overflow',
  });
});
