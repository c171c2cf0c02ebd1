/** Gives an experiment away, as a link or as a file. */
import { SteerboardError, toErrorData } from '../../../core/errors.js';
import { writeExperiment, writeLink, type Circumstances } from '../../../core/experiments/index.js';
import { fileStem } from '../../../core/formats/names.js';
import { useExperiments } from '../../stores/experiments.js';
import { clearProblem, reportProblem } from '../../stores/status.js';
import { download, type SavedFile } from '../download.js';
import { takeSnapshot } from '../snapshot.js';
import { loadContent } from './beginning.js';
import type { Content } from './content.js';
import { isOutcomeOf } from './present.js';
import { circumstancesNow } from './outcome.js';
import { getExperiment } from './records.js';
import { documentOf } from './sharing.js';

export const fileEnding = '.steerboard-experiment.json';

interface Named {
  readonly name: string;
  readonly content: Content;
  /** What its texts would be written with now; null when it is not on the board. */
  readonly here: Circumstances | null;
}

/** The one on the board as it is now; its texts go along where they are what is set. */
export function presentContent(): Named {
  const { current, outcome } = useExperiments.getState();
  const snapshot = takeSnapshot();
  return {
    name: current?.name ?? '',
    content: { snapshot, outcome, isOfBoard: isOutcomeOf(snapshot) },
    here: circumstancesNow(),
  };
}

/** The address of this page with an experiment in its fragment. @throws SteerboardError `document-invalid` */
export function linkTo({ name, content, here }: Named): { readonly address: string; readonly fragment: string } {
  const fragment = writeLink(documentOf(name, content, here, true));
  return { address: window.location.href.replace(/#.*$/, '') + fragment, fragment };
}

/** @returns what was written; null when it was not, and what went wrong is reported */
export function saveFile({ name, content, here }: Named): readonly SavedFile[] | null {
  try {
    const text = `${writeExperiment(documentOf(name, content, here, false))}\n`;
    const file = { fileName: `${fileStem(name)}${fileEnding}`, mediaType: 'application/json', content: text };
    clearProblem('file');
    return download([file]);
  } catch (error) {
    reportProblem({ about: 'file', error: toErrorData(error) });
    return null;
  }
}

/** One that is saved here. @returns as {@link saveFile} */
export async function saveFileOf(id: string, name: string): Promise<readonly SavedFile[] | null> {
  const content = await loadContent(id);
  if (content) return saveFile({ name, content, here: null });
  // One that is there and cannot be read is reported by that.
  if (await getExperiment(id).catch(() => null)) return null;
  const error = new SteerboardError('file-unreadable', `“${name}” is no longer saved in this browser.`);
  reportProblem({ about: 'file', error: toErrorData(error) });
  return null;
}
