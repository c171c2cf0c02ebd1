/** Weights of a model on disk: what is read, in what pieces, and when it ends. Numbers are compared in test/core/onnx. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { HookName } from '../../../src/core/onnx/hooks.js';
import type { NearestWeights, NearestWeightsRequest, NeuronLists } from '../../../src/protocol/api.js';
import { outlineOf } from '../../../src/worker/model/outline.js';
import type { GraphPart, SteeredModel } from '../../../src/worker/model/steered-model.js';
import { Task } from '../../../src/worker/tasks.js';
import { nearestWeights } from '../../../src/worker/weights/nearest.js';
import { readGolden } from '../../golden/read.js';

const { families } = readGolden<{ families: Readonly<Record<string, { readonly direction: string }>> }>('weights');
const direction = new Float32Array(Uint8Array.from(Buffer.from(families['llama']!.direction, 'base64')).buffer);
const file = new Uint8Array(
  readFileSync(new URL('../../fixtures/models/llama-optimum/onnx/model.onnx', import.meta.url)),
);

/** A file on disk that notes how much of it is read at once. */
class WatchedBlob extends Blob {
  readonly lengths: number[] = [];
  override slice(start = 0, end = this.size): Blob {
    this.lengths.push(end - start);
    return super.slice(start, end);
  }
}

/** As much of a model as the weights ask for. */
function modelOf(bytes: Uint8Array<ArrayBuffer>, others: readonly GraphPart[], blocks = 'sequential'): SteeredModel {
  const known = {
    readGraph: () => Promise.resolve({ bytes, others }),
    shape: { layers: 3, width: 32, vocabulary: 320, context: 128 },
    decoder: { report: { blocks } },
    tokenizer: {
      size: 300,
      describe: (ids: readonly number[]) => ({ ids, pieces: ids.map((id) => `t${id}`), special: ids.map(() => false) }),
      decode: ([id]: readonly number[]) => `t${id}`,
      encode: (text: string) => [Number(text.trim().slice(1))],
      isSpecial: () => false,
    },
  };
  return known as unknown as SteeredModel;
}

function request(more: Partial<NearestWeightsRequest> = {}): NearestWeightsRequest {
  return { task: 'a', vector: direction, layer: 0, hook: 'resid_post', count: 5, throughGain: true, ...more };
}

const nearest = (model: SteeredModel, more: Partial<NearestWeightsRequest> = {}, task = new Task()) =>
  nearestWeights(model, request(more), task, () => undefined);

test('a file on disk gives what the whole file gives, a matrix at a time', async () => {
  const blob = new WatchedBlob([file]);
  const outline = (await outlineOf(new Blob([file]), 'model.onnx')) as Uint8Array<ArrayBuffer>;
  expect(outline.length).toBeLessThan(file.length / 2);
  const onDisk = await nearest(modelOf(outline, [{ path: 'model.onnx', data: blob }]));
  const whole = await nearest(modelOf(file, []));
  expect(onDisk).toEqual(whole);
  // The largest piece is the table of 320 tokens, not the file.
  expect(Math.max(...blob.lengths)).toBe(320 * 32 * 4);
});

test('ids that the tokenizer does not have are not listed', async () => {
  const { tokens } = await nearest(modelOf(file, []), { count: 400 });
  if ('missing' in tokens) throw new Error(tokens.missing);
  expect(tokens.top).toHaveLength(300);
  expect(tokens.bottom.map(({ id }) => id)).toEqual(tokens.top.map(({ id }) => id).toReversed());
});

test.each<[HookName, 'sequential' | 'parallel', number | null, number | null]>([
  // hook at layer 1, blocks, who reads it, who has written it
  ['resid_post', 'sequential', 2, 1],
  ['mlp_out', 'sequential', 2, 1],
  ['resid_pre', 'sequential', 1, 0],
  ['resid_mid', 'sequential', 1, 0],
  ['attn_out', 'sequential', 1, 0],
  ['attn_out', 'parallel', 2, 1],
  ['resid_pre', 'parallel', 1, 0],
])('%s of %s blocks lies between the right neurons', async (hook, blocks, reader, writer) => {
  const { reads, writes } = (await nearest(modelOf(file, [], blocks), { hook, layer: 1 })) as NearestWeights & {
    readonly reads: NeuronLists;
    readonly writes: NeuronLists;
  };
  expect([reads.block, writes.block]).toEqual([reader, writer]);
});

test('a task that is cancelled ends at the next block', async () => {
  const task = new Task();
  const labels: string[] = [];
  const answer = nearestWeights(modelOf(file, []), request(), task, ({ label }) => {
    labels.push(label);
    if (labels.length === 2) task.cancel();
  });
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  expect(labels).toHaveLength(2);
});

test('a file that is gone, or ends early, says so', async () => {
  const outline = (await outlineOf(new Blob([file]), 'model.onnx')) as Uint8Array<ArrayBuffer>;
  await expect(nearest(modelOf(outline, []))).rejects.toMatchObject({
    code: 'file-unreadable',
    fields: { path: 'model.onnx' },
  });
  const short = new Blob([file.subarray(0, file.length / 4)]);
  await expect(nearest(modelOf(outline, [{ path: 'model.onnx', data: short }]))).rejects.toMatchObject({
    code: 'file-unreadable',
  });
});

test('a direction of another width, or of zeros, is refused', async () => {
  const refusal = (vector: Float32Array) => expect(nearest(modelOf(file, []), { vector })).rejects;
  await refusal(direction.subarray(1)).toMatchObject({
    code: 'document-other-model',
    fields: { given: 31, width: 32 },
  });
  await refusal(new Float32Array(32)).toMatchObject({ code: 'direction-degenerate' });
  await refusal(direction.map((value, i) => (i === 3 ? NaN : value))).toMatchObject({ code: 'direction-degenerate' });
});
