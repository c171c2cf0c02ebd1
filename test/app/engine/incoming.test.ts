import { beforeEach, describe, expect, it } from 'vitest';
import { holdsTexts, openTextFile } from '../../../src/app/engine/incoming.js';
import { changeDraft, useEditor } from '../../../src/app/stores/editor.js';

beforeEach(() => useEditor.setState(useEditor.getInitialState()));

it('a file is shown in the editor, with a method that reads texts, and the draft stays', async () => {
  changeDraft({ method: 'random', positive: 'typed' });
  await openTextFile(new File(['a\nb'], 'list.txt'));
  const { open, filling, incoming, draft } = useEditor.getState();
  expect({ open, filling, incoming }).toEqual({
    open: true,
    filling: 'import',
    incoming: { name: 'list.txt', text: 'a\nb' },
  });
  expect(draft).toMatchObject({ method: 'mean-difference', positive: 'typed' });
});

it('a file that is not text is refused in the editor, and the draft stays', async () => {
  changeDraft({ method: 'pair-component', positive: 'typed' });
  await openTextFile(new File([Uint8Array.of(0xff, 0x00, 0x80)], 'image.png'));
  const { incoming, incomingError, draft } = useEditor.getState();
  expect(incoming).toBeNull();
  expect(incomingError).toMatchObject({ code: 'document-invalid' });
  expect(draft).toMatchObject({ method: 'pair-component', positive: 'typed' });
});

describe('JSON that comes in while the editor is closed', () => {
  const holds = (value: unknown, name = 'file.json'): Promise<boolean> =>
    holdsTexts(new File([typeof value === 'string' ? value : JSON.stringify(value)], name));

  it.each([
    ['pairs', [['up', 'down'], ['left', 'right']]], // prettier-ignore
    ['objects', [{ positive: 'up', negative: 'down' }]],
    ['texts with labels', [{ text: 'up', label: 1 }, { text: 'down', label: 0 }]], // prettier-ignore
    ['lists', { positive: ['up'], negative: ['down'] }],
    ['texts', ['up', 'down']],
  ])('is shown in the editor when it holds %s', async (_, value) => {
    expect(await holds(value)).toBe(true);
  });

  it.each([
    ['a board, whatever is wrong with it', { format: 'steerboard', directions: ['up'] }],
    ['a request of EasySteer', { vectors: [{ source: 'up.gguf' }], conflict: 'sequential' }],
    ['vectors of svec', { model_type: 'llama', directions: { '1': [0, 1] }, names: ['up'] }],
    ['a vector', [0.5, -1e-3, 2]],
    ['vectors', [[0.5, 1], [2, -3]]], // prettier-ignore
    ['no lists', { name: 'up' }],
    ['broken JSON', '[["up", "down"'],
  ])('is left to the import of directions when it is %s', async (_, value) => {
    expect(await holds(value)).toBe(false);
  });

  it('is known by its name', async () => {
    expect(await holds(['up'], 'up.gguf')).toBe(false);
  });
});
