import { expect, test } from 'vitest';
import { defaultHub, fileUrl, infoUrl, isCommit, originOf, parseHubAddress } from '../../../src/core/hub/address.js';

const hub = defaultHub;
const commit = '0123456789abcdef0123456789abcdef01234567';

test.each([
  ['onnx-community/Qwen3-0.6B-ONNX', { id: 'onnx-community/Qwen3-0.6B-ONNX', revision: 'main' }],
  ['  Xenova/gpt2 ', { id: 'Xenova/gpt2', revision: 'main' }],
  ['gpt2', { id: 'gpt2', revision: 'main' }],
  ['org/name@v1.0', { id: 'org/name', revision: 'v1.0' }],
  ['org/name@refs/pr/1', { id: 'org/name', revision: 'refs/pr/1' }],
  [`org/name@${commit}`, { id: 'org/name', revision: commit }],
  ['https://huggingface.co/org/name', { id: 'org/name', revision: 'main' }],
  ['https://huggingface.co/org/name/', { id: 'org/name', revision: 'main' }],
  ['https://www.huggingface.co/org/name?library=transformers#files', { id: 'org/name', revision: 'main' }],
  ['huggingface.co/org/name', { id: 'org/name', revision: 'main' }],
  ['https://hf.co/org/name', { id: 'org/name', revision: 'main' }],
  ['https://huggingface.co/gpt2', { id: 'gpt2', revision: 'main' }],
  ['https://huggingface.co/org/name/tree/dev', { id: 'org/name', revision: 'dev' }],
  ['https://huggingface.co/org/name/tree/dev/onnx', { id: 'org/name', revision: 'dev' }],
  ['https://huggingface.co/org/name/tree/refs%2Fpr%2F3', { id: 'org/name', revision: 'refs/pr/3' }],
  ['https://huggingface.co/org/name/tree/refs/pr/3', { id: 'org/name', revision: 'refs/pr/3' }],
  ['https://huggingface.co/org/name/blob/main/onnx/model.onnx', { id: 'org/name', revision: 'main' }],
  [`https://huggingface.co/org/name/resolve/${commit}/config.json`, { id: 'org/name', revision: commit }],
  ['https://huggingface.co/org/name/discussions/4', { id: 'org/name', revision: 'main' }],
])('%s', (typed, expected) => {
  expect(parseHubAddress(typed)).toEqual({ host: hub, ...expected });
});

test('a mirror is named by its address, or is the one that is set', () => {
  expect(parseHubAddress('http://localhost:8080/org/name/tree/dev')).toEqual({
    host: 'http://localhost:8080',
    id: 'org/name',
    revision: 'dev',
  });
  expect(parseHubAddress('org/name', 'mirror.example/')).toMatchObject({ host: 'https://mirror.example' });
  expect(originOf('HTTPS://Huggingface.co/')).toBe(hub);
});

test.each([
  '',
  'two words',
  'a/b/c',
  '../secrets',
  'org/..',
  'org/na me',
  'org/name@',
  'org/name@a@b',
  'org/name@../main',
  '/org/name',
  'org/<script>',
  'https://huggingface.co/',
  'https://huggingface.co/datasets/org/name',
  'https://huggingface.co/spaces/org/name',
])('“%s” is not the name of a model', (typed) => {
  expect(() => parseHubAddress(typed)).toThrowError(expect.objectContaining({ code: 'hub-not-found' }));
});

test('addresses of answers and files', () => {
  const address = { host: hub, id: 'org/name', revision: 'refs/pr/1' };
  expect(infoUrl(address)).toBe('https://huggingface.co/api/models/org/name/revision/refs%2Fpr%2F1?blobs=true');
  expect(fileUrl(address, commit, 'onnx/a file#1.onnx')).toBe(
    `https://huggingface.co/org/name/resolve/${commit}/onnx/a%20file%231.onnx`,
  );
  expect([isCommit(commit), isCommit('main'), isCommit(commit.slice(1))]).toEqual([true, false, false]);
});
