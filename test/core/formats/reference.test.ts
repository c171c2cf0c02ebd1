/** Files of the reference libraries read here, and ours read by them (recipes/formats). */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeFloats } from '../../../src/core/formats/base64.js';
import { formats, readFile, type Board, type ForeignDirection } from '../../../src/core/formats/index.js';
import { tensorsOf } from '../../../src/core/formats/tensor-names.js';
import { scaled } from '../../../src/core/tensors/vector.js';
import { add, boardOf } from './boards.js';
import { fitted } from './valid-document.js';

const fixture = (name: string): URL => new URL(`../../fixtures/formats/${name}`, import.meta.url);
const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8')) as T;

const theirs = golden<Record<string, Record<string, string>>>('formats.json');

describe('files of the reference writers', () => {
  it.each(Object.keys(theirs))('%s', (name) => {
    const content = readFile(readFileSync(fixture(name)));
    if (content.kind !== 'foreign') throw new Error('not foreign');
    expect(content.notes).toEqual([]);
    expect(content.directions).toHaveLength(1);
    const [{ layers, hook, model }] = content.directions as readonly [ForeignDirection];
    expect(Object.fromEntries(layers.map(({ layer, vector }) => [layer, encodeFloats(vector)]))).toEqual(theirs[name]);
    expect(hook).toBe('resid_post');
    expect(model).toBe(name.endsWith('.gguf') ? 'llama' : null);
  });
});

const one = boardOf({ layers: { from: 0, to: 3 } }, {}, 'happy ↔ sad');
const two: Board = {
  ...one,
  directions: [...one.directions, { name: '"second"', direction: fitted(2, [1, 2]), plan: add }],
};

function written(format: string, board: Board, magnitude: 'natural' | 'applied' = 'natural'): Uint8Array {
  const [file] = formats.find(({ name }) => name === format)!.write(board, { magnitude });
  return file!.content as Uint8Array;
}

interface Found {
  readonly keys: Record<string, string | number>;
  readonly names: readonly string[];
  readonly tensors: Record<string, string>;
}

describe('our files, as the reference readers read them', () => {
  const ours = {
    'ours.gguf': written('gguf', one),
    'ours.safetensors': written('safetensors', one),
    'ours-two.safetensors': written('safetensors', two),
  };

  it.each(Object.entries(ours))('%s is what they read (UPDATE_FIXTURES=1 writes it anew)', (name, bytes) => {
    if (process.env['UPDATE_FIXTURES']) writeFileSync(fixture(name), bytes);
    expect(Buffer.compare(readFileSync(fixture(name)), bytes)).toBe(0);
  });

  it('GGUF', () => {
    const { keys, tensors } = golden<Record<string, Found>>('formats-ours.json')['ours.gguf']!;
    expect(keys).toMatchObject({
      'general.architecture': 'controlvector',
      'controlvector.model_hint': 'llama',
      'controlvector.layer_count': 3,
    });
    const { layers } = one.directions[0]!.direction;
    const expected = layers
      .slice(1)
      .map(({ layer, vector, scale }) => [`direction.${layer}`, encodeFloats(scaled(vector, scale))]);
    expect(tensors).toEqual(Object.fromEntries(expected));
  });

  it.each([
    ['ours.safetensors', one],
    ['ours-two.safetensors', two],
  ])('%s', (name, board) => {
    const { tensors, names } = golden<Record<string, Found>>('formats-ours.json')[name]!;
    const expected = tensorsOf(board.directions.map(({ direction }) => direction));
    expect(tensors).toEqual(Object.fromEntries(expected.map((it) => [it.name, encodeFloats(it.values)])));
    expect(names).toEqual(board.directions.map((it) => it.name));
    expect(Object.keys(tensors)).toContain(
      name === 'ours.safetensors' ? 'layer.3.resid_post' : 'direction.1.layer.2.resid_post',
    );
  });
});
