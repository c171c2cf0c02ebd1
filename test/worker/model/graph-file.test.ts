import { expect, test } from 'vitest';
import type { Device } from '../../../src/protocol/api.js';
import type { ModelConfig } from '../../../src/worker/model/config.js';
import type { ModelFiles } from '../../../src/worker/model/files.js';
import { readFilesBeside, readGraphFile } from '../../../src/worker/model/graph-file.js';

const files: ModelFiles = {
  name: 'model',
  paths: null,
  read: (path) => Promise.resolve(path === 'onnx/weights.bin' ? new Uint8Array(10) : null),
};
const read = (needed: Record<string, number>) =>
  readFilesBeside(files, 'onnx/model.onnx', new Map(Object.entries(needed)), () => undefined);

test('weights are read from where the graph says, whatever the file is called', async () => {
  const parts = await read({ 'weights.bin': 10 });
  expect(parts).toEqual([{ path: 'weights.bin', data: new Uint8Array(10) }]);
});

test('a file of weights that is missing or too short is named', async () => {
  await expect(read({ 'weights.bin': 11 })).rejects.toMatchObject({
    code: 'file-unreadable',
    fields: { path: 'onnx/weights.bin', bytes: 10, expected: 11 },
  });
  await expect(read({ 'model.onnx_data': 4 })).rejects.toMatchObject({
    code: 'file-unreadable',
    fields: { path: 'onnx/model.onnx_data', bytes: 0, expected: 4 },
  });
});

const config: ModelConfig = {
  family: 'llama',
  layers: 2,
  width: 8,
  vocabulary: 100,
  context: 64,
  endIds: [],
  dtype: {},
  graphPath: null,
};

/** A model with these files, listed or not; what is brought here and read is noted. */
function model(sizes: Readonly<Record<string, number>>, isListed: boolean) {
  const brought: string[] = [];
  const wanted: string[] = [];
  const files: ModelFiles = {
    name: 'org/name',
    paths: isListed ? Object.keys(sizes) : null,
    size: (path) => sizes[path] ?? null,
    bring: (paths) => Promise.resolve(void brought.push(...paths)),
    read: (path) => {
      wanted.push(path);
      return Promise.resolve(path in sizes ? new Uint8Array(8) : null);
    },
  };
  const read = (device: Device, dtype: string | null, halfFloats = false) =>
    readGraphFile(files, config, device, halfFloats, () => undefined, dtype);
  return { read, brought, wanted };
}

const large = 200e6;
const exports = {
  'config.json': 1,
  'tokenizer.json': 1,
  'onnx/model.onnx': large,
  'onnx/model.onnx_data': large,
  'onnx/model_quantized.onnx': large,
  'onnx/model_q4.onnx': large,
  'onnx/model_q4f16.onnx': large,
};

test.each([
  ['wasm', null, false, 'q8', 'onnx/model_quantized.onnx'],
  ['wasm', 'q4', false, 'q4', 'onnx/model_q4.onnx'],
  ['webgpu', null, false, 'q4', 'onnx/model_q4.onnx'],
  ['webgpu', null, true, 'q4f16', 'onnx/model_q4f16.onnx'],
  ['webgpu', 'q8', true, 'q8', 'onnx/model_quantized.onnx'],
] as const)('on %s, asked for %s (half floats: %s): %s', async (device, dtype, halfFloats, expected, path) => {
  const it = model(exports, true);
  expect(await it.read(device, dtype, halfFloats)).toMatchObject({ dtype: expected, path });
  expect(it.wanted).toEqual([path]);
  expect(it.brought).toEqual(['config.json', 'tokenizer.json', path]);
});

test('external data comes with its graph', async () => {
  const it = model(exports, true);
  await it.read('wasm', 'fp32');
  expect(it.brought.slice(2)).toEqual(['onnx/model.onnx', 'onnx/model.onnx_data']);
});

test('what the device cannot run, and what is not there, is said before anything is brought here', async () => {
  const it = model(exports, true);
  await expect(it.read('webgpu', 'q4f16')).rejects.toMatchObject({
    code: 'device-unavailable',
    fields: { dtype: 'q4f16' },
  });
  await expect(it.read('wasm', 'bnb4')).rejects.toMatchObject({ code: 'file-unreadable' });
  expect(it.brought).toEqual([]);
});

test('where files cannot be listed, the usual names are tried', async () => {
  const it = model({ 'onnx/model_quantized.onnx': large }, false);
  expect(await it.read('wasm', null)).toMatchObject({ dtype: 'q8' });
  expect(it.wanted[0]).toBe('onnx/model.onnx');
});
