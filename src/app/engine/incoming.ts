/** Files of contrast texts on their way into the editor. */
import { toErrorData } from '../../core/errors.js';
import { showIncoming } from '../stores/editor.js';
import { textOfFile } from './textFiles.js';

/** Shows in the editor what a file of texts holds. One that cannot be read is said there, and the draft stays. */
export async function openTextFile(file: File): Promise<void> {
  try {
    showIncoming({ name: file.name, text: await textOfFile(file) });
  } catch (error) {
    showIncoming(null, toErrorData(error));
  }
}
