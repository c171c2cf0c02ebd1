/** Which model is used: opens others beside it, and brings it back when its worker or its device went away. */
import { isCancelled, SteerboardError, toErrorData, type ErrorData } from '../../core/errors.js';
import type { ReadPoint } from '../../core/onnx/hooks.js';
import type { DeviceChoice, FolderFile, ModelSource, WorkerNotice } from '../../protocol/api.js';
import { endOpening, nameOf, reportOpening, startOpening, useModels, type ModelName } from '../stores/models.js';
import { useSession } from '../stores/session.js';
import { clearProblem, endTask, reportProblem, reportProgress, startTask, useStatus } from '../stores/status.js';
import { outdateTexts, settleTexts } from '../stores/texts.js';
import { assistWith, endAssistants } from './assistants.js';
import { attempt, type Attempt, type ModelRequest, type Opened } from './attempt.js';
import { checkWhenWritten } from './checking.js';
import { takeOutcomeNow } from './experiments/outcome.js';
import { fitMissing } from './fitting.js';
import { forgetGeneration, regenerate } from './regeneration.js';

/** A device that is taken once in place of the chosen one, which stays chosen. */
type Instead = Pick<ModelRequest, 'device' | 'because'>;

/** What the page's worker holds, as it was asked for; files and token included, so that it can be asked for again. */
let held: ModelRequest | null = null;
/** The page's own opening: the first model, or the one that died. */
let home: Attempt | null = null;
/** The user's opening of another model. The newest wins. */
let chosen: Attempt | null = null;
let deaths: number[] = [];

/** Opens the model that the page begins with or comes back to. Resolves to whether it is used now. */
export async function startModel(request: ModelRequest, instead?: Instead): Promise<boolean> {
  home?.cancel();
  useSession.setState({ phase: 'loading', error: null });
  const now = attempt({ ...request, ...instead }, trouble, reportProgress);
  home = now;
  startTask({ id: now.task, label: `Loading ${nameOf(named(request))}`, progress: null, cancellable: false });
  clearProblem('model');
  try {
    const opened = await now.opened;
    if (home !== now) return discard(now);
    home = null;
    endTask(now.task);
    await use(opened, request);
    return true;
  } catch (error) {
    if (home !== now) return false;
    home = null;
    useSession.setState({ phase: 'failed', error: toErrorData(error) });
    reportProblem({ about: 'model', error: toErrorData(error) });
    return false;
  } finally {
    endTask(now.task);
  }
}

/** Opens another model beside the one that is used, which stays until the new one is ready, and for good if this fails. */
export async function openModel(request: ModelRequest): Promise<boolean> {
  const overtaken = chosen;
  const now = attempt(request, trouble, (task, progress) => reportOpening(task, progress, performance.now()));
  chosen = now;
  overtaken?.cancel();
  startOpening({ task: now.task, model: named(request), device: request.device, dtype: request.dtype });
  clearProblem('model');
  try {
    const opened = await now.opened;
    if (chosen !== now) return discard(now);
    if (useModels.getState().opening?.cancelling) {
      // Ready before it heard of that.
      discard(now);
      throw new SteerboardError('cancelled', 'Cancelled.');
    }
    chosen = null;
    home?.cancel();
    home = null;
    endOpening(now.task, null);
    await use(opened, request);
    return true;
  } catch (error) {
    if (chosen !== now) return false;
    chosen = null;
    endOpening(now.task, toErrorData(error));
    if (!isCancelled(error)) reportProblem({ about: 'model', error: toErrorData(error) });
    return false;
  }
}

/** Ends what the user is opening. What was downloaded is kept. */
export function cancelOpening(): void {
  useModels.setState(({ opening }) => (opening ? { opening: { ...opening, cancelling: true } } : {}));
  chosen?.cancel();
}

function discard(attempted: Attempt): false {
  attempted.cancel();
  return false;
}

/** The new worker in place of the old, in one step: nothing may be asked of one while the page shows the other. */
async function use({ request: taken, loaded, environment, take }: Opened, request: ModelRequest): Promise<void> {
  forgetGeneration();
  take();
  assistWith(taken, loaded);
  outdateTexts();
  clearProblem('model');
  held = request;
  const { source } = taken;
  useSession.setState(({ epoch }) => ({
    phase: 'ready',
    error: null,
    environment,
    loaded,
    epoch: epoch + 1,
    deviceChoice: request.device,
    folder: source.kind === 'folder' ? source.name : null,
    folderFiles: source.kind === 'folder' ? stateOf(source.files) : null,
    hub: source.kind === 'hub' ? { ...source, dtype: loaded.stamp.dtype } : null,
    msPerToken: null,
  }));
  await fitMissing();
  checkWhenWritten();
  regenerate();
  // Where a direction could not be found, the texts that stand are those that the board gives.
  takeOutcomeNow();
}

/** Tells apart what a folder held before and after a model was trained on: its name stays, and there is no revision. */
function stateOf(files: readonly FolderFile[]): string {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  const changed = Math.max(0, ...files.map(({ file }) => file.lastModified));
  return `${files.length} files, ${bytes} bytes, ${changed}`;
}

/** The same model on another device. */
export async function changeDevice(device: DeviceChoice): Promise<void> {
  if (!held) return;
  // Other weights may have to be downloaded, which only the offer does.
  const dtype = held.source.kind === 'hub' ? (useSession.getState().loaded?.stamp.dtype ?? held.dtype) : held.dtype;
  await openModel({ ...held, device, dtype });
}

export async function openFolder(files: readonly FolderFile[], name: string): Promise<void> {
  if (files.length === 0) {
    const error = new SteerboardError('file-unreadable', 'The folder is empty. Choose one that holds config.json.');
    reportProblem({ about: 'model', error: toErrorData(error) });
    return;
  }
  const source: ModelSource = { kind: 'folder', name, files };
  await openModel({ source, device: useSession.getState().deviceChoice, dtype: null });
}

export async function openBundled(): Promise<void> {
  const { bundledId, deviceChoice } = useSession.getState();
  await openModel({ source: { kind: 'bundled', id: bundledId }, device: deviceChoice, dtype: null });
}

/** After a death or a lost device: a new worker, the same model. */
export async function restart(instead?: Instead): Promise<void> {
  const { deviceChoice, bundledId } = useSession.getState();
  for (const task of useStatus.getState().tasks) endTask(task.id);
  forgetGeneration();
  endAssistants();
  useSession.setState({ phase: 'starting' });
  const request = held ?? { source: { kind: 'bundled', id: bundledId }, device: deviceChoice, dtype: null };
  await startModel({ ...request, device: deviceChoice }, instead);
}

const trouble = {
  onNotice: (notice: WorkerNotice): void => {
    if (notice.type === 'compiling') showCompiling(notice.hooks);
    else onFailure(notice.error, { device: 'wasm', because: 'the graphics device went away' });
  },
  onDeath: (error: SteerboardError): void => onFailure(toErrorData(error)),
};

/** Comes back by itself, but not for ever: what dies twice in a minute waits for the user. */
function onFailure(error: ErrorData, instead?: Instead): void {
  endAssistants();
  settleTexts();
  useSession.setState({ phase: 'died', error });
  const now = performance.now();
  deaths = [...deaths.filter((time) => now - time < 60_000), now];
  reportProblem({ about: 'worker', error });
  if (deaths.length < 3) void restart(instead);
}

function named({ source }: ModelRequest): ModelName {
  return source.kind === 'folder' ? { kind: 'folder', name: source.name } : source;
}

const compiling = 'compiling-hooks';

function showCompiling(hooks: readonly ReadPoint[]): void {
  endTask(compiling);
  if (hooks.length === 0) return;
  startTask({ id: compiling, label: `Compiling hooks at ${hooks.join(', ')}`, progress: null, cancellable: false });
}
