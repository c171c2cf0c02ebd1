/** Experiments that come in by a link or a file. They are shown first; nothing here changes until the user opens them. */
import { SteerboardError, toErrorData } from '../../../core/errors.js';
import { isLink, readExperiment, readLink, saysExperiment } from '../../../core/experiments/index.js';
import { largestDocument } from '../../../core/formats/index.js';
import { decodeText } from '../../../core/formats/utf8.js';
import { useExperiments } from '../../stores/experiments.js';
import { clearProblem, reportProblem } from '../../stores/status.js';
import { saveOrSay } from '../persistence.js';
import { freshSummary } from './beginning.js';
import { withPoints } from './measuredForm.js';
import { listExperiments } from './records.js';
import { contentOf } from './sharing.js';
import { show } from './switching.js';

/** Shows the experiment of the page's address, now and whenever another is put there. Returns what stops it. */
export function takeLinks(): () => void {
  const take = (): void => {
    const { hash } = window.location;
    if (!isLink(hash)) return;
    // A reload would ask again.
    history.replaceState(history.state, '', window.location.href.replace(/#.*$/, ''));
    try {
      useExperiments.setState({ incoming: { from: 'link', document: readLink(hash) }, page: null });
      clearProblem('file');
    } catch (error) {
      reportProblem({ about: 'file', error: toErrorData(error) });
    }
  };
  take();
  window.addEventListener('hashchange', take);
  return () => window.removeEventListener('hashchange', take);
}

/** Whether a file says of itself that it is an experiment. */
export async function isExperimentFile(file: File): Promise<boolean> {
  if (!/\.json$/i.test(file.name)) return false;
  return saysExperiment(
    await file
      .slice(0, 4000)
      .text()
      .catch(() => ''),
  );
}

/** Shows what a file holds; what is wrong with it is reported. */
export async function takeFile(file: File): Promise<void> {
  try {
    useExperiments.setState({ incoming: { from: 'file', document: readExperiment(await textOf(file)) }, page: null });
    clearProblem('file');
  } catch (error) {
    const { code, message, fields } = toErrorData(error);
    const about = message.includes(file.name) ? message : `${file.name}: ${message}`;
    reportProblem({ about: 'file', error: { code, message: about, fields } });
  }
}

async function textOf(file: File): Promise<string> {
  if (file.size > largestDocument) {
    const message = `${file.name} is ${Math.round(file.size / 1e6)} MB; an experiment has at most ${Math.round(largestDocument / 1e6)}. Choose another file.`;
    throw new SteerboardError('document-invalid', message, { bytes: file.size });
  }
  const bytes = await file.arrayBuffer().catch(() => {
    const message = `${file.name} could not be read. It may have been moved or changed; choose it again.`;
    throw new SteerboardError('file-unreadable', message);
  });
  return decodeText(new Uint8Array(bytes), 'the file');
}

export function dismissIncoming(): void {
  useExperiments.setState({ incoming: null });
}

/**
 * Puts what came in on the board, as a new experiment. It stays where it is until that is done.
 *
 * @returns null when it is done; else why not, for people
 */
export async function openIncoming(): Promise<string | null> {
  const { incoming } = useExperiments.getState();
  if (!incoming) return null;
  try {
    const content = contentOf(incoming.document);
    if (!(await saveOrSay()))
      return 'What is on the board cannot be saved now, so it cannot be left. Close this, undo the last change, and open the link or the file again.';
    // A second click comes too late.
    if (useExperiments.getState().incoming !== incoming) return null;
    dismissIncoming();
    const { outcome: kept, measured } = content;
    const { run, shown } = measured.swept;
    const swept = { run: run && (await withPoints(run)), shown };
    const summary = freshSummary(await listExperiments(), incoming.document.name.slice(0, 80));
    await show(summary, content, {
      measured: { ...measured, swept },
      ...(kept && { reproduction: { kept, result: null } }),
    });
    return null;
  } catch (error) {
    reportProblem({ about: 'file', error: toErrorData(error) });
    return toErrorData(error).message;
  }
}
