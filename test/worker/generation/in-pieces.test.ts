/** Prompts that are read in several runs give what one run gives, whatever the graph takes at once. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto } from 'onnx-buf';
import { expect, test } from 'vitest';
import { makeNode } from '../../../src/core/onnx/graph.js';
import type { LayerIntervention } from '../../../src/core/steering/intervention.js';
import type { Decoder, DecoderRun } from '../../../src/worker/generation/decoder.js';
import { steeringFeeds } from '../../../src/worker/generation/feeds.js';
import { modelFile, openedDecoder } from './opened-decoder.js';

const rows = 2;
const length = 19;
const ids = Int32Array.from({ length: rows * length }, (_, i) => (i * 37 + 11) % 300);
const mask = Float32Array.from({ length: rows * length }, (_, i) => (i % 5 === 0 ? 0 : 1));

/** Adds a vector to the second row alone. */
function steering(decoder: Decoder) {
  const { layers, width, compiled } = decoder.report;
  const bias = Float32Array.from({ length: width }, (_, i) => Math.sin(i));
  const none = new Float32Array();
  const add: LayerIntervention = { hook: 'resid_post', layer: 1, bias, rank: 0, read: none, write: none };
  return steeringFeeds([[], [add]], compiled, { layers, width }, decoder.Tensor);
}

/** A prompt of two rows, then one more token for each, under the same steering. */
async function read(decoder: Decoder, logits: DecoderRun['logits'], most: number) {
  decoder.mostAtOnce = most;
  const same = { rows, steering: steering(decoder) };
  const prompt = await decoder.run({ ...same, ids, length, mask, logits, past: decoder.empty(rows) });
  const next = { ids: [7, 8], length: 1, mask: Float32Array.of(1, 1), logits: 'last' as const };
  const after = await decoder.run({ ...same, ...next, past: prompt.cache });
  return { prompt: { logits: prompt.logits, residuals: prompt.residuals }, after: after.logits };
}

/** Largest |a − b| over the largest |b|. */
function relative(a: Float32Array, b: Float32Array): number {
  expect(a).toHaveLength(b.length);
  const most = (values: Float32Array) => values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return most(a.map((value, i) => value - b[i]!)) / most(b);
}

test.each(['last', 'all'] as const)(
  'fused attention reads rows alone, in pieces, and goes on as one batch (%s)',
  async (logits) => {
    const decoder = await openedDecoder(modelFile('llama-genai/onnx/model.onnx'));
    expect(decoder.report.attention.afterCache).toBe('any-of-one-row');
    const atOnce = await read(decoder, logits, Infinity);
    const pieces = await read(decoder, logits, 8);
    expect(atOnce.prompt.logits).toHaveLength(rows * (logits === 'all' ? length : 1) * decoder.report.vocabulary);
    expect(relative(pieces.prompt.logits, atOnce.prompt.logits)).toBeLessThan(1e-5);
    expect(relative(pieces.prompt.residuals, atOnce.prompt.residuals)).toBeLessThan(1e-5);
    expect(relative(pieces.after, atOnce.after)).toBeLessThan(1e-5);
  },
);

test('no run reads more than it may, and those before the last make no logits', async () => {
  const decoder = await openedDecoder(modelFile('llama-genai/onnx/model.onnx'));
  const runs: { rows: number; length: number; logits: string }[] = [];
  const run = decoder.run.bind(decoder);
  decoder.run = (request) => {
    runs.push({ rows: request.rows, length: request.length, logits: request.logits });
    return run(request);
  };
  await read(decoder, 'last', 8);
  const row = [
    { rows: 1, length: 19, logits: 'last' },
    { rows: 1, length: 8, logits: 'none' },
    { rows: 1, length: 8, logits: 'none' },
    { rows: 1, length: 3, logits: 'last' },
  ];
  expect(runs).toEqual([
    { rows: 2, length: 19, logits: 'last' },
    ...row,
    ...row,
    { rows: 2, length: 1, logits: 'last' },
  ]);
});

test('a cache that holds tokens already is gone on with', async () => {
  const decoder = await openedDecoder(modelFile('llama-genai/onnx/model.onnx'));
  const same = { rows, steering: steering(decoder), logits: 'last' as const };
  const columns = <T>(of: ArrayLike<T>, from: number, to: number) =>
    [0, 1].flatMap((row) => Array.from({ length: to - from }, (_, i) => of[row * length + from + i]!));
  const part = async (from: number, to: number, past: DecoderRun['past']) =>
    decoder.run({
      ...same,
      ids: columns(ids, from, to),
      mask: Float32Array.from(columns(mask, from, to)),
      length: to - from,
      past,
    });
  const whole = await part(0, length, decoder.empty(rows));
  decoder.mostAtOnce = 8;
  const begun = await part(0, 6, decoder.empty(rows));
  const rest = await part(6, length, begun.cache);
  expect(rest.cache.length).toBe(length);
  expect(relative(rest.logits, whole.logits)).toBeLessThan(1e-5);
});

test('a decoder without a causal mask reads a prompt a token at a time, and then gives what the file with one gives', async () => {
  const bytes = modelFile('llama-merged/onnx/decoder_model_merged.onnx');
  const unmasked = withoutCausalMask(bytes);
  const [causal, each, atOnce] = [
    await openedDecoder(bytes),
    await openedDecoder(unmasked),
    await openedDecoder(unmasked, (report) => ({ ...report, attention: { ...report.attention, afterCache: 'any' } })),
  ];
  expect(each.report.attention.afterCache).toBe('one');
  const right = await read(causal, 'all', Infinity);
  const found = await read(each, 'all', Infinity);
  expect(relative(found.prompt.logits, right.prompt.logits)).toBeLessThan(1e-5);
  expect(relative(found.prompt.residuals, right.prompt.residuals)).toBeLessThan(1e-5);
  expect(relative(found.after, right.after)).toBeLessThan(1e-5);
  // Every token sees those after it when they are read at once.
  const wrong = await read(atOnce, 'all', Infinity);
  expect(relative(wrong.prompt.logits, right.prompt.logits)).toBeGreaterThan(1e-2);
});

/** As a trace with a single token leaves the branch with a cache: every position sees all of the cache. */
function withoutCausalMask(bytes: Uint8Array): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const chooser = model.graph!.node[0]!;
  const branch: GraphProto = chooser.attribute.find(({ name }) => name === 'then_branch')!.g!;
  const comparing = new Set(['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']);
  branch.node = branch.node.flatMap((node) => {
    if (!comparing.has(node.opType)) return [node];
    const difference = `${node.name}/difference`;
    const [kept] = node.output;
    return [
      makeNode('Sub', difference, [...node.input], [difference]),
      makeNode('Equal', `${node.name}/always`, [difference, difference], [kept!]),
    ];
  });
  return toBinary(ModelProtoSchema, model);
}
