import { describe, expect, it } from 'vitest';
import { isCancelled } from '../../../src/core/errors.js';
import { defaultSampling } from '../../../src/core/sampling.js';
import { emptyPlan, type Plan } from '../../../src/core/steering/plan.js';
import type { GenerateEvent } from '../../../src/protocol/api.js';
import { generate } from '../../../src/worker/generation/generate.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from './toy-model.js';

const sampling = { ...defaultSampling, temperature: 1, topP: 0.9, repetitionPenalty: 1.2, maxNewTokens: 40 };
const probes = [{ id: 'first', vectors: [Float32Array.of(1, 0)] }];

function added(strength: number, prompt = false): Plan {
  const sites = [{ layer: 0, vector: Float32Array.of(1, 0), residualNorm: 1 }];
  const scope = { prompt, generated: true };
  return { terms: [{ operator: 'add', strength, scope, sites }], steerSpecialTokens: false };
}

type Rows = Readonly<Record<string, Plan>>;

/** Writes rows, and cancels once `cancelAfter` tokens of the row `of` were told. */
async function write(model: ToyModel, plans: Rows, cancel?: { readonly of: string; readonly after: number }) {
  const task = new Task();
  const events: GenerateEvent[] = [];
  const rows = Object.entries(plans).map(([row, plan]) => ({ row, plan }));
  const request = { task: 'task', prompt: 'once upon', sampling, rows, probes };
  const emit = (more: readonly GenerateEvent[]): void => {
    events.push(...more);
    const told = events.filter((event) => event.type === 'token' && event.row === cancel?.of).length;
    if (cancel && told >= cancel.after) task.cancel();
  };
  const outcome = await generate(model, request, task, emit).catch((error: unknown) => error);
  expect(isCancelled(outcome)).toBe(cancel !== undefined);
  return Object.fromEntries(rows.map(({ row }) => [row, textOf(events, row)]));
}

/** A row's text as its events tell it; every position has one token and one readout, in order. */
function textOf(all: readonly GenerateEvent[], row: string) {
  const events = all.filter((event) => event.row === row);
  expect(events[0]?.type).toBe('prompt');
  const prompt = events[0]?.type === 'prompt' ? events[0] : null;
  const tokens = events.filter((event) => event.type === 'token');
  const readouts = events.filter((event) => event.type === 'readout');
  const start = prompt!.text.ids.length;
  tokens.forEach((token, index) => expect(token.position).toBe(start + index));
  readouts.forEach((readout, index) => expect(readout.position).toBe(start + index));
  const ended = events.at(-1)?.type === 'end';
  expect(readouts.length).toBe(ended ? tokens.length : tokens.length - 1);
  return {
    ids: tokens.map((token) => token.id),
    logProbabilities: tokens.map((token) => token.logProbability),
    projections: readouts.map(({ readout }) => readout.projections[0]),
    ended,
  };
}

describe.each([
  ['on the CPU', false],
  ['on the GPU', true],
])('%s a baseline that was broken off', (_, onGpu) => {
  const alone = (plans: Rows) => write(toyModel({ onGpu }), plans);

  it('goes on where it was, beside a new steered text, and both are what they would be alone', async () => {
    const model = toyModel({ onGpu });
    const first = await write(model, { baseline: emptyPlan, steered: added(1) }, { of: 'baseline', after: 15 });
    expect(first['baseline']!.ended).toBe(false);
    const second = await write(model, { baseline: emptyPlan, steered: added(2) });
    expect(second['baseline']).toEqual((await alone({ baseline: emptyPlan }))['baseline']);
    expect(second['steered']).toEqual((await alone({ steered: added(2) }))['steered']);
    expect(second['baseline']!.ids.slice(0, 15)).toEqual(first['baseline']!.ids);
    // 14 steps of two rows, 14 of the new text by itself until it is as long, and the rest of two rows again.
    expect(model.steps).toEqual([...Array(14).fill(2), ...Array(14).fill(1), ...Array(26).fill(2)]);
  });

  it('keeps its place when the next requests are broken off too', async () => {
    const model = toyModel({ onGpu });
    await write(model, { baseline: emptyPlan, steered: added(1) }, { of: 'steered', after: 12 });
    for (const strength of [2, 3, 4]) {
      const rows = { baseline: emptyPlan, steered: added(strength, true) };
      expect((await write(model, rows, { of: 'steered', after: 3 }))['baseline']!.ids.length).toBe(12);
    }
    await write(model, { baseline: emptyPlan, steered: added(5) }, { of: 'baseline', after: 20 });
    const { baseline } = await write(model, { baseline: emptyPlan });
    expect(baseline).toEqual((await alone({ baseline: emptyPlan }))['baseline']);
    if (onGpu) expect(model.tensorsOnGpu()).toBe(0);
  });

  it('is begun anew for another prompt or seed', async () => {
    const model = toyModel({ onGpu });
    await write(model, { baseline: emptyPlan }, { of: 'baseline', after: 10 });
    const events: GenerateEvent[] = [];
    const rows = [{ row: 'baseline', plan: emptyPlan }];
    const request = { task: 'task', prompt: 'once upon', sampling: { ...sampling, seed: 99 }, rows, probes };
    await generate(model, request, new Task(), (more) => void events.push(...more));
    const { baseline } = await alone({ baseline: emptyPlan });
    expect(textOf(events, 'baseline').ids).not.toEqual(baseline!.ids);
  });
});

it('goes on alone when the new text ends before it is as long', async () => {
  const whole = await write(toyModel(), { baseline: emptyPlan, steered: added(1) });
  const ids = whole['steered']!.ids;
  const endId = ids.slice(0, 12).find((id) => !whole['baseline']!.ids.slice(0, 20).includes(id));
  expect(endId).toBeDefined();
  const options = { endId: endId! };
  const model = toyModel(options);
  await write(model, { baseline: emptyPlan }, { of: 'baseline', after: 20 });
  const rows = await write(model, { baseline: emptyPlan, steered: added(1) });
  expect(rows['steered']!.ids.length).toBeLessThan(13);
  expect(rows).toEqual(await write(toyModel(options), { baseline: emptyPlan, steered: added(1) }));
});

it('frees every tensor on the GPU, whatever the plans touch', async () => {
  const model = toyModel({ onGpu: true });
  for (const strength of [1, 2, 3]) await write(model, { baseline: emptyPlan, steered: added(strength, true) });
  expect(model.tensorsOnGpu()).toBe(0);
});

it('asked for more tokens than there are numbers, ends where the context does', async () => {
  const model = toyModel();
  const events: GenerateEvent[] = [];
  const rows = [{ row: 'steered', plan: added(1) }];
  const request = { task: 'task', prompt: 'once upon', sampling: { ...sampling, maxNewTokens: 2 ** 40 }, rows, probes };
  const result = await generate(model, request, new Task(), (more) => void events.push(...more));
  expect(result.rows).toMatchObject([{ reason: 'context-full' }]);
  const prompt = events.find((event) => event.type === 'prompt')!;
  expect(prompt.text.ids.length + textOf(events, 'steered').ids.length).toBe(model.shape.context);
});
