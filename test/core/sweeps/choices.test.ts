import { describe, expect, it } from 'vitest';
import type { FittedDirection, LayerDirection } from '../../../src/core/directions/direction.js';
import type { HookName } from '../../../src/core/onnx/hooks.js';
import { sidesRead } from '../../../src/core/directions/sides-read.js';
import {
  asExamples,
  asInstruction,
  examplesOf,
  instructionFor,
  randomLike,
  usualChoice,
} from '../../../src/core/sweeps/index.js';
import { cosine, norm } from '../../../src/core/tensors/vector.js';

const width = 256;
/** One layer an AUC; null: it has no sides. */
function fitted(aucs: readonly (number | null)[], hook: HookName = 'resid_post'): FittedDirection {
  const model = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers: aucs.length, width };
  const layers = aucs.map((auc, layer): LayerDirection => ({
    layer,
    vector: Float32Array.from({ length: width }, (_, at) => (at === layer ? 1 : 0)),
    scale: 2,
    residualNorm: 3 + layer,
    separation: auc === null ? null : { auc, accuracy: auc, effectSize: 1 },
    ...(auc !== null && { means: { positive: 1, negative: -1 } }),
  }));
  return { model, hook, source: { method: 'mean-difference', options: {}, texts: null }, layers };
}
const names = { name: 'happy', opposite: 'sad' };

describe('the usual effect', () => {
  const direction = fitted([1, 1, 0.9, 0.8, 0.7, 0.95, 0.9, 0.6]);

  it('is the score at the best layer of the later half', () => {
    expect(usualChoice(direction, null, names)).toMatchObject({ effect: 'score', layer: 5 });
  });

  it('is read behind the steered layers, as far as there are any', () => {
    expect(usualChoice(direction, 5, names).layer).toBe(6);
    expect(usualChoice(direction, 6, names).layer).toBe(7);
    expect(usualChoice(direction, 7, names).layer).toBe(5);
  });

  it('is the log-odds of its name where it has no sides', () => {
    const plain = usualChoice(fitted([null, null]), null, names);
    expect(plain).toMatchObject({ effect: 'log-odds', words: ['happy'], away: ['sad'] });
    expect(usualChoice(fitted([null]), null, { name: 'x', opposite: '' }).away).toEqual([]);
  });

  it('is the alignment, read at the same layer, where its sides are of another hook than texts are read at', () => {
    const elsewhere = fitted([1, 1, 0.9, 0.8, 0.7, 0.95, 0.9, 0.6], 'attn_out');
    expect(usualChoice(elsewhere, null, names)).toMatchObject({ effect: 'alignment', layer: 5 });
    expect(sidesRead(elsewhere, elsewhere.layers[5])).toBeNull();
    expect(sidesRead(direction, direction.layers[5])).toEqual({ positive: 1, negative: -1 });
  });
});

describe('a random control', () => {
  const direction = fitted([1, 0.5], 'resid_mid');
  const control = randomLike(direction, 3);

  it('moves residuals as far at the same places', () => {
    expect(control.hook).toBe('resid_mid');
    expect(control.layers.map(({ layer, residualNorm }) => [layer, residualNorm])).toEqual([
      [0, 3],
      [1, 4],
    ]);
    for (const { vector } of control.layers) expect(norm(vector)).toBeCloseTo(1, 6);
  });

  it('is seeded, and knows nothing of the direction', () => {
    expect(randomLike(direction, 3)).toEqual(control);
    const other = randomLike(direction, 4).layers[0]!.vector;
    // Cosines of random directions spread by 1/√256.
    expect(Math.abs(cosine(other, control.layers[0]!.vector))).toBeLessThan(5 / 16);
    expect(Math.abs(cosine(direction.layers[0]!.vector, control.layers[0]!.vector))).toBeLessThan(5 / 16);
    expect(control.layers.every(({ means }) => means === undefined)).toBe(true);
  });
});

describe('a wish in words', () => {
  const asked = { messages: [{ role: 'user', content: 'Hello' }] } as const;

  it('is named after the direction', () => {
    const named = (name: string, opposite: string) => ({ name, opposite, texts: null });
    expect(instructionFor(named('happy', 'sad'), false)).toBe('Write a text that is very happy and not sad.');
    expect(instructionFor(named(' formal ', ''), false)).toBe('Write a text that is very formal.');
    expect(instructionFor(named('formal', 'casual'), true)).toBe('Give answers that are very formal and not casual.');
  });

  it('is what the direction tells an assistant already, where it is made of system prompts or personas', () => {
    const wished = (kind: 'systems' | 'personas' | 'pairs', positive: string) => ({
      name: 'formal',
      opposite: '',
      texts: { kind, positive: [positive, 'another'], negative: ['a', 'b'] },
    });
    expect(instructionFor(wished('systems', 'Answer formally.'), true)).toBe('Answer formally.');
    expect(instructionFor(wished('personas', 'a very formal clerk'), true)).toBe('You are a very formal clerk.');
    // A plain text has nobody to be told, and pairs are texts, no wishes.
    expect(instructionFor(wished('systems', 'Answer formally.'), false)).toBe('Write a text that is very formal.');
    expect(instructionFor(wished('pairs', 'Dear Sir'), true)).toBe('Give answers that are very formal.');
  });

  it('stands in front of a plain text', () => {
    expect(asInstruction('Once', 'Be happy.')).toBe('Be happy.\n\nOnce');
    expect(asExamples('Once', ['She smiled.', ' ', 'He laughed. '])).toBe('She smiled.\nHe laughed.\nOnce');
  });

  it('is the system’s in a conversation, behind what is there', () => {
    expect(asInstruction(asked, 'Be happy.')).toEqual({
      messages: [{ role: 'system', content: 'Be happy.' }, ...asked.messages],
    });
    const system = { messages: [{ role: 'system', content: 'Be brief.' } as const, ...asked.messages] };
    expect(asInstruction(system, 'Be happy.')).toEqual({
      messages: [{ role: 'system', content: 'Be brief.\n\nBe happy.' }, ...asked.messages],
    });
    expect(asExamples(asked, ['Yes!', 'Sure!'])).toMatchObject({
      messages: [
        { role: 'system', content: 'Answer in the manner of these examples:\n- Yes!\n- Sure!' },
        { role: 'user' },
      ],
    });
  });

  it('that says nothing changes nothing', () => {
    expect(asInstruction(asked, ' ')).toBe(asked);
    expect(asExamples('Once', [''])).toBe('Once');
  });

  it('takes a few positive texts as examples, and no personas', () => {
    const positive = Array.from({ length: 9 }, (_, at) => `text ${at}`);
    expect(examplesOf({ kind: 'pairs', positive, negative: positive })).toEqual(positive.slice(0, 6));
    expect(examplesOf({ kind: 'personas', positive, negative: positive })).toEqual([]);
    expect(examplesOf(null)).toEqual([]);
  });
});
