import { expect, test } from 'vitest';
import type { ModelFiles } from '../../../src/worker/model/files.js';
import { readFilesBeside } from '../../../src/worker/model/graph-file.js';

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
