import { create } from 'zustand';
import type { ContrastKind } from '../../core/directions/direction.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { ErrorData } from '../../core/errors.js';

/** What is being written in the direction editor. Kept while it is closed and over a reload: texts are work. */
export interface Draft {
  /** The direction that is edited, or null for a new one. */
  readonly directionId: string | null;
  readonly name: string;
  readonly opposite: string;
  readonly kind: ContrastKind;
  /** As typed: one text a line, but for `prompts`, where the whole is one text. */
  readonly positive: string;
  readonly negative: string;
  /** What the user asks, one question a line, for system prompts and personas. */
  readonly questions: string;
  readonly method: string;
  readonly hook: HookName;
}

export interface Editor {
  readonly open: boolean;
  readonly draft: Draft;
  readonly error: ErrorData | null;
  readonly fitting: boolean;
}

export const emptyDraft: Draft = {
  directionId: null,
  name: '',
  opposite: '',
  kind: 'pairs',
  positive: '',
  negative: '',
  questions: '',
  method: 'mean-difference',
  hook: 'resid_post',
};

export const useEditor = create<Editor>()(() => ({ open: false, draft: emptyDraft, error: null, fitting: false }));

export function changeDraft(change: Partial<Draft>): void {
  useEditor.setState((state) => ({ draft: { ...state.draft, ...change }, error: null }));
}

export function openEditor(draft: Draft): void {
  useEditor.setState({ open: true, draft, error: null });
}

export function closeEditor(): void {
  useEditor.setState({ open: false });
}
