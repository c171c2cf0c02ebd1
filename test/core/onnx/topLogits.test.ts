import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { rounds, topLogitsPorts } from '../../../src/core/onnx/topLogits.js';
import { forWebGpu } from '../../../src/core/onnx/webgpuGraph.js';
import { hookPorts } from '../../../src/core/onnx/hooks.js';
import { instrument } from '../../../src/core/onnx/instrument.js';
import { weightsFile } from './session.js';

const tales = new Uint8Array(readFileSync(new URL('../../../public/models/tales/onnx/model.onnx', import.meta.url)));
const edited = instrument(tales, { weightsFile });
const forGpu = forWebGpu(edited.graph, edited.report);

describe('the likeliest tokens as an output', () => {
  it('are those of the logits at the last position, with the sums over the vocabulary', async () => {
    const session = await ort.InferenceSession.create(forGpu.graph, {
      externalData: [{ path: weightsFile, data: tales }],
    });
    const { layers, width, vocabulary, cache } = edited.report;
    const [rows, ids, temperature] = [2, [0, 340, 12, 71, 9, 3000], 0.6];
    const length = ids.length / rows;
    const float = (dims: number[]) => new ort.Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b)), dims);
    const integers = (values: number[], dims: number[]) =>
      new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    const outputs = await session.run({
      input_ids: integers(ids, [rows, length]),
      attention_mask: integers(
        ids.map(() => 1),
        [rows, length],
      ),
      ...Object.fromEntries(
        cache.entries.map(({ past, dims }) => [
          past,
          float(dims.map((size) => (size === -1 ? rows : Math.max(size, 0)))),
        ]),
      ),
      [hookPorts.bias]: float([rows, layers, width]),
      [hookPorts.read]: float([rows, width, layers]),
      [hookPorts.write]: float([rows, layers, width]),
      [hookPorts.mask]: float([rows, length, 1]),
      [hookPorts.logitPositions]: integers([0, length - 1], [2]),
      [topLogitsPorts.inverseTemperature]: new ort.Tensor('float32', Float32Array.of(1 / temperature), [1]),
    });
    const k = forGpu.top;
    expect(k).toBe(256);
    const top = outputs[topLogitsPorts.top]!;
    expect(top.dims).toEqual([rows, 2 * k + 2]);
    for (let row = 0; row < rows; row++) {
      const start = (row * 2 + 1) * vocabulary;
      const logits = (outputs['logits']!.data as Float32Array).slice(start, start + vocabulary);
      const told = (top.data as Float32Array).subarray(row * (2 * k + 2), (row + 1) * (2 * k + 2));
      const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b).slice(0, k);
      expect([...told.subarray(k, 2 * k)]).toEqual(order);
      expect([...told.subarray(0, k)]).toEqual(order.map((id) => logits[id]));
      const total = (scale: number) =>
        Math.log(logits.reduce((sum, logit) => sum + Math.exp((logit - logits[order[0]!]!) / scale), 0));
      expect(told[2 * k]!).toBeCloseTo(total(1), 4);
      expect(told[2 * k + 1]!).toBeCloseTo(total(temperature), 4);
    }
    await session.release();
  });

  it.each([1, 255, 256, 512, 513, 1025, 4096, 50257, 151936, 262144, 262145])(
    'come from lists that hold at least as many, %d tokens',
    (vocabulary) => {
      const k = Math.min(256, vocabulary);
      const lists = rounds(vocabulary, k).reduce((product, factor) => product * factor, 1);
      const length = Math.ceil(vocabulary / lists);
      expect(length).toBeGreaterThanOrEqual(k);
      expect(length).toBeLessThanOrEqual(512);
      expect(rounds(vocabulary, k).every((factor) => factor * k <= 512)).toBe(true);
    },
  );
});

describe('caches', () => {
  it('can be written in place where only GroupQueryAttention reads them', () => {
    expect([...forGpu.inPlace].sort()).toEqual(edited.report.cache.entries.map(({ past }) => past).sort());
  });

  it('grow in graphs whose attention is made of separate operators', () => {
    const optimum = new Uint8Array(
      readFileSync(new URL('../../fixtures/models/llama-optimum/onnx/model.onnx', import.meta.url)),
    );
    const { graph, report } = instrument(optimum, { weightsFile });
    expect(forWebGpu(graph, report).inPlace.size).toBe(0);
  });
});
