import { describe, expect, it } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import { encodeFloats } from '../../../src/core/formats/base64.js';
import { fitForeign, formats, readFile, type Board, type ForeignDirection } from '../../../src/core/formats/index.js';
import { encodeText } from '../../../src/core/formats/utf8.js';
import { norm } from '../../../src/core/tensors/vector.js';
import { awkwardVector, bitsOf, boardOf } from './boards.js';
import { stamp } from './valid-document.js';

function read(value: unknown): { readonly directions: readonly ForeignDirection[]; readonly notes: readonly string[] } {
  const content = readFile(encodeText(JSON.stringify(value)));
  if (content.kind !== 'foreign') throw new Error('not foreign');
  return content;
}

function failure(act: () => unknown): SteerboardError {
  try {
    act();
  } catch (error) {
    if (error instanceof SteerboardError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

// What a format writes, as loosely typed JSON.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function written(format: string, board: Board, options: object = {}): any {
  const all = { magnitude: 'applied' as const, ...options };
  const [file] = formats.find(({ name }) => name === format)!.write(board, all);
  return JSON.parse(file!.content as string);
}
const limits = (format: string, board: Board): string =>
  formats
    .find(({ name }) => name === format)!
    .limits(board, { magnitude: 'applied' })
    .join('\n');

const awkward = awkwardVector(10, 5);

describe('.svec', () => {
  const file = {
    model_type: 'llama',
    directions: { '10': [...awkward], '2': [0, 1] },
    explained_variances: { '10': 0.5, '2': 0.25 },
  };
  it('is read by its layers, bit for bit', () => {
    const [{ layers, model, hook }] = read(file).directions as readonly [ForeignDirection];
    expect(layers.map(({ layer }) => layer)).toEqual([2, 10]);
    // JSON has no −0 but "-0", which JSON.stringify does not write.
    expect(bitsOf(layers[1]!.vector).slice(1)).toEqual(bitsOf(awkward).slice(1));
    expect([model, hook]).toEqual(['llama', 'resid_post']);
  });

  it('is written as IBM’s library reads it', () => {
    const json = written('svec', boardOf(), { magnitude: 'natural' });
    expect(Object.keys(json)).toEqual(['model_type', 'directions', 'explained_variances']);
    expect(Object.keys(json.directions)).toEqual(['0', '1', '2', '3']);
    const { vector, scale } = boardOf().directions[0]!.direction.layers[3]!;
    expect(bitsOf(Float32Array.from(json.directions['3']))).toEqual(bitsOf(vector.map((value) => value * scale)));
  });

  it.each<[string, object, RegExp]>([
    ['no layer', { ...file, directions: {} }, /directions .*no layer/],
    ['a layer that is no number', { ...file, directions: { last: [1] } }, /directions/],
    ['text in a vector', { ...file, directions: { '1': ['a'] } }, /directions\.1\[0\] is wrong: expected number/],
    ['beyond float32', { ...file, directions: { '1': [1e39] } }, /directions\.1\[0\]/],
    ['an empty vector', { ...file, directions: { '1': [] } }, /directions\.1/],
  ])('with %s is refused', (_, value, says) => {
    expect(failure(() => read(value)).message).toMatch(says);
  });
});

describe('Neuronpedia', () => {
  const body = {
    modelId: 'gpt2-small',
    layerNumber: 3,
    hookType: 'hook_resid_pre',
    vector: [...awkward],
    vectorDefaultSteerStrength: 12.5,
    vectorLabel: 'happy',
  };
  const reply = {
    message: 'ok',
    url: 'https://…',
    vector: {
      modelId: 'gpt2-small',
      source: '3-neuronpedia',
      index: '7',
      label: 'happy',
      createdAt: 'now',
      defaultSteerStrength: 12.5,
      hookName: 'blocks.3.hook_resid_pre',
      values: [...awkward],
    },
  };
  it.each([
    ['the body of a request', body],
    ['a reply', reply],
    ['the vector of a reply', reply.vector],
  ])('is read from %s', (_, value) => {
    const [direction] = read(value).directions as readonly [ForeignDirection];
    expect(direction).toMatchObject({ name: 'happy', hook: 'resid_pre', coefficient: 12.5, model: 'gpt2-small' });
    expect(direction.layers.map(({ layer }) => layer)).toEqual([3]);
    expect(bitsOf(direction.layers[0]!.vector).slice(1)).toEqual(bitsOf(awkward).slice(1));
  });

  it('takes a list of layers as one direction, and other labels apart', () => {
    const { directions } = read([body, { ...body, layerNumber: 2 }, { ...body, vectorLabel: 'calm' }]);
    expect(directions.map(({ name, layers }) => [name, layers.map(({ layer }) => layer)])).toEqual([
      ['happy', [2, 3]],
      ['calm', [3]],
    ]);
  });

  it('is written with the raw coefficient as the default strength', () => {
    const board = boardOf({ strength: -0.5, layers: { from: 2, to: 2 } });
    const { vector, residualNorm } = board.directions[0]!.direction.layers[2]!;
    const json = written('neuronpedia', board);
    expect(json).toMatchObject({
      modelId: 'tales',
      layerNumber: 2,
      hookType: 'hook_resid_post',
      vectorDefaultSteerStrength: -0.5 * residualNorm,
      vectorLabel: 'happy',
    });
    expect(bitsOf(Float32Array.from(json.vector))).toEqual(bitsOf(vector));
    expect(written('neuronpedia', boardOf())).toHaveLength(2);
    expect(limits('neuronpedia', boardOf())).toContain('a body for each');
  });

  it('keeps the default strength within ±300, and the product what it is', () => {
    const board = boardOf({ strength: -500, layers: { from: 2, to: 2 } });
    const json = written('neuronpedia', board);
    expect(json.vectorDefaultSteerStrength).toBeCloseTo(-300, 9);
    const raw = -500 * board.directions[0]!.direction.layers[2]!.residualNorm;
    expect(-300 * norm(json.vector)).toBeCloseTo(raw, 2);
    expect(limits('neuronpedia', board)).toContain('±300');
  });

  it('has no mlp_out', () => {
    expect(failure(() => written('neuronpedia', boardOf({}, { hook: 'mlp_out' }))).message).toContain('mlp_out');
    expect(failure(() => read({ ...body, hookType: 'hook_mlp_out' })).message).toContain('"hook_mlp_out"');
    expect(failure(() => read({ ...reply, vector: { ...reply.vector, hookName: 'ln_final' } })).message).toContain(
      '"ln_final"',
    );
    expect(failure(() => read({ ...body, vector: [] })).message).toContain('vector');
  });
});

describe('EasySteer', () => {
  it('is a request with the vectors in files beside it', () => {
    const board = boardOf({
      scope: { prompt: true, generated: true, promptRange: { kind: 'last', count: 3 } },
    });
    const files = formats
      .find(({ name }) => name === 'easysteer')!
      .write(board, { magnitude: 'applied', specialTokens: [0, 1] });
    expect(files.map(({ fileName }) => fileName)).toEqual(['easysteer.json', 'happy.gguf']);
    expect(JSON.parse(files[0]!.content as string)).toEqual({
      vectors: [
        {
          source: 'happy.gguf',
          data: null,
          algorithm: 'direct',
          scale: 1,
          layers: [1, 2],
          normalize: false,
          apply: {
            prompt: null,
            generation: 'all',
            prompt_window: [-3, null],
            exclude_prompt_tokens: [0, 1],
            exclude_generation_tokens: [0, 1],
          },
          params: {},
          name: 'happy',
        },
      ],
      conflict: 'sequential',
    });
    expect(readFile(files[1]!.content as Uint8Array).kind).toBe('foreign');
  });

  it('erases what is ablated, and leaves out what is off', () => {
    expect(written('easysteer', boardOf({ operator: 'ablate' })).vectors[0].algorithm).toBe('erase');
    expect(written('easysteer', boardOf({ operator: 'add-keep-norm' })).vectors[0]).toMatchObject({
      algorithm: 'direct',
      normalize: true,
    });
    const [first] = boardOf().directions;
    const board = {
      ...boardOf({ enabled: false }, {}, 'off'),
      directions: [...boardOf({ enabled: false }).directions, first!],
    };
    expect(written('easysteer', board).vectors).toHaveLength(1);
  });

  it('says that it takes out all of a direction that is taken out in part', () => {
    const note = 'EasySteer takes all of it out';
    const all = { operator: 'ablate', layerFactors: [0.5, 1, 1, 0] } as const;
    expect(limits('easysteer', boardOf(all))).not.toContain(note);
    expect(limits('easysteer', boardOf({ ...all, layerFactors: [1, 0.5, 1, 1] }))).toContain(note);
    const scope = {
      prompt: true,
      generated: true,
      curve: [
        { at: 0, factor: 1 },
        { at: 9, factor: 0 },
      ],
    };
    expect(limits('easysteer', boardOf({ operator: 'ablate', scope }))).toContain(note);
    expect(limits('easysteer', boardOf({ layerFactors: [1, 0.5, 1, 1] }))).not.toContain(note);
  });

  it.each([
    ['by layer', { '1': [...awkward] }],
    ['in layers', { layers: { '1': [...awkward] } }],
    ['as tensors', { tensors: { 'direction.1': { shape: [10], data: encodeFloats(awkward) } } }],
  ])('is read with its data %s', (_, data) => {
    const { directions } = read({
      vectors: [
        { data, scale: -2, name: 'calm', apply: { prompt: null, generation: 'all', prompt_window: [-2, null] } },
        { source: 'other.gguf' },
      ],
    });
    expect(directions).toMatchObject([
      {
        name: 'calm',
        coefficient: -2,
        layers: [{ layer: 1 }],
        scope: { prompt: true, generated: true, promptRange: { kind: 'last', count: 2 } },
      },
    ]);
    expect(bitsOf(directions[0]!.layers[0]!.vector).slice(1)).toEqual(bitsOf(awkward).slice(1));
  });

  it('says which files to import when it holds no vectors', () => {
    const error = failure(() => read({ vectors: [{ source: 'happy.gguf', scale: 1 }] }));
    expect(error.message).toContain('“happy.gguf”');
  });
});

describe('numbers that no float holds, and ranges that no text has, are refused by the field', () => {
  const easysteer = (change: object) => ({ vectors: [{ data: { '1': [...awkward] }, ...change }] });
  it.each<[string, object]>([
    ['vectors[0].scale', easysteer({ scale: 1e308 })],
    ['vectors[0].scale', easysteer({ scale: -1e40 })],
    ['vectors[0].apply.prompt_window[1]', easysteer({ apply: { prompt_window: [0, 5_000_000] } })],
    ['vectors[0].apply.prompt_window[1]', easysteer({ apply: { prompt_window: [2, -1] } })],
    ['vectors[0].apply.prompt_window[0]', easysteer({ apply: { prompt_window: [-5_000_000, null] } })],
    [
      'vectorDefaultSteerStrength',
      { modelId: 'm', layerNumber: 1, hookType: 'hook_resid_pre', vector: [1], vectorDefaultSteerStrength: 1e308 },
    ],
    [
      'defaultSteerStrength',
      { modelId: 'm', hookName: 'blocks.1.hook_resid_pre', values: [1], defaultSteerStrength: -1e308 },
    ],
  ])('%s', (path, value) => {
    expect(failure(() => read(value))).toMatchObject({ code: 'document-invalid', fields: { path } });
  });
});

describe('a foreign direction in the loaded model', () => {
  const foreign = (change: Partial<ForeignDirection> = {}): ForeignDirection => ({
    name: null,
    hook: 'resid_post',
    coefficient: 2,
    model: null,
    layers: [1, 3].map((layer) => ({
      layer,
      vector: Float32Array.from({ length: 10 }, (_, at) => (at === layer ? layer : 0)),
    })),
    ...change,
  });
  const norms = [10, 20, 30, 40];

  it('adds what the file adds: coefficient × v at every layer', () => {
    const { direction, plan } = fitForeign(foreign(), stamp, norms);
    expect(plan).toMatchObject({ operator: 'add', layers: { from: 1, to: 3 } });
    for (const { layer, vector, scale, residualNorm } of direction.layers) {
      expect(norm(vector)).toBeCloseTo(1, 6);
      expect([scale, residualNorm]).toEqual([layer, norms[layer]]);
      const raw = plan.strength * residualNorm * plan.layerFactors![layer]!;
      expect(raw * vector[layer]!).toBeCloseTo(2 * layer, 6);
    }
  });

  it('is refused where the model has no residual to measure strength in', () => {
    for (const coefficient of [0, 1]) {
      const error = failure(() => fitForeign(foreign({ coefficient }), stamp, [0, 0, 0, 0]));
      expect(error.code).toBe('direction-degenerate');
    }
  });

  it('keeps unit vectors bit for bit', () => {
    const { vector } = boardOf().directions[0]!.direction.layers[1]!;
    const { direction } = fitForeign(foreign({ layers: [{ layer: 1, vector }] }), stamp, norms);
    expect(bitsOf(direction.layers[0]!.vector)).toEqual(bitsOf(vector));
  });

  it.each<[string, Partial<ForeignDirection>, string, RegExp]>([
    [
      'another width',
      { layers: [{ layer: 1, vector: new Float32Array(12).fill(1) }] },
      'document-other-model',
      /12 values; tales has width 10/,
    ],
    [
      'a layer too many',
      { layers: [{ layer: 4, vector: new Float32Array(10).fill(1) }] },
      'document-other-model',
      /layer 4; tales has layers 0 to 3/,
    ],
    ['zeros', { layers: [{ layer: 2, vector: new Float32Array(10) }] }, 'direction-degenerate', /layer 2 is all zeros/],
    [
      'NaN',
      { layers: [{ layer: 2, vector: new Float32Array(10).fill(NaN) }] },
      'direction-degenerate',
      /layer 2 has values/,
    ],
    ['what would be too strong', { coefficient: 1e8 }, 'direction-degenerate', /layer 1 it would add 5\.00e\+6 mean/],
    [
      'layers that differ too much',
      {
        layers: [1, 3].map((layer) => ({ layer, vector: new Float32Array(10).fill(layer === 1 ? 1 : 1e-9) })),
      },
      'direction-degenerate',
      /layer 1 it is 2\.00e\+9 times as strong as at its middle layer/,
    ],
  ])('refuses %s', (_, change, code, says) => {
    const error = failure(() => fitForeign(foreign(change), stamp, norms));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
  });
});
