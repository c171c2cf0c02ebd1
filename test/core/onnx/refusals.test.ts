import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto } from 'onnx-buf';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { SteerboardError, type ErrorCode } from '../../../src/core/errors.js';
import { instrument, type InstrumentOptions } from '../../../src/core/onnx/instrument.js';
import { fixture, weightsFile } from './session.js';

const bytes = fixture('sequential');

function refusal(model: Uint8Array, expected?: InstrumentOptions['expected']): SteerboardError {
  try {
    instrument(model, { weightsFile, ...(expected && { expected }) });
  } catch (error) {
    if (error instanceof SteerboardError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

/** The fixture with its graph changed. */
function changed(change: (graph: GraphProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  change(model.graph!);
  return toBinary(ModelProtoSchema, model);
}

describe('bytes that are no whole model', () => {
  test('a file cut anywhere', () => {
    // This graph needs all it imports, up to the last byte.
    const bytes = fixture('sequential-fused');
    const lengths = Array.from({ length: 400 }, (_, i) => Math.floor((i / 400) * bytes.length));
    const lasts = Array.from({ length: 64 }, (_, i) => bytes.length - 1 - i);
    for (const length of [...lengths, ...lasts]) {
      const error = refusal(bytes.subarray(0, length));
      expect({ length, code: error.code }).toEqual({ length, code: 'file-not-onnx' });
    }
  });

  test('random bytes', () => {
    const random = xoroshiro128plus(5);
    for (let i = 0; i < 300; i++) {
      const noise = Uint8Array.from({ length: 1 + (i % 97) * 11 }, () => random.next() & 255);
      expect(refusal(noise).code).toBe('file-not-onnx');
    }
  });

  test('one byte of the graph changed: refused with a code, or still a decoder', () => {
    const random = xoroshiro128plus(6);
    const codes: ErrorCode[] = ['file-not-onnx', 'model-not-decoder', 'model-mismatch'];
    for (let i = 0; i < 300; i++) {
      const broken = bytes.slice();
      broken[(random.next() >>> 0) % 20_000] = random.next() & 255;
      try {
        instrument(broken, { weightsFile });
      } catch (error) {
        expect(error).toBeInstanceOf(SteerboardError);
        expect(codes).toContain((error as SteerboardError).code);
      }
    }
  });

  test.each([
    ['nothing', ''],
    ['a web page', '<!doctype html><html></html>'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 481000000\n'],
    ['JSON', '{"model_type": "llama"}'],
  ])('%s', (_, text) => {
    const error = refusal(new TextEncoder().encode(text));
    expect(error.code).toBe('file-not-onnx');
    expect(error.fields.bytes).toBe(text.length);
  });
});

describe('graphs that are no decoder', () => {
  test('without caches, such as an encoder', () => {
    const encoder = changed((graph) => {
      graph.output = graph.output.filter((value) => !value.name.startsWith('present'));
      graph.input = graph.input.filter((value) => !value.name.startsWith('past'));
    });
    const error = refusal(encoder);
    expect(error.code).toBe('model-not-decoder');
    expect(error.fields).toEqual({ pasts: 0, presents: 0 });
    expect(error.message).toContain('text-generation-with-past');
  });

  test('without logits', () => {
    const error = refusal(changed((graph) => (graph.output[0]!.name = 'last_hidden_state')));
    expect(error.code).toBe('model-not-decoder');
    expect(error.message).toContain('last_hidden_state');
  });

  test('with one cache left out', () => {
    const error = refusal(changed((graph) => (graph.output = graph.output.slice(0, -1))));
    expect(error.code).toBe('model-not-decoder');
    expect(error.message).toContain('past_key_values.2.value');
  });

  test('with a stream that a block replaces instead of adding to it', () => {
    const error = refusal(
      changed((graph) => {
        const sum = graph.node.find((node) => node.output.includes('/model/layers.1/Add_1_output_0'))!;
        sum.opType = 'Mul';
      }),
    );
    expect(error.code).toBe('model-not-decoder');
    expect(error.fields).toMatchObject({ blocks: 3, sums: 3 });
  });

  test('of an encoder-decoder', () => {
    const withInput = (name: string) => changed((graph) => (graph.input.find(isMask)!.name = name));
    expect(refusal(withInput('encoder_hidden_states')).message).toContain('encoder-decoder');
  });

  test('that have hooks already', () => {
    const { graph } = instrument(bytes, { weightsFile });
    expect(refusal(graph).message).toContain('hooks already');
  });
});

test('a configuration that does not fit is told with both numbers', () => {
  const layers = refusal(bytes, { layers: 4, width: 16 });
  expect(layers.code).toBe('model-mismatch');
  expect(layers.fields).toEqual({ what: 'layers', expected: 4, found: 3 });
  expect(refusal(bytes, { width: 32 }).fields).toEqual({ what: 'width', expected: 32, found: 16 });
});

function isMask(value: { name: string }): boolean {
  return value.name === 'attention_mask';
}
