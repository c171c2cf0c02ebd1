/** Conversations: which tokens each scope changes, and directions of personas, on models with templates of their own. */
import type { TestInfo } from '@playwright/test';
import type { ChatMessage } from '../../src/core/chat/prompt.js';
import { expect, pageTest as test, relativeError } from './fixtures.js';
import { familyModels, folderOf, readGolden } from './families/models.js';
import type { PlainPlan } from './harness.js';

/** Fused attention, and attention in operators of its own with a template that puts the system's text into the user's turn. */
const folders = ['qwen2-genai', 'gemma3_text-optimum'];
const models = familyModels().filter(({ folder, dtype }) => folders.includes(folder) && dtype === 'fp32');

const messages: readonly ChatMessage[] = [
  { role: 'system', content: 'You answer.' },
  { role: 'user', content: 'What is the name?' },
  { role: 'assistant', content: 'The river is red and old.' },
  { role: 'user', content: 'And then?' },
];

const onWebgpu = ({ project }: TestInfo) => (project.metadata as { device: string }).device === 'webgpu';

test('the models are there', () => {
  expect(models.map(({ folder }) => folder).toSorted()).toEqual(folders.toSorted());
});

for (const model of models) {
  test(`${model.folder}: scopes tell the assistant’s words from the conversation`, async ({ harness }, info) => {
    test.skip(onWebgpu(info), 'the same feeds as on WASM');
    const { layers, width, steered_layer: layer, coefficients } = readGolden(model);
    const vector = Array.from({ length: width }, (_, i) => (i % 2 ? 1 : -1) / Math.sqrt(width));
    const residualNorm = coefficients[layer]!;
    const add = (assistant: number, conversation: number): PlainPlan => ({
      terms: [
        { strength: assistant, scope: { prompt: false, generated: true } },
        { strength: conversation, scope: { prompt: true, generated: false } },
      ].map((it) => ({ ...it, operator: 'add', sites: [{ layer, vector, residualNorm }] })),
      steerSpecialTokens: false,
    });
    const plans = { none: add(0, 0), assistant: add(0.5, 0), conversation: add(0, 0.5), both: add(0.5, 0.5) };
    // Almost the same in both phases: read in a run for each stretch, where `both` is read in one.
    const nearly = { nearly: add(0.5, 0.500001), apart: add(0.25, -0.5) };
    const { text, rows } = await harness.evaluate(
      async ([files, messages, plans, width, layers]) => {
        const engine = new window.Harness();
        try {
          await engine.loadFolder('wasm', files, 'chat');
          // Along every axis: the whole residual.
          const probes = Array.from({ length: width }, (_, axis) => ({
            id: String(axis),
            vectors: Array.from({ length: layers }, () =>
              Array.from({ length: width }, (_, i) => (i === axis ? 1 : 0)),
            ),
          }));
          const text = await engine.remote.tokenize({ messages });
          const prompt = { messages };
          const { rows } = await engine.write({ prompt, rows: plans, probes, sampling: { maxNewTokens: 1 } });
          return { text, rows };
        } finally {
          engine.stop();
        }
      },
      [folderOf(model), messages, { ...plans, ...nearly }, width, layers] as const,
    );
    const { special, spoken, pieces } = text;
    expect(spoken).toHaveLength(1);
    const [{ start, end }] = spoken as [{ start: number; end: number }];
    expect(pieces.slice(start, end).join('')).toBe(messages[2]!.content);
    /** The residual of a row at a token, [d]; projections lie [probes, L]. */
    const residual = (row: string, token: number, at: number) =>
      Array.from({ length: width }, (_, axis) => rows[row]!.projections[token]![axis * layers + at]!);
    const near = 1e-5;
    const changes: Readonly<Record<string, readonly [assistant: number, conversation: number]>> = {
      assistant: [0.5, 0],
      conversation: [0, 0.5],
      both: [0.5, 0.5],
      apart: [0.25, -0.5],
    };
    for (const [row, [assistant, conversation]] of Object.entries(changes)) {
      for (let token = 0; token < pieces.length; token++) {
        const own = token >= start && token < end;
        const added = (special[token] ? 0 : own ? assistant : conversation) * residualNorm;
        const expected = residual('none', token, layer).map((value, i) => value + added * vector[i]!);
        expect(relativeError(residual(row, token, layer), expected), `${row}, token ${token}`).toBeLessThan(near);
        // What comes before anything that is changed stays as it was at every layer, above the change too.
        if (row === 'assistant' && token < start)
          expect(residual(row, token, layers - 1)).toEqual(residual('none', token, layers - 1));
      }
      // Above the change the tokens after it see it.
      const last = pieces.length - 1;
      expect(relativeError(residual(row, last, layers - 1), residual('none', last, layers - 1))).toBeGreaterThan(near);
    }
    for (let token = 0; token < pieces.length; token++) {
      const apart = relativeError(residual('nearly', token, layers - 1), residual('both', token, layers - 1));
      expect(apart).toBeLessThan(10 * near);
    }
  });
}

test('a direction of personas is the mean difference where the assistant begins', async ({ harness }, info) => {
  test.skip(onWebgpu(info), 'the same feeds as on WASM');
  const model = models.find(({ folder }) => folder === 'qwen2-genai')!;
  const { layers, width } = readGolden(model);
  const texts = {
    kind: 'personas' as const,
    positive: ['a good boat', 'the sea'],
    negative: ['an old boat', 'the rain'],
    questions: ['What is there?', 'And then?', 'Who said it?'],
  };
  const found = await harness.evaluate(
    async ([files, texts]) => {
      const engine = new window.Harness();
      try {
        await engine.loadFolder('wasm', files, 'chat');
        const direction = await engine.fitTexts(texts);
        const read = async (persona: string, question: string) => {
          const system = { role: 'system' as const, content: `You are ${persona}.` };
          const { ids } = await engine.remote.tokenize({ messages: [system, { role: 'user', content: question }] });
          const plan = { terms: [], steerSpecialTokens: false };
          return engine.forward({ ids, promptLength: ids.length, plan, graph: 'hooked' });
        };
        const side = async (personas: readonly string[]) => {
          const all: string[] = [];
          for (const persona of personas)
            for (const question of texts.questions) all.push((await read(persona, question)).residuals);
          return all;
        };
        const sides = { positive: await side(texts.positive), negative: await side(texts.negative) };
        const uneven = { ...texts, negative: ['the rain'] };
        const refusals = {
          uneven: await window.failure(engine.fitTexts(uneven)),
          silent: await window.failure(engine.fitTexts({ ...texts, questions: [] })),
        };
        return { direction, sides, refusals };
      } finally {
        engine.stop();
      }
    },
    [folderOf(model), texts] as const,
  );
  expect(found.direction.progress.at(-1)).toBe(12);
  const last = (base64: string): Float32Array => {
    const all = new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
    return all.subarray(all.length - layers * width);
  };
  const mean = (side: readonly string[], at: number) =>
    side.reduce((sum, base64) => sum + last(base64)[at]! / side.length, 0);
  found.direction.layers.forEach(({ vector, scale }, layer) => {
    const difference = Array.from(
      { length: width },
      (_, i) => mean(found.sides.positive, layer * width + i) - mean(found.sides.negative, layer * width + i),
    );
    expect(Math.hypot(...difference)).toBeGreaterThan(0);
    expect(
      relativeError(
        vector.map((value) => value * scale),
        difference,
      ),
    ).toBeLessThan(1e-4);
  });
  expect(found.refusals.uneven).toMatchObject({ code: 'input-empty' });
  expect(found.refusals.silent).toMatchObject({ code: 'input-empty', fields: { side: 'questions' } });
});

test('a model without a template takes no conversation and no personas', async ({ harness }, info) => {
  test.skip(onWebgpu(info), 'the same words as on WASM');
  const failures = await harness.evaluate(async () => {
    const engine = new window.Harness();
    try {
      const loaded = await engine.load('wasm');
      const texts = { positive: ['a'], negative: ['b'], questions: ['c'] };
      const prompt = { messages: [{ role: 'user' as const, content: 'Hi' }] };
      const rows = { row: { terms: [], steerSpecialTokens: false } };
      return {
        chat: loaded.chat,
        personas: await window.failure(engine.fitTexts({ kind: 'personas', ...texts })),
        systems: await window.failure(engine.fitTexts({ kind: 'systems', ...texts })),
        conversation: await window.failure(engine.write({ prompt, rows })),
      };
    } finally {
      engine.stop();
    }
  });
  expect(failures.chat).toBe(false);
  for (const failure of [failures.personas, failures.systems, failures.conversation]) {
    expect(failure).toMatchObject({ code: 'template-refused', message: /tales has no chat template/ });
  }
});
