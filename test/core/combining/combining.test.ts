import { describe, expect, it } from 'vitest';
import { combineDirections } from '../../../src/core/combining/combine.js';
import { parseExpression, renamed } from '../../../src/core/combining/expression.js';
import { asName } from '../../../src/core/combining/names.js';
import type { FittedDirection } from '../../../src/core/directions/direction.js';
import { cosine, norm } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

const golden = readGolden<{
  parts: Record<string, { vector: number[]; scale: number }>;
  results: { expression: string; vector: number[] }[];
}>('combining');

function fitted(
  layers: readonly { readonly layer: number; readonly vector: readonly number[]; readonly scale: number }[],
  hook: FittedDirection['hook'] = 'resid_post',
): FittedDirection {
  return {
    model: { id: 'm', revision: null, dtype: 'fp32', family: 'llama', layers: 4, width: layers[0]!.vector.length },
    hook,
    source: { method: 'mean-difference', options: {}, texts: null },
    layers: layers.map(({ layer, vector, scale }) => ({
      layer,
      vector: Float32Array.from(vector),
      scale,
      residualNorm: 5 + layer,
      separation: null,
    })),
  };
}

const board: Record<string, FittedDirection> = Object.fromEntries(
  Object.entries(golden.parts).map(([name, part]) => [name, fitted([{ layer: 2, ...part }])]),
);
const combine = (expression: string, directions = board) =>
  combineDirections(expression, (name) => directions[name] ?? null);

describe('a formula of directions', () => {
  it.each(golden.results)('$expression is what NumPy makes of it', ({ expression, vector }) => {
    const made = combine(expression).layers[0]!;
    expect(made.layer).toBe(2);
    expect(made.residualNorm).toBe(7);
    expect(made.scale / norm(vector)).toBeCloseTo(1, 6);
    expect(norm(made.vector)).toBeCloseTo(1, 6);
    expect(cosine(made.vector, vector)).toBeCloseTo(1, 6);
  });

  it('remembers how it was made', () => {
    expect(combine('happy - sad').source).toEqual({
      method: 'expression',
      options: { expression: 'happy - sad' },
      texts: null,
    });
  });

  it('lives at the layers that all parts have, and where they do not cancel', () => {
    const [x, y] = [
      [1, 0],
      [0, 1],
    ];
    const a = fitted([0, 1, 2].map((layer) => ({ layer, vector: x!, scale: 1 })));
    const b = fitted([1, 2, 3].map((layer) => ({ layer, vector: layer === 2 ? x! : y!, scale: 1 })));
    expect(combine('a - b', { a, b }).layers.map(({ layer }) => layer)).toEqual([1]);
    expect(() => combine('a - a', { a })).toThrow(/cancel/);
    const c = fitted([{ layer: 0, vector: y!, scale: 1 }]);
    expect(() => combine('b + c', { b, c })).toThrow(/no layer in common/);
  });

  it.each([
    ['', /Write a formula/],
    ['happy +', /character 8/],
    ['happy & sad', /not understood/],
    ['happy * sad', /cannot be multiplied/],
    ['1 / happy', /cannot be multiplied/],
    ['happy + 1', /number cannot be added/],
    ['2 + 3', /Name at least one/],
    ['happy.scale', /Only names/],
    ['happy sad', /Only names|character/],
    ['evil(happy)', /There are these functions/],
    ['orth(happy)', /Write orth\(a, b\)/],
    ['rotate(happy, sad, sad)', /degrees/],
    ['rotate(happy, -2 * happy, 30)', /on one line/],
    ['happy + unit(3)', /takes directions/],
    ['unit(3)', /Name at least one/],
    ['grumpy', /no direction called “grumpy”/],
    ['(()', /cannot be read/],
  ])('refuses %j with what is wrong', (expression, message) => {
    expect(() => combine(expression)).toThrow(message);
    expect(() => combine(expression)).toThrow(expect.objectContaining({ code: 'expression-invalid' }) as Error);
  });

  it('refuses a formula that goes on and on', () => {
    expect(() => combine(`happy${' + happy'.repeat(400)}`)).toThrow(/longer than/);
  });

  it('refuses parts of different points of the block', () => {
    const a = fitted([{ layer: 0, vector: [1, 0], scale: 1 }]);
    const b = fitted([{ layer: 0, vector: [0, 1], scale: 1 }], 'mlp_out');
    expect(() => combine('a + b', { a, b })).toThrow(/mlp_out/);
  });
});

describe('names in a formula', () => {
  it('are quoted where they must be, and read back', () => {
    for (const name of ['happy', 'glück', '幸せ', 'formal voice', 'a-b', 'say "hi"', 'unit', '3rd', 'true', "it's"]) {
      expect(parseExpression(`2 * ${asName(name)}`).names).toEqual([name]);
    }
    const odd = [
      'calm – angry',
      'a × b',
      'a · b',
      'a − b',
      'say “yes”',
      '„ja“',
      'back\\slash',
      '\\n',
      'two\nlines',
      'bell\u0007',
      '\v\b',
    ];
    for (const name of odd) expect(parseExpression(`${asName(name)} − 1 × b`).names).toEqual([name, 'b']);
    expect(asName('happy')).toBe('happy');
    expect(asName('formal voice')).toBe('"formal voice"');
  });

  it('may stand in typographic quotes, between typographic signs', () => {
    expect(parseExpression('2 · “formal – very” − „a "b"” × 3 – c').names).toEqual(['formal – very', 'a "b"', 'c']);
    expect(() => parseExpression('2 * “formal')).toThrow(/Unclosed quote/);
  });

  it('change in quotes of any kind, and functions and numbers stay', () => {
    expect(renamed('average("average", sad) + orth ("orth", sad)', 'average', 'mean')).toBe(
      'average(mean, sad) + orth ("orth", sad)',
    );
    expect(renamed('unit(“unit”) + 1e3 * e3', 'e3', 'x')).toBe('unit(“unit”) + 1e3 * x');
    expect(renamed('“a – b” − a – b', 'a', 'c')).toBe('“a – b” − c – b');
    expect(renamed('“a – b” − a', 'a – b', 'c')).toBe('c − a');
    const odd = 'say "hi" \\ bye';
    expect(renamed(`2 * ${asName(odd)}`, odd, 'hi')).toBe('2 * hi');
  });

  it('change where a direction is renamed, and nowhere else', () => {
    expect(renamed('happy - unhappy + happy2 + "happy days"', 'happy', 'glad')).toBe(
      'glad - unhappy + happy2 + "happy days"',
    );
    expect(renamed('2 * happy - "formal voice"', 'formal voice', 'formal')).toBe('2 * happy - formal');
    expect(renamed("orth(happy, 'sad')", 'sad', 'very sad')).toBe('orth(happy, "very sad")');
    expect(renamed('happy + sad', 'grumpy', 'glad')).toBe('happy + sad');
    expect(renamed('happy +', 'happy', 'glad')).toBeNull();
  });
});
