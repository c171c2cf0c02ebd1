/** Gives an experiment away, as a link or as a file. */
import { SteerboardError, toErrorData } from '../../../core/errors.js';
import { writeExperiment, writeLink, type Circumstances } from '../../../core/experiments/index.js';
import { fileStem } from '../../../core/formats/names.js';
import { useExperiments } from '../../stores/experiments.js';
import { clearProblem, reportProblem } from '../../stores/status.js';
import { nothingSwept } from '../../stores/sweep.js';
import { download, type SavedFile } from '../download.js';
import { takeSnapshot } from '../snapshot.js';
import { loadContent } from './beginning.js';
import type { Content } from './content.js';
import { measuredInMemory, nothingMeasured, type Measured } from './measured.js';
import { measuredFor } from './measuredLoading.js';
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
  /** A file takes it along; a link does not. */
  readonly measured: Measured;
}

/** Most texts of a sweep in a file, in tokens: with what is said of each they take about 20 MB. */
const mostSweptTokens = 1_000_000;

/** The one on the board as it is now; its texts go along where they are what is set. */
export function presentContent(): Named {
  const { current, outcome } = useExperiments.getState();
  const snapshot = takeSnapshot();
  return {
    name: current?.name ?? '',
    content: { snapshot, outcome, isOfBoard: isOutcomeOf(snapshot) },
    here: circumstancesNow(),
    measured: current ? { ...nothingMeasured, ...measuredInMemory(current.id) } : nothingMeasured,
  };
}

/** Whether a sweep is so long that a file leaves it out. */
export function isSweepTooLong({ swept: { run } }: Measured): boolean {
  const tokens = [...(run?.texts.values() ?? [])].reduce((sum, { pieces }) => sum + pieces.length, 0);
  return tokens > mostSweptTokens;
}

/** What a file leaves out, for people; null: nothing. */
export function leftOutOfFile(measured: Measured): string | null {
  if (!isSweepTooLong(measured)) return null;
  return `The file is without the results of the sweep, whose texts have more than ${mostSweptTokens.toLocaleString('en')} tokens. Save them in the sweep’s tab, as CSV or JSON.`;
}

/** The address of this page with an experiment in its fragment. @throws SteerboardError `document-invalid` */
export function linkTo({ name, content, here }: Named): { readonly address: string; readonly fragment: string } {
  const fragment = writeLink(documentOf(name, content, here, true));
  return { address: window.location.href.replace(/#.*$/, '') + fragment, fragment };
}

/** @returns what was written; null when it was not, and what went wrong is reported */
export function saveFile({ name, content, here, measured }: Named): readonly SavedFile[] | null {
  try {
    const along = isSweepTooLong(measured) ? { ...measured, swept: nothingSwept } : measured;
    const text = `${writeExperiment(documentOf(name, content, here, false, along))}\n`;
    const file = { fileName: `${fileStem(name)}${fileEnding}`, mediaType: 'application/json', content: text };
    clearProblem('file');
    const leftOut = leftOutOfFile(measured);
    if (leftOut !== null)
      reportProblem({ about: 'file', error: toErrorData(new SteerboardError('input-too-long', leftOut)) });
    return download([file]);
  } catch (error) {
    reportProblem({ about: 'file', error: toErrorData(error) });
    return null;
  }
}

/** One that is saved here. @returns as {@link saveFile} */
export async function saveFileOf(id: string, name: string): Promise<readonly SavedFile[] | null> {
  const content = await loadContent(id);
  if (content) {
    const isOnBoard = useExperiments.getState().current?.id === id;
    const measured = isOnBoard ? presentContent().measured : (await measuredFor(id)).measured;
    return saveFile({ name, content, here: null, measured });
  }
  // One that is there and cannot be read is reported by that.
  if (await getExperiment(id).catch(() => null)) return null;
  const error = new SteerboardError('file-unreadable', `“${name}” is no longer saved in this browser.`);
  reportProblem({ about: 'file', error: toErrorData(error) });
  return null;
}
