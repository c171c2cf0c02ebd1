import { clearField } from '@bufbuild/protobuf';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { TensorProtoSchema } from 'onnx-buf';
import { expect, test } from 'vitest';
import { decodeModel, encodeModel, type DecodedModel } from '../../../src/core/onnx/graph.js';
import { outlined, outlineOf } from '../../../src/worker/model/outline.js';

const fixtures = new URL('../../core/onnx/fixtures/', import.meta.url);
const graphs = readdirSync(fixtures).filter((name) => name.endsWith('.onnx'));
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, fixtures)));
/** A digest of what the model says, so that a difference is not told in thousands of lines. */
const digest = (model: DecodedModel) => createHash('sha256').update(encodeModel(model)).digest('hex');

/** A file with one weight of 8 kB, written by hand after onnx.proto: graph = 7, initializer = 5, raw_data = 9. */
function largeWeight() {
  const data = Uint8Array.from({ length: 8192 }, (_, at) => at % 251);
  const tensor = [0x08, 0x80, 0x10, 0x10, 0x01, 0x42, 0x01, 0x77, 0x4a, 0x80, 0x40]; // dims 2048, float, name "w"
  const place = [0x70, 0x00]; // data_location DEFAULT, after the data, as onnxruntime's quantizers write it
  const length = tensor.length + data.length + place.length;
  const initializer = [0x2a, (length % 128) + 128, length >> 7];
  const output = [0x62, 0x03, 0x0a, 0x01, 0x79]; // output "y"
  const graph = initializer.length + length + output.length;
  const head = [0x08, 0x09, 0x3a, (graph % 128) + 128, graph >> 7, ...initializer, ...tensor];
  const opset = [0x42, 0x02, 0x10, 0x11];
  return { bytes: Uint8Array.from([...head, ...data, ...place, ...output, ...opset]), data, offset: head.length };
}

test('a large weight is referred to where it lies in the file, and the rest stays as it was', async () => {
  const { bytes, data, offset } = largeWeight();
  const outline = await outlineOf(new Blob([bytes]), 'model.onnx');
  expect(outline.length).toBeLessThan(120);
  const text = new TextDecoder('latin1').decode(outline);
  for (const part of ['location', 'model.onnx', 'offset', String(offset), 'length', '8192'])
    expect(text).toContain(part);
  expect(bytes.slice(offset, offset + 8192)).toEqual(data);
  // data_location EXTERNAL ends the tensor; nothing says DEFAULT any more.
  expect([...outline.slice(-11, -9)]).toEqual([0x70, 0x01]);
  expect([...outline.slice(-9)]).toEqual([0x62, 0x03, 0x0a, 0x01, 0x79, 0x42, 0x02, 0x10, 0x11]);
});

test.each(graphs)('the outline of %s is the same model once its references are followed', async (name) => {
  const bytes = fixture(name);
  const outline = decodeModel(await outlineOf(new Blob([bytes]), 'weights'));
  for (const tensor of outline.graph.initializer) {
    const at = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
    if (at.get('location') !== 'weights') continue;
    const offset = Number(at.get('offset'));
    tensor.rawData = bytes.slice(offset, offset + Number(at.get('length')));
    tensor.externalData = [];
    clearField(tensor, TensorProtoSchema.field.dataLocation);
  }
  expect(digest(outline)).toEqual(digest(decodeModel(bytes)));
});

test('a file that ends early, or is something else, is not an ONNX model', async () => {
  const { bytes } = largeWeight();
  for (const broken of [bytes.slice(0, 4000), new TextEncoder().encode('<!doctype html><p>Not found</p>')]) {
    await expect(outlineOf(new Blob([broken]), 'model.onnx')).rejects.toMatchObject({ code: 'file-not-onnx' });
  }
});

test('small files and those that are not on disk are read as they are', async () => {
  const { bytes } = largeWeight();
  const onDisk = { name: 'm', paths: null, read: async () => bytes, blob: async () => new Blob([bytes]) };
  const remote = { name: 'm', paths: null, read: async () => bytes };
  expect(await outlined(onDisk).read('model.onnx')).toBe(bytes);
  expect(await outlined(remote).read('model.onnx')).toBe(bytes);
});
