import { describe, expect, it } from 'vitest';
import { differencesOf, partingOf, type Circumstances, type KeptText } from '../../../src/core/experiments/index.js';

const text = (ids: readonly number[], promptLength = 2): KeptText => ({
  ids,
  pieces: ids.map((id) => ` ${id}`),
  promptLength,
  reason: 'length',
});

describe('two texts', () => {
  it('are the same token for token, or part at a generated token', () => {
    expect(partingOf(text([1, 2, 3, 4]), text([1, 2, 3, 4]))).toBeNull();
    expect(partingOf(text([1, 2, 3, 4]), text([1, 2, 3, 5]))).toEqual({ token: 1, kept: ' 4', here: ' 5' });
    expect(partingOf(text([1, 2, 3]), text([1, 2, 3, 5]))).toEqual({ token: 1, kept: null, here: ' 5' });
    expect(partingOf(text([1, 2, 3, 5]), text([1, 2, 3]))).toEqual({ token: 1, kept: ' 5', here: null });
  });

  it('with other prompts part before the first generated token', () => {
    expect(partingOf(text([1, 2, 3]), text([1, 7, 3]))?.token).toBe(-1);
    expect(partingOf(text([1, 2, 3]), text([1, 2, 3], 1))?.token).toBe(-1);
  });
});

describe('what differs here', () => {
  const made: Circumstances = {
    place: { kind: 'hub', id: 'org/one', revision: 'a'.repeat(40), host: 'https://huggingface.co' },
    model: { id: 'org/one', revision: 'a'.repeat(40), dtype: 'q4f16', family: 'llama', layers: 16, width: 64 },
    device: 'webgpu',
  };
  const here = (change: Partial<Circumstances['model']>, device: 'wasm' | 'webgpu' = 'webgpu'): Circumstances => ({
    ...made,
    model: { ...made.model, ...change },
    device,
  });

  it.each<[string, Circumstances, readonly string[]]>([
    ['nothing', here({}), []],
    ['the device', here({}, 'wasm'), ['it ran on WebGPU, here on WASM']],
    ['the weights', here({ dtype: 'fp16' }), ['its weights were q4f16, here fp16']],
    ['the revision', here({ revision: 'b'.repeat(40) }), ['the revision was aaaaaaa, here it is bbbbbbb']],
    ['the model', here({ id: 'tales', revision: null }), ['the model was org/one, here it is tales']],
    ['its shape', here({ layers: 8 }), ['it had 16 layers of width 64, here 8 of 64']],
  ])('names %s', (_, other, says) => {
    expect(differencesOf(made, other)).toEqual(says);
  });
});
