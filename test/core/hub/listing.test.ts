import { expect, test } from 'vitest';
import { readListing } from '../../../src/core/hub/listing.js';

const asked = { host: 'https://huggingface.co', id: 'org/name', revision: 'main' };
const sha = '0123456789abcdef0123456789abcdef01234567';
const sha256 = 'ab'.repeat(32);

/** In the form of the hub's documented answer. */
const answer = {
  _id: '6'.repeat(24),
  id: 'org/name',
  modelId: 'org/name',
  sha,
  private: false,
  gated: 'manual',
  pipeline_tag: 'text-generation',
  tags: ['onnx', 'license:llama3.2', 'region:us'],
  cardData: { license: 'llama3.2', base_model: 'org/base' },
  siblings: [
    { rfilename: 'config.json', size: 700, blobId: 'c'.repeat(40) },
    { rfilename: 'onnx/model.onnx', size: 5000, blobId: 'd'.repeat(40), lfs: { sha256, size: 5000, pointerSize: 134 } },
    { rfilename: '../outside', size: 1, blobId: 'e'.repeat(40) },
  ],
};

test('files come with size and checksum, and names that lead out of the model are dropped', () => {
  expect(readListing(answer, asked)).toEqual({
    id: 'org/name',
    commit: sha,
    licence: 'llama3.2',
    gated: true,
    task: 'text-generation',
    files: [
      { path: 'config.json', bytes: 700, sha256: null, blob: 'c'.repeat(40) },
      { path: 'onnx/model.onnx', bytes: 5000, sha256, blob: null },
    ],
  });
});

test('what a mirror leaves out is not known', () => {
  const { files, gated, licence, task } = readListing({ sha, siblings: [{ rfilename: 'config.json' }] }, asked);
  expect({ files, gated, licence, task }).toEqual({
    files: [{ path: 'config.json', bytes: null, sha256: null, blob: null }],
    gated: false,
    licence: null,
    task: null,
  });
  expect(readListing({ ...answer, cardData: null }, asked).licence).toBe('llama3.2');
});

test.each([null, 'hello', {}, { sha: 'main', siblings: [] }, { error: 'Please log in.' }])(
  '%j is not what a hub answers',
  (json) => {
    expect(() => readListing(json, asked)).toThrowError(expect.objectContaining({ code: 'hub-unreachable' }));
  },
);
