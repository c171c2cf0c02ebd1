/** An old export that holds its decoder twice (recipes/families): the file as it is says what is right. */
import { readFileSync } from 'node:fs';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto } from 'onnx-buf';
import { beforeAll, expect, test } from 'vitest';
import { describeDecoder } from '../../../src/core/onnx/instrument.js';
import { Decoder, largestDifference, relativeDifference } from './session.js';

const file = new URL('../../fixtures/models/gpt2-merged/onnx/decoder_model_merged.onnx', import.meta.url);
const bytes = new Uint8Array(readFileSync(file));
const ids = [3, 70, 200, 41, 9, 118, 250, 7];
let plain: Decoder;
let hooked: Decoder;
beforeAll(async () => {
  plain = await Decoder.plain(bytes);
  hooked = await Decoder.hooked(bytes);
});

test('it is described as the decoder that it holds twice', () => {
  expect(hooked.report).toMatchObject({ layers: 3, width: 32, vocabulary: 320, blocks: 'sequential' });
  expect(hooked.report.hooks).toHaveLength(5);
  expect(hooked.report.changes.join()).toContain('twice');
  expect(hooked.report.attention.afterCache).toBe('any');
  expect(hooked.session.inputNames).not.toContain('use_cache_branch');
});

test('a prompt on an empty cache gives the logits of the branch without one', async () => {
  const [before, after] = [await plain.run({ ids: [ids] }), await hooked.run({ ids: [ids] })];
  expect(after.logits.dims).toEqual([1, 8, 320]);
  expect(largestDifference(after.logits.data, before.logits.data)).toBeLessThan(1e-5);
});

test('what follows gives the logits of the branch with a cache', async () => {
  const next = { ids: [[17], [18]], pastLength: 8 };
  const [before, after] = [await plain.run({ ids: [ids, ids] }), await hooked.run({ ids: [ids, ids] })];
  const [old, ours] = [
    await plain.run({ ...next, past: before.past }),
    await hooked.run({ ...next, past: after.past }),
  ];
  expect(relativeDifference(ours.logits.data, old.logits.data)).toBeLessThan(1e-5);
});

test('a branch without a causal mask reads a token at a time', () => {
  const model = fromBinary(ModelProtoSchema, bytes);
  const past = branch(model.graph!, 'then_branch');
  // As a trace with a single token leaves it: every position sees all of the cache.
  for (const node of past.node) if (node.opType === 'LessOrEqual') node.opType = 'Or';
  expect(describeDecoder(toBinary(ModelProtoSchema, model)).attention.afterCache).toBe('one');
});

function branch(graph: GraphProto, name: string): GraphProto {
  return graph.node[0]!.attribute.find((attribute) => attribute.name === name)!.g!;
}
