/** Which tokens are read and what is kept, on the toy model: at token t of a text it leaves [id of the token, t]. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContrastTexts, ReadToken } from '../../../src/core/directions/direction.js';
import { atOnce } from '../../../src/worker/capture/background.js';
import { createCaptureStore } from '../../../src/worker/capture/captured-text.js';
import { captureContrast } from '../../../src/worker/capture/contrast.js';
import { previewTexts } from '../../../src/worker/capture/encode.js';
import { captureEveryToken } from '../../../src/worker/capture/every-token.js';
import { fitRequested } from '../../../src/worker/capture/fit.js';
import { neutralNorms } from '../../../src/worker/capture/neutral.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from '../generation/toy-model.js';

let model: ToyModel;
let runs: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  model = toyModel({ endId: 'x'.charCodeAt(0) % 24 });
  runs = vi.spyOn(model.decoder, 'run');
});

const id = (letter: string): number => letter.charCodeAt(0) % 24;
const lists = (positive: readonly string[], negative: readonly string[], read?: ReadToken): ContrastTexts => ({
  kind: 'lists',
  positive,
  negative,
  ...(read && { read }),
});
const capture = (texts: ContrastTexts) =>
  captureContrast(model, texts, 'resid_post', new Task(), () => undefined, atOnce);
const residuals = async (texts: ContrastTexts) => (await capture(texts)).positive.map(({ residual }) => [...residual]);
const failing = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error,
  );

describe('captureContrast', () => {
  it('reads the last token of every text, whatever the others’ lengths', async () => {
    expect(await residuals(lists(['ab', 'abcd', 'c'], ['d']))).toEqual([
      [id('b'), 1],
      [id('d'), 3],
      [id('c'), 0],
    ]);
  });

  it.each<[ReadToken, number[]]>([
    [{ kind: 'token', index: 1 }, [id('b'), 1]],
    [{ kind: 'token', index: -3 }, [id('a'), 0]],
    [{ kind: 'mean' }, [(id('a') + id('b') + id('c')) / 3, 1]],
  ])('reads %j', async (read, expected) => {
    expect((await residuals(lists(['abc'], ['bcd'], read)))[0]).toEqual(expected);
  });

  it('leaves special tokens out of the mean, and out of the residual norms', async () => {
    expect(await residuals(lists(['axc'], ['a'], { kind: 'mean' }))).toEqual([[(id('a') + id('c')) / 2, 1]]);
    const { residualNorms } = await capture(lists(['axx'], ['ax']));
    expect(residualNorms[0]).toBeCloseTo(id('a'), 6);
  });

  it('reads another token, and texts on the other side, without a run', async () => {
    await capture(lists(['abc', 'bca'], ['cab']));
    runs.mockClear();
    expect(await residuals(lists(['cab'], ['abc', 'bca'], { kind: 'token', index: 0 }))).toEqual([[id('c'), 0]]);
    expect(runs).not.toHaveBeenCalled();
  });

  it('keeps what was read where every token would be too much, and reads anew what was not', async () => {
    // Room for two tokens, of which half may be taken by one request.
    const small = Object.assign(Object.create(model) as ToyModel, { captures: createCaptureStore(2 * 2 * 4) });
    const read = (index: number) => {
      const texts = lists(['abc'], ['bcd'], { kind: 'token', index });
      return captureContrast(small, texts, 'resid_post', new Task(), () => undefined, atOnce);
    };
    const letterAt = async (index: number) => (await read(index)).positive[0]!.residual[0];
    expect(await letterAt(0)).toBe(id('a'));
    runs.mockClear();
    expect(await letterAt(0)).toBe(id('a'));
    expect(runs).not.toHaveBeenCalled();
    expect(await letterAt(1)).toBe(id('b'));
    expect(runs).toHaveBeenCalled();
  });

  it('names the line that cannot be read', async () => {
    expect(await failing(capture(lists(['ab', ' '], ['c'])))).toMatchObject({
      code: 'input-empty',
      fields: { line: 2 },
    });
    expect(await failing(capture(lists(['ab'], [])))).toMatchObject({
      code: 'input-empty',
      fields: { side: 'negative' },
    });
    expect(await failing(capture(lists(['ab'], ['c'.repeat(201)])))).toMatchObject({
      code: 'input-too-long',
      fields: { side: 'negative', line: 1, tokens: 201, context: 200 },
    });
    const marked = lists(['ab: c', 'ab'], ['c'], { kind: 'after', marker: 'zz' });
    expect(await failing(capture(marked))).toMatchObject({
      code: 'input-empty',
      fields: { side: 'positive', line: 1 },
    });
  });
});

describe('captureEveryToken', () => {
  it('pads the shorter prompt with spaces on the right', async () => {
    const texts: ContrastTexts = { kind: 'prompts', positive: ['abcd'], negative: ['b'] };
    const every = await captureEveryToken(model, texts, 'resid_post', new Task(), () => undefined, atOnce);
    const values = (side: readonly { readonly residual: Float32Array }[]) => side.map(({ residual }) => [...residual]);
    expect(values(every.positive)).toEqual([...'abcd'].map((letter, at) => [id(letter), at]));
    expect(values(every.negative)).toEqual([...'b   '].map((letter, at) => [id(letter), at]));
  });
});

describe('previewTexts', () => {
  it('marks the tokens that are read, and says what is wrong with a text beside it', () => {
    const texts = lists(['abc', '', 'a'.repeat(201)], ['a'], { kind: 'token', index: 2 });
    const { positive, negative } = previewTexts(model, texts);
    expect(positive.map(({ read }) => read)).toEqual([[2], [], []]);
    expect(positive[0]!.problem).toBeNull();
    expect(positive[0]!.pieces).toHaveLength(3);
    expect(positive[1]!.problem).toContain('empty');
    expect(positive[2]!.problem).toContain('201 tokens');
    expect(negative[0]!.problem).toContain('has 1 tokens');
    expect(runs).not.toHaveBeenCalled();
  });

  it('shows a persona before each question', () => {
    const texts = {
      kind: 'personas',
      positive: ['a cat', 'a dog'],
      negative: ['a fly'],
      questions: ['Who?', 'Where?'],
    };
    const { positive, negative } = previewTexts(model, texts as ContrastTexts);
    expect([positive.length, negative.length]).toEqual([4, 2]);
    expect(positive[0]!.read).toEqual([positive[0]!.pieces.length - 1]);
  });
});

describe('fitRequested', () => {
  const fit = (method: string, texts: ContrastTexts | null, options = {}) =>
    fitRequested(model, { task: 'fit', texts, method, options }, new Task(), () => undefined, atOnce);

  it('finds what needs no texts at the size of residuals of neutral ones', async () => {
    const [layer] = (await fit('random', null, { seed: 2 })).layers;
    const norms = await neutralNorms(model, 'resid_post', new Task(), () => undefined, atOnce);
    expect(layer!.residualNorm).toBe(norms[0]);
    expect(layer!.scale).toBe(norms[0]);
  });

  it('hands on which token is read, and what there is to know of the texts', async () => {
    const read = { kind: 'token', index: 0 } as const;
    const fitted = await fit('mean-difference', lists(['ab', 'ab', 'cd'], ['bc', 'ca'], read));
    expect(fitted.source.texts!.read).toEqual(read);
    expect(fitted.notes).toEqual([expect.stringContaining('Line 2 of the positive texts')]);
  });

  it('fits a thousand texts', async () => {
    const side = (letters: string) => Array.from({ length: 500 }, (_, i) => `${letters}${i}${letters}`);
    const fitted = await fit('mean-difference', lists(side('aah'), side('bob')));
    expect(fitted.layers).toHaveLength(1);
    expect(fitted).not.toHaveProperty('notes');
  });

  it('refuses before any text is read', async () => {
    expect(await failing(fit('mean-difference', null))).toMatchObject({ code: 'input-empty' });
    expect(await failing(fit('pair-component', lists(['a'], ['b'])))).toMatchObject({ code: 'unexpected' });
    expect(await failing(fit('logistic-probe', lists(['a', 'b'], ['c', 'd']), { C: 0 }))).toMatchObject({
      code: 'unexpected',
      fields: { option: 'C' },
    });
    expect(runs).not.toHaveBeenCalled();
  });
});
