/** Loads models and brings the worker back when it or its device went away. */
import { isCancelled, SteerboardError, toErrorData } from '../../core/errors.js';
import type { Device, DeviceChoice, FolderFile, ModelSource, WorkerNotice } from '../../protocol/api.js';
import { useSession } from '../stores/session.js';
import { clearProblem, endTask, reportProblem, reportProgress, startTask, useStatus } from '../stores/status.js';
import { settleTexts } from '../stores/texts.js';
import { call, cancelTask, connectWorker } from './connection.js';
import { fitMissing } from './fitting.js';
import { forgetGeneration, regenerate, stopWriting } from './regeneration.js';

/** A device that is taken once in place of the chosen one, which stays chosen. */
interface Instead {
  readonly device: Device;
  readonly because: string;
}

let source: ModelSource | null = null;
let loading: string | null = null;
/** Whether the worker that runs now holds a model: after a restart the page still shows the old one's shape. */
let held = false;
let deaths: number[] = [];

/** Starts the worker and loads a model into it. */
export async function startModel(wanted: ModelSource, choice: DeviceChoice, instead?: Instead): Promise<void> {
  forgetGeneration();
  held = false;
  try {
    await connectWorker(onNotice, onDeath);
    useSession.setState({ environment: await call((api) => api.environment()) });
  } catch (error) {
    useSession.setState({ phase: 'failed', error: toErrorData(error) });
    return;
  }
  await loadModel(wanted, choice, instead);
}

/** Loads a model in place of the one that is there, which stays if this fails. */
export async function loadModel(wanted: ModelSource, choice: DeviceChoice, instead?: Instead): Promise<void> {
  stopWriting();
  if (loading) cancelTask(loading);
  const task = crypto.randomUUID();
  loading = task;
  const name = wanted.kind === 'folder' ? wanted.name : wanted.id;
  useSession.setState({ phase: 'loading', error: null, deviceChoice: choice });
  startTask({ id: task, label: `Loading ${name}`, progress: null, cancellable: held });
  clearProblem('model');
  try {
    const request = { task, source: wanted, device: choice, ...instead };
    const loaded = await call((api) => api.loadModel(request, (progress) => reportProgress(task, progress)));
    if (loading !== task) return;
    source = wanted;
    held = true;
    useSession.setState(({ epoch }) => ({
      phase: 'ready',
      loaded,
      epoch: epoch + 1,
      folder: wanted.kind === 'folder' ? wanted.name : null,
      msPerToken: null,
    }));
  } catch (error) {
    if (loading !== task) return;
    const { loaded } = useSession.getState();
    useSession.setState({
      phase: held ? 'ready' : 'failed',
      error: toErrorData(error),
      ...(held && loaded && { deviceChoice: loaded.device }),
    });
    if (!isCancelled(error)) reportProblem({ about: 'model', error: toErrorData(error) });
  } finally {
    endTask(task);
    if (loading === task) loading = null;
  }
  if (useSession.getState().phase === 'ready') {
    await fitMissing();
    regenerate();
  }
}

/** The same model on another device. */
export async function changeDevice(device: DeviceChoice): Promise<void> {
  if (source) await loadModel(source, device);
}

export async function openFolder(files: readonly FolderFile[], name: string): Promise<void> {
  if (files.length === 0) {
    const error = new SteerboardError('file-unreadable', 'The folder is empty. Choose one that holds config.json.');
    reportProblem({ about: 'model', error: toErrorData(error) });
    return;
  }
  await loadModel({ kind: 'folder', name, files }, useSession.getState().deviceChoice);
}

export async function openBundled(): Promise<void> {
  const { bundledId, deviceChoice } = useSession.getState();
  await loadModel({ kind: 'bundled', id: bundledId }, deviceChoice);
}

/** After a death or a lost device: a new worker, the same model. */
export async function restart(instead?: Instead): Promise<void> {
  const { deviceChoice, bundledId } = useSession.getState();
  for (const task of useStatus.getState().tasks) endTask(task.id);
  loading = null;
  useSession.setState({ phase: 'starting' });
  await startModel(source ?? { kind: 'bundled', id: bundledId }, deviceChoice, instead);
}

function onNotice(notice: WorkerNotice): void {
  onFailure(notice.error, { device: 'wasm', because: 'the graphics device went away' });
}

function onDeath(error: SteerboardError): void {
  onFailure(toErrorData(error));
}

/** Comes back by itself, but not for ever: what dies twice in a minute waits for the user. */
function onFailure(error: ReturnType<typeof toErrorData>, instead?: Instead): void {
  settleTexts();
  useSession.setState({ phase: 'died', error });
  const now = performance.now();
  deaths = [...deaths.filter((time) => now - time < 60_000), now];
  reportProblem({ about: 'worker', error });
  if (deaths.length < 3) void restart(instead);
}
