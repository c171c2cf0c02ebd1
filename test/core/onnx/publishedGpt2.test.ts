/** A real file: GPT-2's family with fused operators, whose greedy ids onnxruntime-genai publishes. Runs where ../shared is. */
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Decoder, largestDifference, relativeDifference } from './session.js';

const folder = new URL('../../../../shared/data/models/tiny_random_gpt2_onnx/', import.meta.url);

interface Published {
  readonly published_greedy: readonly { readonly input_ids: number[]; readonly output_ids: number[] }[];
  readonly ort_logits_last_pos: { readonly input_ids: number[]; readonly logits: number[] };
  /** Of the last position: the embedding, then each block's output. */
  readonly numpy_residual_last_pos: readonly number[][];
}

describe.skipIf(!existsSync(new URL('past.onnx', folder)))('tiny_random_gpt2_onnx', () => {
  let hooked: Decoder;
  let published: Published;
  beforeAll(async () => {
    hooked = await Decoder.hooked(new Uint8Array(readFileSync(new URL('past.onnx', folder))));
    published = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as Published;
  });

  test('is described', () => {
    const { layers, width, vocabulary, fused, cache } = hooked.report;
    expect({ layers, width, vocabulary, fused }).toEqual({ layers: 5, width: 32, vocabulary: 1000, fused: true });
    expect(cache.entries[4]).toEqual({
      past: 'past_4',
      present: 'present_4',
      dims: [2, -1, 4, -2, 8],
      type: 'float32',
    });
  });

  test('gives the published greedy ids', async () => {
    for (const { input_ids, output_ids } of published.published_greedy) {
      const ids = [...input_ids];
      let step = await hooked.run({ ids: [ids], positions: [ids.length - 1] });
      while (ids.length < output_ids.length) {
        const best = step.logits.data.indexOf(Math.max(...step.logits.data));
        ids.push(best);
        step = await hooked.run({ ids: [[best]], past: step.past, pastLength: ids.length - 1 });
      }
      expect(ids).toEqual(output_ids);
    }
  });

  test('has the residuals and logits that numpy and onnxruntime give', async () => {
    const { input_ids, logits } = published.ort_logits_last_pos;
    const last = input_ids.length - 1;
    const out = await hooked.run({ ids: [input_ids], positions: [last] });
    expect(largestDifference(out.logits.data, logits)).toBeLessThan(1e-5);
    const found = out.residuals!.data.subarray(last * 5 * 32);
    expect(relativeDifference(found, published.numpy_residual_last_pos.slice(1).flat())).toBeLessThan(1e-4);
  });

  test('with zeros in every port the logits are those of the file', async () => {
    const plain = await Decoder.plain(new Uint8Array(readFileSync(new URL('past.onnx', folder))));
    const ids = published.published_greedy.map((row) => row.input_ids);
    const [before, after] = [await plain.run({ ids }), await hooked.run({ ids })];
    expect(largestDifference(after.logits.data, before.logits.data)).toBeLessThan(1e-6);
  });
});
