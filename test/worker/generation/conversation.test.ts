import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../../src/core/chat/prompt.js';
import { emptyPlan, type Plan, type Scope } from '../../../src/core/steering/plan.js';
import type { GenerateEvent } from '../../../src/protocol/api.js';
import { compareText } from '../../../src/worker/compare.js';
import { generate } from '../../../src/worker/generation/generate.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from './toy-model.js';

const sampling = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, seed: 1, maxNewTokens: 4 };
/** The toy model's residual is the token's id plus what is added to it, so that along its first axis both can be told. */
const probes = [{ id: 'first', vectors: [Float32Array.of(1, 0)] }];
const conversation: Conversation = {
  messages: [
    { role: 'user', content: 'abc' },
    { role: 'assistant', content: 'defg' },
    { role: 'user', content: 'hi' },
  ],
};
const rendered = '[u]abc[a]defg[u]hi[a]';
const spoken = { start: 9, end: 13 };

interface Term {
  readonly strength: number;
  readonly scope: Scope;
}
function adding(...terms: readonly Term[]): Plan {
  const sites = [{ layer: 0, vector: Float32Array.of(1, 0), residualNorm: 1 }];
  return { terms: terms.map((term) => ({ operator: 'add', sites, ...term })), steerSpecialTokens: false };
}
const assistantOnly = { prompt: false, generated: true };
const conversationOnly = { prompt: true, generated: false };
const everything = { prompt: true, generated: true };

/** What was added at each of the prompt's tokens, and what was said of it. */
async function promptOf(model: ToyModel, plan: Plan) {
  const events: GenerateEvent[] = [];
  const rows = [
    { row: 'baseline', plan: emptyPlan },
    { row: 'steered', plan },
  ];
  const request = { task: 'task', prompt: conversation, sampling, rows, probes };
  const result = await generate(model, request, new Task(), (more) => void events.push(...more));
  const prompt = (row: string) => events.find((event) => event.type === 'prompt' && event.row === row);
  const [before, after] = [prompt('baseline'), prompt('steered')];
  if (before?.type !== 'prompt' || after?.type !== 'prompt') throw new Error('no prompt was told');
  const along = (event: typeof before) => event.readouts.map((readout) => readout.projections[0]!);
  const [from, to] = [along(before), along(after)];
  return { added: to.map((value, at) => value - from[at]!), text: after.text, result };
}

const where = (inside: number, outside: number) =>
  [...rendered].map((_, at) => (at >= spoken.start && at < spoken.end ? inside : outside));

describe('in a conversation', () => {
  it.each<[string, readonly Term[], readonly number[]]>([
    ['the assistant’s words only', [{ strength: 1, scope: assistantOnly }], where(1, 0)],
    ['the conversation only', [{ strength: 1, scope: conversationOnly }], where(0, 1)],
    ['everything', [{ strength: 1, scope: everything }], where(1, 1)],
    [
      'each part by its own amount',
      [
        { strength: 1, scope: assistantOnly },
        { strength: 3, scope: conversationOnly },
      ],
      where(1, 3),
    ],
  ])('steers %s', async (_, terms, expected) => {
    const { added, text } = await promptOf(toyModel(), adding(...terms));
    expect(added).toEqual(expected);
    expect(text.spoken).toEqual([spoken]);
    expect(text.note).toBeNull();
  });

  it('keeps what was read of the prompt only as far as both phases agree', async () => {
    const model = toyModel();
    const weak = await promptOf(model, adding({ strength: 1, scope: assistantOnly }));
    const strong = await promptOf(model, adding({ strength: 2, scope: assistantOnly }));
    expect(strong.added).toEqual(where(2, 0));
    expect(strong.result.rows.map(({ reused }) => reused)).toEqual([true, false]);
    expect((await promptOf(model, adding({ strength: 1, scope: assistantOnly }))).added).toEqual(weak.added);
  });

  it('reads the text again under the same phases for a comparison', async () => {
    const model = toyModel();
    const plan = adding({ strength: 1, scope: assistantOnly }, { strength: 3, scope: conversationOnly });
    const { result } = await promptOf(model, plan);
    const textId = result.rows[1]!.textId;
    const text = model.texts.find((kept) => kept.textId === textId)!;
    const runs: number[] = [];
    const { run } = model.decoder;
    model.decoder.run = (request) => {
      runs.push(request.length);
      return run(request);
    };
    await compareText(model, { task: 'task', textId, plan, candidates: 1 }, new Task());
    const { start, end } = spoken;
    const stretches = [start, end - start, rendered.length - end, text.ids.length - rendered.length];
    expect(runs).toEqual(stretches.flatMap((length) => [length, length]));
  });
});
