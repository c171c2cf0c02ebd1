import { beforeEach, expect, it } from 'vitest';
import { openTextFile } from '../../../src/app/engine/incoming.js';
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
