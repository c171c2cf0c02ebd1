import { create } from 'zustand';
import type { ContrastKind, ReadToken } from '../../core/directions/direction.js';
import type { FinderOptions } from '../../core/directions/finder.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { ErrorData } from '../../core/errors.js';

/** What is being written in the direction editor. Kept while it is closed and over a reload: texts are work. */
export interface Draft {
  /** The direction that is edited, or null for a new one. */
  readonly directionId: string | null;
  readonly name: string;
  readonly opposite: string;
  readonly kind: ContrastKind;
  /** As typed: one text a line with ↵ for its line breaks, but for `prompts`, where the whole is one text. */
  readonly positive: string;
  readonly negative: string;
  /** What the user asks, one question a line, for system prompts and personas. */
  readonly questions: string;
  readonly read: ReadToken;
  readonly template: TemplateDraft;
  readonly method: string;
  /** Of all methods that were tried, so that going back to one finds them again. */
  readonly methodOptions: FinderOptions;
  readonly hook: HookName;
}

/** A template as typed; lists have one value a line. */
export interface TemplateDraft {
  readonly sentence: string;
  /** By the slot's name. */
  readonly values: Readonly<Record<string, string>>;
  /** The named slot that differs between the sides, or empty when none does. */
  readonly contrast: string;
  readonly positive: string;
  readonly negative: string;
}

/** What can fill the sides beside typing. */
export type Filling = 'template' | 'import';

/** A file or pasted text whose contents are looked at before they become the draft's. */
export interface Incoming {
  /** The file's name; null for what was pasted. */
  readonly name: string | null;
  readonly text: string;
}

export interface Editor {
  readonly open: boolean;
  readonly draft: Draft;
  /** The draft as it was when it was opened; while it is the same, nothing would be lost. */
  readonly opened: Draft | null;
  /** The draft that the present one took the place of, and why, for people. */
  readonly before: { readonly draft: Draft; readonly why: string } | null;
  readonly filling: Filling | null;
  readonly incoming: Incoming | null;
  /** Why a file could not be taken in. */
  readonly incomingError: ErrorData | null;
  readonly error: ErrorData | null;
  /** The task in which a draft is fitted; it need not be the present one, as typing goes on meanwhile. */
  readonly fitting: string | null;
}

export const emptyDraft: Draft = {
  directionId: null,
  name: '',
  opposite: '',
  kind: 'pairs',
  positive: '',
  negative: '',
  questions: '',
  read: { kind: 'last' },
  template: { sentence: '', values: {}, contrast: '', positive: '', negative: '' },
  method: 'mean-difference',
  methodOptions: {},
  hook: 'resid_post',
};

const nothingIncoming = { incoming: null, incomingError: null };

export const useEditor = create<Editor>()(() => ({
  open: false,
  draft: emptyDraft,
  opened: null,
  before: null,
  filling: null,
  ...nothingIncoming,
  error: null,
  fitting: null,
}));

export function changeDraft(change: Partial<Draft>): void {
  useEditor.setState((state) => ({ draft: { ...state.draft, ...change }, error: null }));
}

export function changeTemplate(change: Partial<TemplateDraft>): void {
  useEditor.setState(({ draft }) => ({ draft: { ...draft, template: { ...draft.template, ...change } }, error: null }));
}

/** A change of more than one would type; the draft of before is kept for going back. */
export function replaceDraft(change: Partial<Draft>, why: string): void {
  useEditor.setState(({ draft }) => ({
    draft: { ...draft, ...change },
    before: { draft, why },
    filling: null,
    ...nothingIncoming,
    error: null,
  }));
}

/** Goes back to the draft of before; the present one can be gone back to in turn. */
export function restoreDraft(): void {
  useEditor.setState(({ draft, before }) =>
    before ? { draft: before.draft, before: { draft, why: 'The texts of before are back.' }, error: null } : {},
  );
}

/** What was typed into another draft and not fitted yet is kept for going back. */
export function openEditor(draft: Draft): void {
  useEditor.setState((state) => ({
    open: true,
    draft,
    opened: draft,
    before: keptDraft(state, draft),
    filling: null,
    ...nothingIncoming,
    error: null,
  }));
}

function keptDraft({ draft, opened, before }: Editor, next: Draft): Editor['before'] {
  if (draft === next || draft === opened || !holdsTexts(draft)) return before;
  return { draft, why: 'Texts that were typed here before and not fitted are kept.' };
}

export function holdsTexts({ positive, negative, questions }: Draft): boolean {
  return (positive + negative + questions).trim() !== '';
}

export function closeEditor(): void {
  useEditor.setState({ open: false });
}

/**
 * After a draft's direction was made. What was typed into it meanwhile stays, as a draft of that direction, and so does
 * another draft that was opened.
 *
 * @param fitted the editor when the fit began
 */
export function finishDraft(fitted: Editor, directionId: string): void {
  useEditor.setState((now) => {
    if (now.draft === fitted.draft)
      return { open: false, draft: emptyDraft, opened: null, before: null, filling: null, ...nothingIncoming };
    return isStillOf(fitted, now) ? { draft: { ...now.draft, directionId }, opened: fitted.draft } : {};
  });
}

/** Whether the present draft is one that was typed on since; another one may have been opened, or gone back to. */
export function isStillOf(fitted: Editor, { draft, opened, before }: Editor = useEditor.getState()): boolean {
  return opened === fitted.opened && draft.directionId === fitted.draft.directionId && before === fitted.before;
}

export function showFilling(filling: Filling | null): void {
  useEditor.setState({ filling, ...nothingIncoming });
}

/** Shows what a file or the clipboard holds, in the editor. The draft stays as it is. */
export function showIncoming(incoming: Incoming | null, incomingError: ErrorData | null = null): void {
  useEditor.setState({ open: true, filling: 'import', incoming, incomingError });
}
