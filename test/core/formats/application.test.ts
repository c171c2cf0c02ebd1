import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import type { SteerboardError } from '../../../src/core/errors.js';
import {
  applicationOf,
  createDocument,
  directionOf,
  readDocument,
  writeDocument,
  type Application,
  type Board,
} from '../../../src/core/formats/index.js';
import { add, bitsOf, boardOf } from './boards.js';
import { fitted } from './valid-document.js';

/** What readers of format 1.0 checked a file by. */
const schema = readFileSync(new URL('../../fixtures/formats/steerboard-1.0.schema.json', import.meta.url), 'utf8');
const oldReader = new Ajv2020({ strict: false }).compile(JSON.parse(schema) as object);

function boardWith(plan: Partial<Application>, change: Partial<FittedDirection> = {}): Board {
  const first = boardOf(plan, change);
  return { ...first, directions: [...first.directions, { name: 'other', direction: fitted(2), plan: add }] };
}
const everywhere = { prompt: true, generated: true };
const positions = fitted(1).layers.map((layer) => ({
  ...layer,
  positions: [
    { vector: layer.vector, scale: 2 },
    { vector: new Float32Array(10), scale: 0 },
  ],
}));

const beyond: readonly (readonly [string, Board])[] = [
  ['a range of the prompt', boardWith({ scope: { ...everywhere, promptRange: { kind: 'last', count: 2 } } })],
  [
    'a window of the generated tokens',
    boardWith({ scope: { ...everywhere, generatedRange: { kind: 'window', from: 1, to: 9 } } }),
  ],
  [
    'a curve',
    boardWith({
      scope: {
        ...everywhere,
        curve: [
          { at: 0, factor: 0.5 },
          { at: 8, factor: 1 },
        ],
      },
    }),
  ],
  ['factors over layers', boardWith({ layerFactors: [1, 1, 0.25, 1] })],
  ['options', boardWith({ options: { angle: 30, keep: true } })],
  ['a second direction', boardWith({ second: 1 })],
  [
    'a condition',
    boardWith({ condition: { direction: 1, layer: 2, figure: 'projection', side: 'above', threshold: 0.04 } }),
  ],
  ['a vector for each position', boardWith({}, { layers: positions })],
];

describe('what format 1.1 says and 1.0 did not', () => {
  it.each(beyond)('%s: comes back, and a reader of 1.0 refuses the file', (_, board) => {
    const text = writeDocument(createDocument(board));
    const read = readDocument(text);
    const [{ plan, direction }] = board.directions as readonly [Board['directions'][number]];
    expect(applicationOf(read.directions[0]!.plan)).toEqual(plan);
    expect(directionOf(read, 0)).toEqual(direction);
    expect(oldReader(JSON.parse(text))).toBe(false);
    expect(oldReader.errors!.some(({ instancePath }) => instancePath === '/directions/0/plan/operator')).toBe(true);
  });

  it('what 1.0 could say, its readers still read', () => {
    const texts = { ...fitted(1).source.texts!, read: { kind: 'after', marker: '"' } as const };
    const board = boardWith({ layerFactors: [1, 1, 1, 1] }, { source: { ...fitted(1).source, texts } });
    const text = writeDocument(createDocument({ ...board, steerSpecialTokens: true }));
    expect(oldReader(JSON.parse(text)), JSON.stringify(oldReader.errors)).toBe(true);
    expect(directionOf(readDocument(text), 0).source.texts).toEqual(texts);
  });

  it.each([
    ['add', 'mean residual norm'],
    ['scale', 'factor'],
    ['angular', 'degrees'],
    ['transport', 'share'],
    ['ablate', 'mean residual norm'],
  ] as const)('the strength of %s is in its unit: %s', (operator, unit) => {
    const text = writeDocument(createDocument(boardWith({ operator })));
    expect(text).toContain(`"strengthUnit": "${unit}"`);
    expect(applicationOf(readDocument(text).directions[0]!.plan).operator).toBe(operator);
    const wrong = text.replace(
      `"strengthUnit": "${unit}"`,
      `"strengthUnit": "${unit === 'share' ? 'degrees' : 'share'}"`,
    );
    expect(() => readDocument(wrong)).toThrow(/strengthUnit is "(share|degrees)", but "\w+" counts in/);
  });

  it('means and transport come back bit for bit', () => {
    const transport = {
      scale: Float32Array.from({ length: 10 }, (_, at) => at - 4.1),
      shift: new Float32Array(10).fill(-0),
    };
    const layers = fitted(1).layers.map((layer) => ({
      ...layer,
      means: { positive: 1.5, negative: -0.25 },
      transport,
    }));
    const found = directionOf(readDocument(writeDocument(createDocument(boardWith({}, { layers })))), 0).layers[1]!;
    expect(found.means).toEqual({ positive: 1.5, negative: -0.25 });
    expect(bitsOf(found.transport!.scale)).toEqual(bitsOf(transport.scale));
    expect(bitsOf(found.transport!.shift)).toEqual(bitsOf(transport.shift));
  });
});

describe('refused, naming the field', () => {
  // A document as loosely typed JSON, to be spoiled.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  type Json = any;
  it.each<[string, string, (plan: Json, direction: Json) => void]>([
    ['document-newer', '', (plan) => (plan.operator = { name: 'add', needs: ['scope', 'gravity'] })],
    ['document-invalid', 'directions[0].plan.second', (plan) => (plan.second = 2)],
    ['document-invalid', 'directions[0].plan.condition', (plan) => (plan.condition.direction = 7)],
    ['document-invalid', 'directions[0].plan.condition.layer', (plan) => (plan.condition.layer = 4)],
    ['document-invalid', 'directions[0].plan.condition.side', (plan) => (plan.condition.side = 'beside')],
    ['document-invalid', 'directions[0].plan.layerFactors', (plan) => (plan.layerFactors = [1])],
    [
      'document-invalid',
      'directions[0].plan.scope.promptRange.kind',
      (plan) => (plan.scope.promptRange = { kind: 'odd' }),
    ],
    [
      'document-invalid',
      'directions[0].plan.scope.curve',
      (plan) =>
        (plan.scope.curve = [
          { at: 3, factor: 1 },
          { at: 1, factor: 1 },
        ]),
    ],
    [
      'document-invalid',
      'directions[0].layers[1].transport',
      (_, it) => (it.layers[1].transport = { scale: [1], shift: [1] }),
    ],
    [
      'document-invalid',
      'directions[0].layers[1].positions',
      (_, it) => (it.layers[1].positions = [{ vector: [1], scale: 1 }]),
    ],
  ])('%s %s', (code, path, spoil) => {
    const condition = { direction: 1, layer: 2, figure: 'projection', side: 'above', threshold: 0.04 } as const;
    const json: Json = JSON.parse(writeDocument(createDocument(boardWith({ condition }))));
    spoil(json.directions[0].plan, json.directions[0]);
    let error: SteerboardError | null = null;
    try {
      readDocument(JSON.stringify(json));
    } catch (caught) {
      error = caught as SteerboardError;
    }
    expect(error?.code).toBe(code);
    if (path) expect(error?.fields['path']).toBe(path);
    else expect(error?.message).toContain('"gravity"');
  });
});
