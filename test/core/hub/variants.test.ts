import { expect, test } from 'vitest';
import { missingFiles } from '../../../src/core/hub/missing.js';
import { findVariants, sharedFiles } from '../../../src/core/hub/variants.js';

const dtypes = (paths: readonly string[], graph?: string | null, name?: string) =>
  findVariants(paths, graph, name).map(({ dtype, files }) => [dtype, ...files]);

test('the layout of transformers.js: a suffix for each dtype, external data beside its own graph', () => {
  const paths = [
    'config.json',
    'onnx/model.onnx',
    'onnx/model.onnx_data_10',
    'onnx/model.onnx_data',
    'onnx/model.onnx_data_2',
    'onnx/model_q4.onnx',
    'onnx/model_q4f16.onnx',
    'onnx/model_q4f16.onnx_data',
    'onnx/model_quantized.onnx',
    'onnx/model_something.onnx',
  ];
  expect(dtypes(paths)).toEqual([
    ['fp32', 'onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/model.onnx_data_2', 'onnx/model.onnx_data_10'],
    ['q8', 'onnx/model_quantized.onnx'],
    ['q4', 'onnx/model_q4.onnx'],
    ['q4f16', 'onnx/model_q4f16.onnx', 'onnx/model_q4f16.onnx_data'],
  ]);
});

test('graphs beside config.json, and merged decoders of older exports', () => {
  expect(dtypes(['model.onnx', 'model.onnx_data'])).toEqual([['fp32', 'model.onnx', 'model.onnx_data']]);
  expect(dtypes(['onnx/decoder_model_merged_quantized.onnx', 'onnx/decoder_model.onnx'])).toEqual([
    ['q8', 'onnx/decoder_model_merged_quantized.onnx'],
  ]);
  expect(dtypes(['onnx/model.onnx', 'onnx/decoder_model_merged.onnx', 'model.onnx'])).toEqual([
    ['fp32', 'onnx/model.onnx'],
  ]);
});

test('a graph that genai_config.json names is the only one; its name or its model’s tells the dtype', () => {
  const paths = ['genai_config.json', 'decoder.onnx', 'decoder.onnx.data', 'embedding.onnx'];
  expect(dtypes(paths, 'decoder.onnx')).toEqual([['fp32', 'decoder.onnx', 'decoder.onnx.data']]);
  expect(dtypes(paths, 'decoder.onnx', 'microsoft/Phi-int4-rtn-onnx')[0]![0]).toBe('q4');
  expect(dtypes(paths, 'other.onnx')).toEqual([]);
});

test('a single graph of another name is taken, one of several is not guessed', () => {
  expect(dtypes(['past.onnx'])).toEqual([['fp32', 'past.onnx']]);
  expect(dtypes(['a.onnx', 'b.onnx'])).toEqual([]);
});

test('what every dtype needs', () => {
  const paths = ['README.md', 'tokenizer_config.json', 'config.json', 'tokenizer.json', 'chat_template.jinja'];
  expect(sharedFiles(paths)).toEqual(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']);
});

test.each([
  [['config.json', 'model.safetensors'], 0, 'model-unsupported', /only safetensors.*onnx-community\/name/],
  [['model-Q4_K.gguf'], 0, 'model-unsupported', /only GGUF/],
  [['README.md'], 0, 'model-unsupported', /no weights/],
  [['text.onnx', 'image.onnx'], 0, 'model-unsupported', /Found: text\.onnx, image\.onnx/],
  [['onnx/model.onnx', 'tokenizer.json'], 1, 'model-mismatch', /config\.json/],
  [['onnx/model.onnx', 'config.json'], 1, 'tokenizer-unusable', /tokenizer\.json/],
] as const)('%j', (paths, graphs, code, says) => {
  const error = missingFiles('org/name', paths, graphs);
  expect(error).toMatchObject({ code });
  expect(error!.message).toMatch(says);
});

test('nothing is missing of a whole model', () => {
  expect(missingFiles('org/name', ['config.json', 'tokenizer.json', 'onnx/model.onnx'], 1)).toBeNull();
});
