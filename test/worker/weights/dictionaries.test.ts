/** Decoders of sparse autoencoders in files that safetensors and NumPy wrote (recipes/weights). */
import { describe, expect, test } from 'vitest';
import { storedMatrix } from '../../../src/core/dictionaries/stored-tensor.js';
import { vectorAt } from '../../../src/core/onnx/vectorSet.js';
import { Task } from '../../../src/worker/tasks.js';
import { dictionaryNamed, dictionaryReader, keepDictionary } from '../../../src/worker/weights/dictionaries.js';
import { readDictionary, type StoredDecoder } from '../../../src/worker/weights/import-dictionary.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  readonly width: number;
  readonly rows: readonly (readonly number[])[];
  readonly files: Readonly<Record<string, string>>;
  readonly square: {
    readonly rows: readonly (readonly number[])[];
    readonly W_dec: string;
    readonly 'decoder.weight': string;
  };
  readonly refused: Readonly<Record<string, string>>;
}

const golden = readGolden<Golden>('dictionaries');
const fileOf = (base64: string) => new Blob([Uint8Array.from(Buffer.from(base64, 'base64'))]);
const read = (file: Blob) => readDictionary(file, golden.width, new Task(), () => undefined);

async function rowsOf({ type, shape, along, features, data }: StoredDecoder): Promise<readonly number[][]> {
  const vectors = { matrix: storedMatrix(type, shape), along, from: 0, count: features, gain: null };
  const slice = async (_: string, offset: number, length: number) =>
    new Uint8Array(await data.slice(offset, offset + length).arrayBuffer());
  const rows = Array.from({ length: features }, (_, index) => vectorAt(vectors, index, false, slice));
  return (await Promise.all(rows)).map((row) => [...row]);
}

describe.each(Object.entries(golden.files))('%s', (_, base64) => {
  test('gives every feature’s vector', async () => {
    expect(await rowsOf(await read(fileOf(base64)))).toEqual(golden.rows);
  });

  test('that is cut off says what to do', async () => {
    const whole = fileOf(base64);
    for (const end of [0, 6, Math.floor(whole.size / 2), whole.size - 1]) {
      await expect(read(whole.slice(0, end))).rejects.toMatchObject({ code: 'document-invalid' });
    }
  });
});

test.each(['W_dec', 'decoder.weight'] as const)(
  'of a square %s the name says which side the features are',
  async (name) => {
    expect(await rowsOf(await read(fileOf(golden.square[name])))).toEqual(golden.square.rows);
  },
);

test.each([
  ['other width', { code: 'document-other-model', fields: { first: 9, second: 7, width: golden.width } }],
  ['no decoder', { code: 'document-invalid', message: expect.stringContaining('it has weight') as string }],
  ['integers', { code: 'document-invalid', message: expect.stringContaining('I32') as string }],
  ['one dimension', { code: 'document-invalid', message: expect.stringContaining('[6]') as string }],
])('%s is refused by what was found', async (name, failure) => {
  await expect(read(fileOf(golden.refused[name]!))).rejects.toMatchObject(failure);
});

test('a header that promises more than there is, or is no JSON, is refused', async () => {
  const header = (text: string, length = text.length) => {
    const start = new Uint8Array(8);
    new DataView(start.buffer).setBigUint64(0, BigInt(length), true);
    return new Blob([start, text]);
  };
  const outside = JSON.stringify({ W_dec: { dtype: 'F32', shape: [2, 6], data_offsets: [0, 48] } });
  for (const file of [header(outside), header('{"W_dec":'), header('[1]'), header('{}', 2 ** 40)]) {
    await expect(read(file)).rejects.toMatchObject({ code: 'document-invalid' });
  }
});

test('tensors that lie over each other are refused', async () => {
  const span = (from: number) => ({ dtype: 'F32', shape: [1, 6], data_offsets: [from, from + 24] });
  const text = JSON.stringify({ W_enc: span(0), W_dec: span(20) });
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, BigInt(text.length), true);
  const file = new Blob([start, text, new Uint8Array(44)]);
  await expect(read(file)).rejects.toMatchObject({
    code: 'document-invalid',
    message: expect.stringMatching(/"W_enc" and "W_dec" lie over each other/) as string,
  });
});

test.each(['-5, -6', '5.5, 6', 'NaN, 6', '1e300, 6'])('an array of the shape (%s) is refused', async (shape) => {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(118);
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0);
  await expect(read(new Blob([start, header, new Uint8Array(120)]))).rejects.toMatchObject({
    code: 'document-invalid',
    message: expect.stringContaining(`(${shape})`) as string,
  });
});

describe('an archive', () => {
  /** The compressed one, with another length in its list of entries. */
  const announcing = (bytes: number) => {
    const zip = Buffer.from(golden.files['npz, compressed, float64']!, 'base64');
    const entry = zip.indexOf('PK\x01\x02', 0, 'latin1');
    zip.writeUInt32LE(bytes, entry + 24);
    return new Blob([zip]);
  };

  test('whose array would be too large is refused before it is unpacked', async () => {
    let told = 0;
    const reading = readDictionary(announcing(0xfffffffe), golden.width, new Task(), () => told++);
    await expect(reading).rejects.toMatchObject({
      code: 'document-invalid',
      message: expect.stringMatching(/W_dec.npy” has 4294967294 bytes unpacked/) as string,
    });
    expect(told).toBe(0);
  });

  test('whose array is longer than it says ends there', async () => {
    await expect(read(announcing(100))).rejects.toMatchObject({
      code: 'document-invalid',
      message: expect.stringContaining('cannot be unpacked') as string,
    });
  });
});

test('a name that is taken gets a number, and features are found by both names', async () => {
  const [base64] = Object.values(golden.files);
  const decoder = await read(fileOf(base64!));
  const first = await keepDictionary('layer 3', decoder);
  const second = await keepDictionary('layer 3', { ...decoder, width: 9 });
  expect([first.name, second.name]).toEqual(['layer 3', 'layer 3 2']);
  expect((await dictionaryNamed('layer 3'))?.info).toMatchObject({ features: golden.rows.length, width: golden.width });
  const reader = dictionaryReader(golden.width);
  expect([...(await reader.feature('layer 3', 2))]).toEqual(golden.rows[2]);
  await expect(reader.feature('layer 3', 5)).rejects.toMatchObject({ code: 'input-empty' });
  await expect(reader.feature('layer 4', 0)).rejects.toMatchObject({ code: 'input-empty' });
  await expect(reader.feature('layer 3 2', 0)).rejects.toMatchObject({ code: 'document-other-model' });
});
