import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelTask } from '../../../src/app/engine/connection.js';
import { fitDraft } from '../../../src/app/panels/editor/fitDraft.js';
import { useDirections } from '../../../src/app/stores/directions.js';
import { changeDraft, emptyDraft, openEditor, restoreDraft, useEditor } from '../../../src/app/stores/editor.js';
import { useSession } from '../../../src/app/stores/session.js';
import { startTask, useStatus } from '../../../src/app/stores/status.js';
import { asked, fitNumber, loaded } from '../engine/fake-fits.js';

vi.mock('../../../src/app/engine/connection.js', async () => (await import('../engine/fake-fits.js')).fakeConnection);

const typed = { ...emptyDraft, name: 'happy', positive: 'glad', negative: 'sad' };
const editor = () => useEditor.getState();
const entries = () => useDirections.getState().entries;

beforeEach(() => {
  asked.length = 0;
  useDirections.setState({ entries: [], selectedId: null, steerSpecialTokens: false });
  useEditor.setState(useEditor.getInitialState());
  useSession.setState({ loaded, phase: 'ready' });
  useStatus.setState({ tasks: [], problems: [] });
  openEditor(typed);
});

describe('a draft that is fitted', () => {
  it('is done with when it is as it was', async () => {
    const fitting = fitDraft();
    (await fitNumber(1)).finish();
    await fitting;
    expect(entries()).toMatchObject([{ name: 'happy', texts: { positive: ['glad'] } }]);
    expect(editor()).toMatchObject({ open: false, draft: emptyDraft, fitting: null });
  });

  it('keeps what was typed meanwhile, as a draft of the same direction', async () => {
    const fitting = fitDraft();
    const fit = await fitNumber(1);
    changeDraft({ positive: 'glad of it' });
    fit.finish();
    await fitting;
    const { id, texts } = entries()[0]!;
    expect(texts?.positive).toEqual(['glad']);
    expect(editor()).toMatchObject({ open: true, draft: { ...typed, positive: 'glad of it', directionId: id } });
    // It counts as typed and not fitted.
    openEditor(emptyDraft);
    expect(editor().before?.draft.positive).toBe('glad of it');
    restoreDraft();
    const again = fitDraft();
    (await fitNumber(2)).finish();
    await again;
    expect(entries()).toMatchObject([{ id, texts: { positive: ['glad of it'] } }]);
  });

  it('leaves another draft that was opened meanwhile', async () => {
    const fitting = fitDraft();
    const fit = await fitNumber(1);
    const other = { ...emptyDraft, name: 'calm', positive: 'still' };
    openEditor(other);
    fit.finish();
    await fitting;
    expect(editor()).toMatchObject({ open: true, draft: other });
    expect(entries()).toHaveLength(1);
  });

  it('that fails says so in the editor, or outside of it when another draft is there', async () => {
    for (const opened of [false, true]) {
      const fitting = fitDraft();
      await vi.waitFor(() => expect(asked).toHaveLength(1));
      if (opened) openEditor({ ...emptyDraft, name: 'calm' });
      asked.pop()!.fail('Line 1 of the positive side is empty.');
      await fitting;
      expect(editor().error?.message ?? null).toBe(opened ? null : 'Line 1 of the positive side is empty.');
      expect(useStatus.getState().problems).toHaveLength(opened ? 1 : 0);
    }
    expect(entries()).toEqual([]);
  });

  it('is cancelled by its own task, whatever else runs', async () => {
    const fitting = fitDraft();
    await fitNumber(1);
    startTask({ id: 'other', label: 'Something else', progress: null, cancellable: true });
    expect(editor().fitting).toBe(asked[0]!.task);
    expect(useStatus.getState().tasks.map(({ id }) => id)).toEqual([editor().fitting, 'other']);
    cancelTask(editor().fitting!);
    await fitting;
    expect(editor()).toMatchObject({ open: true, draft: typed, fitting: null, error: null });
  });
});
