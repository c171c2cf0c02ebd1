import { beforeEach, describe, expect, it } from 'vitest';
import { parseSnapshot, takeSnapshot, applySnapshot } from '../../../src/app/engine/snapshot.js';
import {
  changeDraft,
  emptyDraft,
  openEditor,
  replaceDraft,
  restoreDraft,
  showIncoming,
  useEditor,
} from '../../../src/app/stores/editor.js';

const draft = () => useEditor.getState().draft;

beforeEach(() => {
  useEditor.setState(useEditor.getInitialState());
  openEditor(emptyDraft);
});

describe('the editor', () => {
  it('keeps the draft that imported texts take the place of, and goes back and forth', () => {
    changeDraft({ name: 'mine', positive: 'typed', negative: 'by hand' });
    const typed = draft();
    replaceDraft({ positive: 'from a file', negative: 'too' }, 'A file.');
    const imported = draft();
    expect(imported).toMatchObject({ name: 'mine', positive: 'from a file' });
    restoreDraft();
    expect(draft()).toBe(typed);
    restoreDraft();
    expect(draft()).toBe(imported);
  });

  it('keeps what was typed and not fitted when another draft is opened', () => {
    const other = { ...emptyDraft, directionId: 'x', positive: 'x', negative: 'y' };
    changeDraft({ positive: 'typed' });
    openEditor(other);
    expect(useEditor.getState().before?.draft.positive).toBe('typed');
    restoreDraft();
    expect(draft().positive).toBe('typed');
  });

  it('does not offer what was only looked at', () => {
    openEditor({ ...emptyDraft, directionId: 'x', positive: 'x', negative: 'y' });
    openEditor({ ...emptyDraft, directionId: 'y', positive: 'u', negative: 'v' });
    expect(useEditor.getState().before).toBeNull();
  });

  it('shows what comes in without touching the draft', () => {
    changeDraft({ positive: 'typed' });
    const typed = draft();
    showIncoming({ name: 'a.csv', text: 'positive,negative' });
    expect(useEditor.getState()).toMatchObject({ open: true, filling: 'import', draft: typed });
    showIncoming(null, { code: 'document-invalid', message: 'Broken.', fields: {} });
    expect(useEditor.getState()).toMatchObject({ incoming: null, incomingError: { message: 'Broken.' }, draft: typed });
  });
});

describe('a snapshot of the editor', () => {
  it('holds the draft, its template and the draft of before', () => {
    changeDraft({ positive: 'typed', read: { kind: 'after', marker: 'was' }, methodOptions: { seed: 3 } });
    replaceDraft({ positive: 'a\nb', template: { ...emptyDraft.template, sentence: '{a|b}' } }, 'A template.');
    const before = useEditor.getState();
    const saved = parseSnapshot(structuredClone(takeSnapshot()));
    useEditor.setState(useEditor.getInitialState());
    if (saved) applySnapshot(saved);
    expect(draft()).toEqual(before.draft);
    expect(useEditor.getState().before).toEqual(before.before);
  });

  it('of before there were templates and methods with options is read', () => {
    changeDraft({ positive: 'typed' });
    const { read: _read, template: _template, methodOptions: _options, ...older } = takeSnapshot().editor.draft;
    const saved = parseSnapshot(structuredClone({ ...takeSnapshot(), editor: { open: true, draft: older } }));
    expect(saved?.editor).toEqual({ open: true, draft: { ...emptyDraft, positive: 'typed' }, before: null });
  });
});
