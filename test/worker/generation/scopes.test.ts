/** Which tokens a plan changes while a text is written, on a model whose residual is the token's id plus what is added. */
import { describe, expect, it } from 'vitest';
import { emptyPlan, type Condition, type Plan, type PlanTerm, type Scope } from '../../../src/core/steering/plan.js';
import type { GenerateEvent } from '../../../src/protocol/api.js';
import { compareText } from '../../../src/worker/compare.js';
import { generate } from '../../../src/worker/generation/generate.js';
import { forward } from '../../../src/worker/inspect.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from './toy-model.js';

const tokens = 12;
const sampling = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, seed: 1, maxNewTokens: tokens };
const probes = [{ id: 'first', vectors: [Float32Array.of(1, 0)] }];
const prompt = 'abcdef';
const site = { layer: 0, vector: Float32Array.of(1, 0), residualNorm: 1 };

function term(scope: Scope, strength = 1, condition?: Condition): PlanTerm {
  return { operator: 'add', strength, scope, sites: [site], ...(condition && { condition }) };
}
const planOf = (...terms: PlanTerm[]): Plan => ({ terms, steerSpecialTokens: false });

async function write(model: ToyModel, plan: Plan, most = tokens) {
  const events: GenerateEvent[] = [];
  const rows = [{ row: 'row', plan }];
  const request = { task: 'task', prompt, sampling: { ...sampling, maxNewTokens: most }, rows, probes };
  const result = await generate(model, request, new Task(), (more) => void events.push(...more));
  const first = events.find((event) => event.type === 'prompt')!;
  const generated = events.flatMap((event) => (event.type === 'token' ? [event.id] : []));
  const ids = [...first.text.ids, ...generated];
  const read = [...first.readouts, ...events.flatMap((event) => (event.type === 'readout' ? [event.readout] : []))];
  const added = read.map((readout, at) => readout.projections[0]! - ids[at]!);
  return { ids, added, conditions: first.conditions, ...result.rows[0]! };
}

const promptOnly: Scope = { prompt: true, generated: false };
const generatedOnly: Scope = { prompt: false, generated: true };
const fade: Scope = { ...generatedOnly, curve: [0, 8].map((at) => ({ at, factor: 1 - at / 8 })) };

const cases: readonly (readonly [string, readonly PlanTerm[], (at: number) => number])[] = [
  [
    'the prompt’s last two',
    [term({ ...promptOnly, promptRange: { kind: 'last', count: 2 } })],
    (at) => +(at === 4 || at === 5),
  ],
  [
    'the first three generated',
    [term({ ...generatedOnly, generatedRange: { kind: 'first', count: 3 } })],
    (at) => +(at > 5 && at < 9),
  ],
  ['a fading one', [term(fade)], (at) => (at < 6 ? 0 : Math.max(0, 1 - (at - 6) / 8))],
  [
    'a fading one beside a level one, in the prompt too',
    [term(fade), term({ prompt: true, generated: true }, 2)],
    (at) => 2 + (at < 6 ? 0 : Math.max(0, 1 - (at - 6) / 8)),
  ],
  [
    'two windows that overlap in the prompt',
    [
      term({ ...promptOnly, promptRange: { kind: 'window', from: 1, to: 4 } }),
      term({ ...promptOnly, promptRange: { kind: 'window', from: 3, to: 5 } }, 3),
    ],
    (at) => +(at >= 1 && at < 4) + 3 * +(at === 3 || at === 4),
  ],
  [
    'one vector a position',
    Array.from({ length: 4 }, (_, from) =>
      term({ ...promptOnly, promptRange: { kind: 'window', from, to: from + 1 } }, from + 1),
    ),
    (at) => (at < 4 ? at + 1 : 0),
  ],
];

describe.each([
  ['on the CPU', false],
  ['on the GPU', true],
])('%s a text is steered', (_, onGpu) => {
  it.each(cases)('at %s', async (_, terms, expected) => {
    const model = toyModel({ onGpu });
    const plan = planOf(...terms);
    const { ids, added } = await write(model, plan);
    added.forEach((value, at) => expect(value, `token ${at}`).toBeCloseTo(expected(at), 5));
    expect(added).toHaveLength(prompt.length + tokens);
    // Read again in one go, every token is what it was when it was written.
    const { residuals } = await forward(model, { ids, promptLength: prompt.length, plan, graph: 'hooked' });
    ids.forEach((id, at) => expect(residuals[at * 2]).toBeCloseTo(id + expected(at), 5));
    if (onGpu) expect(model.tensorsOnGpu()).toBe(0);
  });
});

it('frees the steering inputs that a step does not take any more', async () => {
  const model = toyModel({ onGpu: true });
  const [made, freed] = [new Set<unknown>(), new Set<unknown>()];
  model.decoder.keepFeeds = (feeds) => {
    made.add(feeds);
    return feeds;
  };
  model.decoder.releaseFeeds = (feeds) => void freed.add(feeds);
  await write(model, planOf(term(fade), term({ prompt: true, generated: true }, 2)));
  // The curve asks for others at each of its eight tokens, and once more behind it.
  expect(made.size).toBe(9);
  expect([...made].filter((feeds) => !freed.has(feeds))).toEqual([]);
});

/** Lengths of the runs that a piece of work takes. */
async function runsOf(model: ToyModel, work: () => Promise<unknown>): Promise<readonly number[]> {
  const runs: number[] = [];
  const { run } = model.decoder;
  model.decoder.run = (request) => {
    runs.push(request.length);
    return run(request);
  };
  await work();
  model.decoder.run = run;
  return runs;
}

describe('runs are saved', () => {
  const window = term({ prompt: true, generated: true, promptRange: { kind: 'window', from: 2, to: 4 } });

  it('where the mask can take tokens out: the prompt is read at once', async () => {
    const model = toyModel();
    const runs = await runsOf(model, () => write(model, planOf(window), 2));
    expect(runs).toEqual([prompt.length, 1, 1]);
  });

  it('where two plans part only later: what was read of the prompt is kept', async () => {
    const model = toyModel();
    const upTo = (count: number) => planOf(term({ ...window.scope, generatedRange: { kind: 'first', count } }));
    await write(model, upTo(2));
    expect(await runsOf(model, () => write(model, upTo(3), 2))).toEqual([1, 1]);
  });

  it('where a text ended before its plan changes', async () => {
    const model = toyModel();
    const upTo = (count: number) => planOf(term({ ...generatedOnly, generatedRange: { kind: 'first', count } }));
    const first = await write(model, upTo(tokens));
    const later = await write(model, upTo(tokens + 1));
    expect(later).toMatchObject({ reused: true, textId: first.textId });
    expect((await write(model, upTo(tokens - 1))).reused).toBe(false);
  });

  it('where a curve of one direction is compared: the reply is read at once', async () => {
    const model = toyModel();
    const { textId } = await write(model, planOf(term(fade)));
    const compare = () =>
      compareText(model, { task: 'task', textId, plan: planOf(term(fade)), candidates: 1 }, new Task());
    expect(await runsOf(model, compare)).toEqual([prompt.length, prompt.length, tokens, tokens]);
  });
});

describe('a condition', () => {
  // The prompt’s residuals are [id, position]: the mean of a…f is [letters, 2.5].
  const letters = [...prompt].reduce((sum, letter) => sum + (letter.charCodeAt(0) % 24) / prompt.length, 0);
  const alignment = letters / Math.hypot(letters, 2.5);
  const on = (threshold: number, side: Condition['side'] = 'above'): Condition => ({
    layer: 0,
    vector: Float32Array.of(1, 0),
    figure: 'alignment',
    side,
    threshold,
  });
  const everywhere: Scope = { prompt: true, generated: true };

  it.each([
    ['holds', on(alignment - 0.01), true],
    ['does not hold', on(alignment + 0.01), false],
    ['holds below', on(alignment + 0.01, 'below'), true],
  ])('that %s says so with its figure, and its term acts accordingly', async (_, condition, holds) => {
    const model = toyModel();
    const { added, conditions } = await write(model, planOf(term(everywhere, 1, condition), term(promptOnly, 0.5)));
    expect(conditions).toHaveLength(1);
    expect(conditions![0]!.holds).toBe(holds);
    expect(conditions![0]!.figure).toBeCloseTo(alignment, 5);
    added.forEach((value, at) => expect(value).toBeCloseTo(+holds + (at < prompt.length ? 0.5 : 0), 5));
  });

  it('is measured on what the baseline left, and again for kept texts and comparisons', async () => {
    const model = toyModel();
    await write(model, emptyPlan, 2);
    const plan = planOf(term(generatedOnly, 1, on(0)));
    // The prompt is not read again.
    expect(await runsOf(model, () => write(model, plan, 2))).toEqual([1, 1]);
    const again = await write(model, plan, 2);
    expect(again.reused).toBe(true);
    expect(again.conditions![0]!.figure).toBeCloseTo(alignment, 5);
    const request = { task: 'task', textId: again.textId, candidates: 1 };
    const holds = await compareText(model, { ...request, plan }, new Task());
    const fails = await compareText(model, { ...request, plan: planOf(term(generatedOnly, 1, on(2))) }, new Task());
    expect(Math.max(...holds.kl)).toBeGreaterThan(1e-3);
    expect(Math.max(...fails.kl)).toBe(0);
  });

  it('holds nowhere when there is no prompt to read', async () => {
    const model = toyModel();
    const plan = planOf(term(everywhere, 1, on(-1)));
    const { residuals } = await forward(model, { ids: [3, 4], promptLength: 0, plan, graph: 'hooked' });
    expect([residuals[0], residuals[2]]).toEqual([3, 4]);
  });

  it('that reads along a vector of another model is refused', async () => {
    const condition = { ...on(0), vector: Float32Array.of(1, 0, 0) };
    await expect(write(toyModel(), planOf(term(everywhere, 1, condition)))).rejects.toMatchObject({
      code: 'document-other-model',
    });
  });
});
