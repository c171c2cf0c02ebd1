import { describe, expect, it } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import { readDocument, type Board } from '../../../src/core/formats/index.js';
import { safetensorsFormat } from '../../../src/core/formats/safetensors.js';
import { readSafetensors, writeSafetensors } from '../../../src/core/formats/safetensors-container.js';
import { createDocument } from '../../../src/core/formats/steerboard.js';
import { scaled } from '../../../src/core/tensors/vector.js';
import { add, awkwardVector, bitsOf, boardOf } from './boards.js';
import { fitted } from './valid-document.js';

const one = boardOf();
const two: Board = {
  ...one,
  directions: [...one.directions, { name: 'second', direction: { ...fitted(2, [1, 2]), hook: 'mlp_out' }, plan: add }],
};
const written = (board: Board): Uint8Array<ArrayBuffer> =>
  safetensorsFormat.write(board, { magnitude: 'natural' })[0]!.content as Uint8Array<ArrayBuffer>;

function failure(bytes: Uint8Array): SteerboardError {
  try {
    safetensorsFormat.read(bytes);
  } catch (error) {
    if (error instanceof SteerboardError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A file with a header of our choice in front of 16 bytes. */
function withHeader(header: string): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + 16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(Buffer.from(header), 8);
  return bytes;
}

describe('safetensors', () => {
  it.each([
    ['one direction', one],
    ['two', two],
  ])('of %s gives the document back', (_, board) => {
    expect(safetensorsFormat.read(written(board))).toEqual({ kind: 'document', document: createDocument(board) });
  });

  it('carries the whole document in its metadata', () => {
    const { metadata } = readSafetensors(written(two));
    expect(readDocument(metadata['steerboard']!)).toEqual(createDocument(two));
  });

  it('keeps values bit for bit, whatever the numbers', () => {
    const tensors = [1, 2].map((seed) => ({ name: `layer.${seed}.mlp_out`, values: awkwardVector(33, seed) }));
    const read = readSafetensors(writeSafetensors({ metadata: { note: 'ü' }, tensors }));
    expect(read.metadata).toEqual({ note: 'ü' });
    expect(read.tensors.map(({ name, values }) => [name, bitsOf(values)])).toEqual(
      tensors.map(({ name, values }) => [name, bitsOf(values)]),
    );
  });

  it('counts its tensors, not the copy in the metadata', () => {
    const { metadata, tensors } = readSafetensors(written(one));
    const turned = tensors.map(({ name, values }) => ({ name, values: scaled(values, -1) }));
    const content = safetensorsFormat.read(writeSafetensors({ metadata, tensors: turned }));
    if (content.kind !== 'document') throw new Error('no document');
    expect(content.document.directions[0]!.layers[2]!.vector).toEqual(turned[2]!.values);
    const longer = tensors.map(({ name, values }) => ({ name, values: scaled(values, 4) }));
    expect(failure(writeSafetensors({ metadata, tensors: longer })).message).toMatch(/vector has norm 4\.000, not 1/);
    expect(failure(writeSafetensors({ metadata, tensors: tensors.slice(1) })).message).toContain(
      '"layer.0.resid_post" is missing',
    );
  });

  it('of another tool is taken by the names of its tensors', () => {
    const values = Float32Array.of(3, 4);
    const content = safetensorsFormat.read(
      writeSafetensors({
        metadata: {},
        tensors: [
          { name: 'layer.10.resid_pre', values },
          { name: 'layer.2.resid_pre', values },
          { name: 'lm_head', values },
        ],
      }),
    );
    expect(content).toMatchObject({
      kind: 'foreign',
      directions: [{ hook: 'resid_pre', layers: [{ layer: 2 }, { layer: 10, vector: values }] }],
      notes: [expect.stringContaining('lm_head')],
    });
  });

  const entry = (change: object): string =>
    JSON.stringify({ 'layer.1.resid_post': { dtype: 'F32', shape: [4], data_offsets: [0, 16], ...change } });
  it.each<[string, Uint8Array, RegExp]>([
    ['a header beyond the end', withHeader('{}').subarray(0, 9), /header of 2 bytes does not fit/],
    ['no JSON', withHeader('{"a": '), /not JSON/],
    ['F16', withHeader(entry({ dtype: 'F16' })), /"layer\.1\.resid_post" is F16, not F32/],
    ['a matrix', withHeader(entry({ shape: [2, 2] })), /has shape \[2,2\], not \[d\]/],
    ['offsets that do not fit the shape', withHeader(entry({ shape: [5] })), /of 5 values has 16 bytes/],
    [
      'offsets beyond the end',
      withHeader(entry({ data_offsets: [16, 32] })),
      /ends at byte 32 of the data, which has 16/,
    ],
    [
      'tensors that lie over each other',
      withHeader(
        JSON.stringify({
          'layer.1.resid_post': { dtype: 'F32', shape: [2], data_offsets: [8, 16] },
          'layer.2.resid_post': { dtype: 'F32', shape: [3], data_offsets: [0, 12] },
        }),
      ),
      /"layer\.2\.resid_post" and "layer\.1\.resid_post" lie over each other/,
    ],
    ['offsets that run backwards', withHeader(entry({ data_offsets: [16, 0] })), /offsets \[16,0\]/],
    [
      'an entry that is no object',
      withHeader('{"layer.1.resid_post": 5}'),
      /"layer\.1\.resid_post" has no description/,
    ],
    ['negative offsets', withHeader(entry({ data_offsets: [-16, 0] })), /offsets \[-16,0\]/],
    ['huge shapes', withHeader(entry({ shape: [1e300], data_offsets: [0, 4e300] })), /shape/],
    ['__proto__', withHeader('{"__proto__": {"dtype": "F32"}}'), /__proto__/],
    ['no tensor of ours', withHeader('{}'), /none of its 0 tensors/],
    ['metadata that is a list', withHeader('{"__metadata__": 1}'), /metadata/],
  ])('refuses %s', (_, bytes, says) => {
    const error = failure(bytes);
    expect(error.code).toBe('document-invalid');
    expect(error.message).toMatch(says);
  });
});
