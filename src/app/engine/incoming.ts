/** Files of contrast texts on their way into the editor. */
import { toErrorData } from '../../core/errors.js';
import { finders, readsTexts } from '../../core/directions/index.js';
import { isOtherJson } from '../../core/formats/index.js';
import { readTexts, suggestReading } from '../../core/texts/importing.js';
import { changeDraft, emptyDraft, showIncoming, useEditor } from '../stores/editor.js';
import { largestTextFile, tableOf, textOfFile } from './textFiles.js';

/** Shows in the editor what a file of texts holds. One that cannot be read is said there, and the draft stays. */
export async function openTextFile(file: File): Promise<void> {
  changeDraft({ method: textMethod(useEditor.getState().draft.method) });
  try {
    showIncoming({ name: file.name, text: await textOfFile(file) });
  } catch (error) {
    showIncoming(null, toErrorData(error));
  }
}

/** Whether a file is JSON that holds contrast texts: no format of directions knows it, and there are words to be read in it. */
export async function holdsTexts(file: File): Promise<boolean> {
  if (!/\.json$/i.test(file.name) || file.size > largestTextFile) return false;
  try {
    const text = await textOfFile(file);
    if (!isOtherJson(text)) return false;
    const table = tableOf(text, 'json', null);
    const { positive, negative } = readTexts(table, suggestReading(table));
    // Numbers alone may be a vector, but are no texts.
    return [...positive, ...negative].some((read) => Number.isNaN(Number(read)));
  } catch {
    return false;
  }
}

/** A method that reads texts, since texts are coming: the one that is chosen if it does. */
export function textMethod(method: string): string {
  const reads = finders.some((finder) => finder.name === method && readsTexts(finder));
  return reads ? method : emptyDraft.method;
}
