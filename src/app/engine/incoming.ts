/** Files of contrast texts on their way into the editor. */
import { toErrorData } from '../../core/errors.js';
import { finders, readsTexts } from '../../core/directions/index.js';
import { changeDraft, emptyDraft, showIncoming, useEditor } from '../stores/editor.js';
import { textOfFile } from './textFiles.js';

/** Shows in the editor what a file of texts holds. One that cannot be read is said there, and the draft stays. */
export async function openTextFile(file: File): Promise<void> {
  changeDraft({ method: textMethod(useEditor.getState().draft.method) });
  try {
    showIncoming({ name: file.name, text: await textOfFile(file) });
  } catch (error) {
    showIncoming(null, toErrorData(error));
  }
}

/** A method that reads texts, since texts are coming: the one that is chosen if it does. */
export function textMethod(method: string): string {
  const reads = finders.some((finder) => finder.name === method && readsTexts(finder));
  return reads ? method : emptyDraft.method;
}
