import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import { ggufFormat, writeControlVector } from '../../../src/core/formats/gguf.js';
import { writeGguf } from '../../../src/core/formats/gguf-container.js';
import type { Board, ForeignDirection } from '../../../src/core/formats/index.js';
import { norm, scaled } from '../../../src/core/tensors/vector.js';
import { awkwardVector, bitsOf, boardOf } from './boards.js';

function read(bytes: Uint8Array): { readonly direction: ForeignDirection; readonly notes: readonly string[] } {
  const content = ggufFormat.read(bytes);
  if (content.kind !== 'foreign') throw new Error('not foreign');
  return { direction: content.directions[0]!, notes: content.notes };
}

function failure(bytes: Uint8Array): string {
  try {
    ggufFormat.read(bytes);
  } catch (error) {
    if (error instanceof SteerboardError && error.code === 'document-invalid') return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const fixture = writeControlVector('gpt2', [
  { layer: 1, vector: Float32Array.of(1, 0, -0.5, 2) },
  { layer: 2, vector: Float32Array.of(0, 1, 0.25, -3) },
]);
const keys = [['general.architecture', 'controlvector']] as const;

describe('a control vector', () => {
  it('is FORMATS’ fixture to the byte', () => {
    expect(fixture.length).toBe(320);
    expect(createHash('sha256').update(fixture).digest('hex')).toBe(
      '8b8642892543be8f0e2c921e95a88dc3f755f8b63141b0d837bd50a49feae378',
    );
    // The data begins at 256, and each tensor at a multiple of 32.
    expect(new DataView(fixture.buffer).getFloat32(256 + 32 + 12, true)).toBe(-3);
  });

  it('comes back bit for bit, whatever the numbers', () => {
    const layers = [1, 2, 7].map((layer) => ({ layer, vector: awkwardVector(37, layer) }));
    const { direction } = read(writeControlVector('lläma', layers));
    expect(direction.model).toBe('lläma');
    expect(direction.layers.map(({ layer, vector }) => [layer, bitsOf(vector)])).toEqual(
      layers.map(({ layer, vector }) => [layer, bitsOf(vector)]),
    );
  });

  it('has its tensors at a view’s own offset', () => {
    const shifted = new Uint8Array(fixture.length + 3);
    shifted.set(fixture, 3);
    expect([...read(shifted.subarray(3)).direction.layers[1]!.vector]).toEqual([0, 1, 0.25, -3]);
  });

  it('adds up what is there twice, as llama.cpp does, and says so', () => {
    const values = Float32Array.of(1, 2);
    const { direction, notes } = read(
      writeGguf(keys, [
        { name: 'direction.3', values },
        { name: 'direction.3', values },
      ]),
    );
    expect([...direction.layers[0]!.vector]).toEqual([2, 4]);
    expect(notes).toEqual([expect.stringContaining('added up')]);
  });
});

describe('what is written of a direction', () => {
  const layersOf = (board: Board, magnitude: 'applied' | 'natural') =>
    read(ggufFormat.write(board, { magnitude })[0]!.content as Uint8Array).direction.layers;

  it('as applied: strength × residual norm × factor, at the layers that are steered', () => {
    const board = boardOf({ strength: -0.5, layerFactors: [1, 1, 3, 1] });
    const { layers } = board.directions[0]!.direction;
    const expected = [1, 2].map((layer) => {
      const raw = -0.5 * layers[layer]!.residualNorm * (layer === 2 ? 3 : 1);
      return [layer, bitsOf(scaled(layers[layer]!.vector, raw))];
    });
    expect(layersOf(board, 'applied').map(({ layer, vector }) => [layer, bitsOf(vector)])).toEqual(expected);
  });

  it('natural: every layer but 0, in the size it was found', () => {
    const board = boardOf();
    const found = layersOf(board, 'natural');
    expect(found.map(({ layer }) => layer)).toEqual([1, 2, 3]);
    for (const { layer, vector } of found)
      expect(norm(vector)).toBeCloseTo(board.directions[0]!.direction.layers[layer]!.scale, 5);
  });

  it('moves what blocks read to the output before', () => {
    expect(layersOf(boardOf({}, { hook: 'resid_pre' }), 'applied').map(({ layer }) => layer)).toEqual([1]);
    expect(layersOf(boardOf({}, { hook: 'resid_pre' }), 'natural').map(({ layer }) => layer)).toEqual([1, 2]);
  });

  it('says before what it leaves out', () => {
    const limits = (board: Board, magnitude: 'applied' | 'natural' = 'applied') =>
      ggufFormat.limits(board, { magnitude }).join('\n');
    expect(limits(boardOf())).not.toContain('layer 0');
    expect(limits(boardOf(), 'natural')).toContain('layer 0 is left out');
    expect(limits(boardOf({ layers: { from: 0, to: 1 } }))).toContain('layer 0 is left out');
    expect(limits(boardOf())).toContain('BOS');
    expect(limits({ ...boardOf(), steerSpecialTokens: true })).not.toContain('BOS');
    expect(limits(boardOf({}, { hook: 'mlp_out' }))).toContain('belongs to mlp_out');
    expect(limits(boardOf({ operator: 'ablate' }))).toContain('can only add');
    expect(limits(boardOf({ scope: { prompt: false, generated: true } }))).toContain('some tokens only');
    expect(limits(boardOf({ scope: { prompt: true, generated: true, curve: [{ at: 0, factor: 2 }] } }))).toContain(
      'over the generated tokens',
    );
    expect(limits(boardOf({ enabled: false }))).toContain('switched off');
    expect(limits(boardOf(), 'natural')).toContain('0.5 ×');
  });

  it.each([
    [{ strength: 0 }, /strength 0/],
    [{ layers: { from: 0, to: 0 } }, /no layer that GGUF/],
    [{ strength: 1e39 }, /do not fit into float32/],
  ])('refuses to write nothing: %o', (plan, says) => {
    expect(() => ggufFormat.write(boardOf(plan), { magnitude: 'applied' })).toThrow(says);
  });
});

describe('a broken or hostile file is refused in words', () => {
  const changed = (change: (view: DataView, bytes: Uint8Array) => void): Uint8Array => {
    const copy = fixture.slice();
    change(new DataView(copy.buffer), copy);
    return copy;
  };
  // 24 bytes of header, then keys; the first tensor's name starts behind them.
  const firstInfo = Buffer.from(fixture).indexOf('direction.1') - 8;
  const info = firstInfo + 8 + 'direction.1'.length;
  it.each<[string, Uint8Array, RegExp]>([
    ['big-endian', changed((view) => view.setUint32(4, 3, false)), /big-endian/],
    ['version 1', changed((view) => view.setUint32(4, 1, true)), /GGUF version 1/],
    ['2⁶⁰ tensors', changed((view) => view.setBigUint64(8, 2n ** 60n, true)), /number of tensors is/],
    ['9,999 tensors', changed((view) => view.setBigUint64(8, 9999n, true)), /more than the file can hold/],
    ['2⁴⁰ keys', changed((view) => view.setBigUint64(16, 2n ** 40n, true)), /number of keys is/],
    ['a key of 2³¹ bytes', changed((view) => view.setBigUint64(24, 2n ** 31n, true)), /bytes long/],
    ['a key beyond the end', changed((view) => view.setBigUint64(24, 60_000n, true)), /ends within/],
    ['a key that is not UTF-8', changed((_, bytes) => (bytes[32] = 0xff)), /not text \(UTF-8\)/],
    ['two dimensions', changed((view) => view.setUint32(info, 2, true)), /"direction.1" has 2 dimensions/],
    ['no values', changed((view) => view.setBigUint64(info + 4, 0n, true)), /"direction.1" is empty/],
    ['another size', changed((view) => view.setBigUint64(info + 4, 3n, true)), /"direction.2" has 4 values/],
    ['a length beyond the end', changed((view) => view.setBigUint64(info + 4, 2n ** 50n, true)), /ends at byte/],
    ['F16', changed((view) => view.setUint32(info + 12, 1, true)), /"direction.1" is F16, not F32/],
    ['type 99', changed((view) => view.setUint32(info + 12, 99, true)), /of type 99/],
    ['an offset beyond the end', changed((view) => view.setBigUint64(info + 16, 4096n, true)), /ends at byte/],
    ['an offset beyond 2⁵³', changed((view) => view.setBigUint64(info + 16, 2n ** 63n, true)), /offset of/],
    [
      'tensors at the same bytes',
      changed((view) => view.setBigUint64(info + 16, 32n, true)),
      /"direction.1" and "direction.2" lie over each other/,
    ],
    ['truncated data', fixture.slice(0, 300), /ends at byte/],
    ['truncated header', fixture.slice(0, 100), /ends within/],
    ['only the magic', fixture.slice(0, 4), /ends within/],
  ])('%s', (_, bytes, says) => {
    expect(failure(bytes)).toMatch(says);
  });

  it('every truncation, without a crash', () => {
    // The last tensor's values end at 304; behind them is padding.
    for (let length = 4; length < 304; length += 3) expect(failure(fixture.slice(0, length))).toContain('GGUF');
  });

  const values = Float32Array.of(1, 2);
  it.each<[string, Parameters<typeof writeGguf>, RegExp]>([
    ['direction.0', [keys, [{ name: 'direction.0', values }]], /"direction.0" is not direction.<N> with N from 1/],
    ['another tensor', [keys, [{ name: 'token_embd.weight', values }]], /"token_embd.weight" is not/],
    ['a name with zeros before', [keys, [{ name: 'direction.01', values }]], /"direction.01"/],
    ['a model', [[['general.architecture', 'llama']], [{ name: 'direction.1', values }]], /architecture is "llama"/],
    ['no architecture', [[['general.name', 'x']], [{ name: 'direction.1', values }]], /architecture is not named/],
    [
      'an alignment of 33',
      [[...keys, ['general.alignment', 33]], [{ name: 'direction.1', values }]],
      /alignment is 33/,
    ],
    ['no tensors', [keys, []], /no tensors/],
  ])('%s', (_, file, says) => {
    expect(failure(writeGguf(...file))).toMatch(says);
  });

  it('an array of strings that announces 2⁴⁰ of them', () => {
    const bytes = writeGguf([...keys, ['general.tags', 'x']], [{ name: 'direction.1', values }]);
    const at = Buffer.from(bytes).indexOf('general.tags') + 'general.tags'.length;
    const view = new DataView(bytes.buffer);
    view.setUint32(at, 9, true); // an array
    view.setUint32(at + 4, 8, true); // of strings
    view.setBigUint64(at + 8, 2n ** 40n, true);
    expect(failure(bytes)).toMatch(/general\.tags/);
    view.setUint32(at + 4, 6, true); // of floats
    expect(failure(bytes)).toMatch(/ends within key "general\.tags"/);
  });
});
