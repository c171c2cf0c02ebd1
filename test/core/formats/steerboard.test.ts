import { afterEach, describe, expect, it, vi } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import { decodeFloats, encodeFloats } from '../../../src/core/formats/base64.js';
import {
  applicationOf,
  checkFits,
  createDocument,
  directionOf,
  largestDocument,
  readDocument,
  writeDocument,
} from '../../../src/core/formats/index.js';
import type { HookName } from '../../../src/core/onnx/hooks.js';
import { uniformSource } from '../../../src/core/tensors/random.js';
import { norm } from '../../../src/core/tensors/vector.js';
import { fitted, stamp, validDocument } from './valid-document.js';

// A document as loosely typed JSON, to be spoiled.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;
const validJson = (): Json => JSON.parse(writeDocument(validDocument()));

function failure(text: string): SteerboardError {
  try {
    readDocument(text);
  } catch (error) {
    if (error instanceof SteerboardError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('base64 of floats', () => {
  it('agrees with Node for every length, bit for bit', () => {
    const uniform = uniformSource(9);
    for (let length = 0; length < 9; length++) {
      const bits = Uint32Array.from({ length }, () => Math.floor(uniform() * 2 ** 32));
      const values = new Float32Array(bits.buffer);
      const text = encodeFloats(values);
      expect(text).toBe(Buffer.from(bits.buffer).toString('base64'));
      expect(encodeFloats(decodeFloats(text)!)).toBe(text);
    }
  });

  it.each(['AAAA', 'AAAAA===', 'AAAAAA=', 'AAAAA*==', 'AAAAAA=A', '====', 'AAAAAB==', 'ééééé==='])(
    'refuses %s',
    (text) => {
      expect(decodeFloats(text)).toBeNull();
    },
  );
});

describe('a round trip', () => {
  it('keeps everything, vectors bit for bit, undefined statistics as NaN', () => {
    const document = validDocument();
    const read = readDocument(writeDocument(document));
    expect(read).toEqual(document);
    expect(read.directions[0]!.layers[1]!.separation!.effectSize).toBeNaN();
    expect(directionOf(read, 0)).toEqual(fitted(1));
    expect(writeDocument(read)).toBe(writeDocument(document));
  });

  it('keeps a conversation as the prompt, and the questions of personas', () => {
    const json = validJson();
    json.prompt = {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi 😀' },
      ],
    };
    json.directions[0].source.texts = {
      kind: 'personas',
      positive: ['a happy person'],
      negative: ['a sad person'],
      questions: ['How are you?', 'What now?'],
    };
    const read = readDocument(JSON.stringify(json));
    expect(read.prompt).toEqual(json.prompt);
    expect(JSON.parse(writeDocument(read))).toEqual(json);
  });

  it.each<[string, (json: Json) => void, RegExp]>([
    [
      'a role that no template knows',
      (json) => (json.prompt = { messages: [{ role: 'tool', content: '' }] }),
      /prompt/,
    ],
    ['a conversation without turns', (json) => (json.prompt = { messages: [] }), /prompt/],
    [
      'personas without questions',
      (json) => (json.directions[0].source.texts = { kind: 'personas', positive: ['a'], negative: ['b'] }),
      /questions/,
    ],
    [
      'system prompts that have no counterpart',
      (json) =>
        (json.directions[0].source.texts = {
          kind: 'systems',
          positive: ['a', 'b'],
          negative: ['c'],
          questions: ['d'],
        }),
      /pairs with a side missing/,
    ],
  ])('does not take %s', (_, spoil, says) => {
    const json = validJson();
    spoil(json);
    expect(failure(JSON.stringify(json))).toMatchObject({
      code: 'document-invalid',
      message: expect.stringMatching(says),
    });
  });

  it('keeps unknown fields at every level', () => {
    const json = validJson();
    json.note = { by: ['someone', 1, null] };
    json.model.quantisation = 'none';
    json.hook.more = 1;
    json.directions[0].colour = '#abc';
    json.directions[0].source.texts.language = 'en';
    json.directions[0].layers[1].safeRange = [-2, 2];
    json.directions[0].layers[1].separation.folds = 8;
    json.directions[0].plan.scope.window = [0, 4];
    json.sampling.minP = 0.1;
    json.version = '1.7';
    expect(JSON.parse(writeDocument(readDocument(JSON.stringify(json))))).toEqual(json);
  });

  it('takes vectors as plain numbers, and a byte order mark', () => {
    const json = validJson();
    const vector = [...validDocument().directions[0]!.layers[0]!.vector];
    json.directions[0].layers[0].vector = vector;
    const read = readDocument('\ufeff' + JSON.stringify(json));
    expect([...read.directions[0]!.layers[0]!.vector]).toEqual(vector);
  });

  it('makes a vector unit that drifted a little, and orders layers', () => {
    const json = validJson();
    json.directions[0].layers.reverse();
    json.directions[0].layers[0].vector = [1.003, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const { layers } = readDocument(JSON.stringify(json)).directions[0]!;
    expect(layers.map((layer) => layer.layer)).toEqual([0, 1, 2, 3]);
    expect(norm(layers[3]!.vector)).toBe(1);
  });

  it('keeps text as text', () => {
    const json = validJson();
    json.directions[0].name = '<img src=x onerror=alert(1)>';
    expect(readDocument(JSON.stringify(json)).directions[0]!.name).toBe('<img src=x onerror=alert(1)>');
  });
});

describe('a broken document is refused, naming the field', () => {
  const at = 'directions[0].layers[2]';
  const zeros = new Array<number>(10).fill(0);
  it.each<[string, (json: Json) => void]>([
    ['format', (json) => (json.format = 'other')],
    ['version', (json) => (json.version = 1)],
    ['model.width', (json) => (json.model.width = 10.5)],
    ['model.layers', (json) => delete json.model.layers],
    ['hook.name', (json) => (json.hook.name = 'mlp_hidden')],
    ['directions', (json) => (json.directions = [])],
    ['directions[1].name', (json) => (json.directions[1].name = '')],
    ['directions[1].name', (json) => (json.directions[1].name = 'x'.repeat(300))],
    [`${at}.vector`, (json) => (json.directions[0].layers[2].vector = zeros)],
    [`${at}.vector`, (json) => (json.directions[0].layers[2].vector = [2, ...zeros.slice(1)])],
    [`${at}.vector`, (json) => (json.directions[0].layers[2].vector = [1, 0])],
    [`${at}.vector`, (json) => (json.directions[0].layers[2].vector = [1e300, ...zeros.slice(1)])],
    [`${at}.vector[0]`, (json) => (json.directions[0].layers[2].vector = ['1', ...zeros.slice(1)])],
    [`${at}.vector`, (json) => (json.directions[0].layers[2].vector = encodeFloats(Float32Array.of(1, NaN)))],
    [`${at}.vector`, (json) => (json.directions[0].layers[2].vector = 'not base64')],
    [`${at}.layer`, (json) => (json.directions[0].layers[2].layer = 4)],
    [`${at}.layer`, (json) => (json.directions[0].layers[2].layer = 1)],
    [`${at}.residualNorm`, (json) => (json.directions[0].layers[2].residualNorm = 0)],
    [`${at}.scale`, (json) => (json.directions[0].layers[2].scale = null)],
    [`${at}.separation.auc`, (json) => (json.directions[0].layers[2].separation.auc = 'high')],
    ['directions[0].plan.operator', (json) => (json.directions[0].plan.operator = 'rotate')],
    ['directions[0].plan.strengthUnit', (json) => (json.directions[0].plan.strengthUnit = 'raw')],
    ['directions[0].plan.strength', (json) => (json.directions[0].plan.strength = 1e6)],
    ['directions[0].plan.strength', (json) => (json.directions[0].plan.strength = -1e308)],
    ['directions[0].plan.layerFactors[1]', (json) => (json.directions[0].plan.layerFactors = [1, 1e6, 1, 1])],
    [
      'directions[0].plan.scope.curve[0].factor',
      (json) => (json.directions[0].plan.scope.curve = [{ at: 0, factor: -1e6 }]),
    ],
    [
      'directions[0].plan.condition.threshold',
      (json) =>
        (json.directions[0].plan.condition = {
          direction: 1,
          layer: 1,
          figure: 'projection',
          side: 'above',
          threshold: 1e300,
        }),
    ],
    [`${at}.residualNorm`, (json) => (json.directions[0].layers[2].residualNorm = 1e300)],
    [`${at}.means.negative`, (json) => (json.directions[0].layers[2].means = { positive: 0, negative: -1e300 })],
    ['directions[0].plan.layers', (json) => (json.directions[0].plan.layers = { from: 3, to: 1 })],
    ['directions[0].plan.layers', (json) => (json.directions[0].plan.layers = { from: 0, to: 4 })],
    ['directions[0].source.texts', (json) => json.directions[0].source.texts.positive.pop()],
    ['sampling.topP', (json) => (json.sampling.topP = 2)],
    ['sampling.seed', (json) => (json.sampling.seed = 1.5)],
    ['prompt', (json) => (json.prompt = 5)],
    ['steerSpecialTokens', (json) => delete json.steerSpecialTokens],
  ])('%s', (path, spoil) => {
    const json = validJson();
    spoil(json);
    const error = failure(JSON.stringify(json));
    expect(error.code).toBe('document-invalid');
    expect(error.fields['path']).toBe(path);
    expect(error.message).toContain(path);
  });

  it('says what is wrong in words', () => {
    const spoiled = (spoil: (json: Json) => void): string => {
      const json = validJson();
      spoil(json);
      return failure(JSON.stringify(json)).message;
    };
    expect(spoiled((json) => delete json.model)).toContain('model is missing');
    expect(spoiled((json) => (json.directions[0].layers[0].vector = 5))).toContain('base64');
    expect(spoiled((json) => (json.directions[0].layers[0].vector = ['1']))).toContain(
      'expected number, received string',
    );
  });

  it.each(['', '{', 'null', '[]', '"steerboard"', '12', '{"format":"steerboard"'])('not a document: %s', (text) => {
    expect(failure(text).code).toBe('document-invalid');
  });

  it.each(['__proto__', 'constructor', 'prototype'])('a key %s, anywhere', (key) => {
    const text = writeDocument(validDocument());
    for (const place of ['"model": {', '"options": {', '"scope": {']) {
      expect(text).toContain(place.replace('{', ''));
      const spoiled = text.replace(place, `${place}"${key}": {"polluted": 1},`).replace(',}', '}');
      const error = failure(spoiled);
      expect(error.code).toBe('document-invalid');
      expect(error.message).toContain(key);
    }
    expect(({} as Json).polluted).toBeUndefined();
  });

  it('numbers beyond double, also in fields it does not know', () => {
    const text = writeDocument(validDocument()).replace('{', '{"more": [0, {"deep": 1e999}],');
    expect(failure(text).fields['path']).toBe('more[1].deep');
    expect(failure(writeDocument(validDocument()).replace('-1.25', 'NaN')).code).toBe('document-invalid');
    expect(failure(writeDocument(validDocument()).replace('-1.25', '1e999')).fields['path']).toContain('strength');
  });

  it('nesting without end', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const error = failure(writeDocument(validDocument()).replace('{', `{"more": ${deep},`));
    expect(error.message).toContain('nested');
  });

  it('millions of empty arrays, before parsing them', () => {
    const error = failure(`{"format": "steerboard", "more": [${'[],'.repeat(3_000_000)}0]}`);
    expect(error.message).toContain('too many');
  });

  it('more than 64 MB, before parsing it', () => {
    const error = failure(' '.repeat(largestDocument + 1));
    expect(error.code).toBe('document-invalid');
    expect(error.message).toContain('64 MB');
  });
});

describe('versions', () => {
  it('takes newer minor versions and refuses a newer major one by name', () => {
    const json = validJson();
    json.version = '1.42';
    expect(readDocument(JSON.stringify(json)).version).toBe('1.42');
    const error = failure('{"format": "steerboard", "version": "2.1", "everything": "different"}');
    expect(error.code).toBe('document-newer');
    expect(error.message).toContain('2.1');
  });
});

describe('checkFits', () => {
  const document = validDocument();

  it('is content with the same model, also in another dtype', () => {
    expect(checkFits(document, stamp)).toBeNull();
    expect(checkFits(document, { ...stamp, dtype: 'q8' })).toBeNull();
  });

  it('warns of another model of the same shape, and refuses another shape', () => {
    expect(checkFits(document, { ...stamp, id: 'other' })).toContain('other');
    for (const other of [
      { ...stamp, width: 12 },
      { ...stamp, layers: 5 },
    ]) {
      expect(() => checkFits(document, other)).toThrow(
        expect.objectContaining({ code: 'document-other-model' }) as Error,
      );
    }
  });
});

describe('hooks', () => {
  const at = (hook: HookName) => ({ ...fitted(1), hook });
  const plan = applicationOf(validDocument().directions[0]!.plan);
  const documentAt = (...hooks: HookName[]) =>
    createDocument({
      directions: hooks.map((hook) => ({ name: hook, direction: at(hook), plan })),
      steerSpecialTokens: false,
    });

  it.each([
    [['resid_post'], 'resid_post'],
    [['attn_out', 'attn_out'], 'attn_out'],
    [['resid_post', 'mlp_out', 'resid_pre'], 'mlp_out'],
  ] as const)('of %j come back, under a document that older readers refuse where they must', (hooks, name) => {
    const read = readDocument(writeDocument(documentAt(...hooks)));
    expect(read.hook.name).toBe(name);
    expect(hooks.map((_, index) => directionOf(read, index).hook)).toEqual(hooks);
  });
});

describe('createDocument', () => {
  it('refuses nothing, and directions of different models', () => {
    expect(() => createDocument({ directions: [], steerSpecialTokens: false })).toThrow(SteerboardError);
    const plan = {
      enabled: true,
      operator: 'add',
      strength: 1,
      layers: { from: 0, to: 0 },
      scope: { prompt: true, generated: true },
    } as const;
    const other = { ...fitted(2), model: { ...stamp, width: 11 } };
    const directions = [
      { name: 'a', direction: fitted(1), plan },
      { name: 'b', direction: other, plan },
    ];
    expect(() => createDocument({ directions, steerSpecialTokens: false })).toThrow(
      expect.objectContaining({ code: 'document-other-model' }) as Error,
    );
  });

  it('is not written when it breaks its own rules', () => {
    const document = validDocument();
    document.directions[0]!.layers[0]!.residualNorm = NaN;
    expect(() => writeDocument(document)).toThrow(expect.objectContaining({ code: 'document-invalid' }) as Error);
  });
});

describe('a strict Content-Security-Policy', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('holds: nothing makes code from strings', async () => {
    const text = writeDocument(validDocument());
    const forbidden = vi.fn(() => {
      throw new EvalError('Refused to evaluate a string as JavaScript');
    });
    vi.resetModules();
    vi.stubGlobal('Function', forbidden);
    const fresh = await import('../../../src/core/formats/index.js');
    expect(fresh.writeDocument(fresh.readDocument(text))).toBe(text);
    expect(forbidden).not.toHaveBeenCalled();
  });
});

describe('random damage', () => {
  const text = writeDocument(validDocument());
  const scraps = [
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '-',
    '1e999',
    'null',
    'true',
    '0',
    '"__proto__":1,',
    '\\u0000',
    '😀',
    '9',
  ];

  /** Reads damaged text: either a document comes back that can be written and read again, or a SteerboardError is thrown. */
  function survives(damaged: string): boolean {
    try {
      const document = readDocument(damaged);
      expect(readDocument(writeDocument(document))).toEqual(document);
      return true;
    } catch (error) {
      if (!(error instanceof SteerboardError))
        throw new Error(`Not a SteerboardError for ${damaged}`, { cause: error });
      expect(error.code).toMatch(/^document-/);
      return false;
    }
  }

  it('of characters is read or refused, never anything else', () => {
    const uniform = uniformSource(31);
    const below = (limit: number): number => Math.floor(uniform() * limit);
    for (let round = 0; round < 1500; round++) {
      let damaged = text;
      for (let hits = 1 + below(3); hits > 0; hits--) {
        const start = below(damaged.length);
        damaged = damaged.slice(0, start) + scraps[below(scraps.length)]! + damaged.slice(start + below(12));
      }
      survives(damaged);
    }
  });

  it('of values is read or refused, never anything else', () => {
    const uniform = uniformSource(32);
    const below = (limit: number): number => Math.floor(uniform() * limit);
    const values = [null, true, -1, 0, 0.5, 1e308, '', 'x', 'AAAAAA==', [], {}, [1], { a: 1 }, [[]]];
    let read = 0;
    for (let round = 0; round < 1500; round++) {
      const json = validJson();
      let holder: Json = json;
      for (;;) {
        const keys = Object.keys(holder);
        const key = keys[below(keys.length)];
        if (key === undefined) break;
        const child = holder[key];
        if (typeof child === 'object' && child !== null && uniform() < 0.85) {
          holder = child;
          continue;
        }
        if (uniform() < 0.2) Reflect.deleteProperty(holder, key);
        else holder[key] = values[below(values.length)];
        break;
      }
      if (survives(JSON.stringify(json))) read++;
    }
    expect(read).toBeGreaterThan(50);
    expect(read).toBeLessThan(1450);
  });
});
