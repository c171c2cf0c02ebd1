/** Makes the checks that loading left out: quick ones by themselves once the first texts stand, others when asked for. */
import { isCancelled, toErrorData } from '../../core/errors.js';
import type { LoadedModel } from '../../protocol/api.js';
import { useSession } from '../stores/session.js';
import { endTask, reportProblem, startTask } from '../stores/status.js';
import { useTexts } from '../stores/texts.js';
import { call } from './connection.js';

/** Opening a larger graph once more takes too long to be done unasked, and on a GPU its shaders would be compiled anew. */
const largestUnasked = 100e6;

const lacksZeroPlan = ({ checks }: LoadedModel) =>
  checks.some(({ name, outcome }) => name === 'zero-plan' && outcome === 'skipped');

/** Checks the loaded model as soon as nothing is being written for it. */
export function checkWhenWritten(): void {
  const { loaded, epoch } = useSession.getState();
  if (!loaded || loaded.device !== 'wasm' || loaded.report.bytes > largestUnasked || !lacksZeroPlan(loaded)) return;
  const stop = useTexts.subscribe(({ writing, steered }) => {
    if (writing || !steered.textId) return;
    stop();
    if (useSession.getState().epoch === epoch) void checkModel(false);
  });
}

/** Opens the file's own graph beside the hooked one and compares them; the result is shown with the model. */
export async function checkModel(asked = true): Promise<void> {
  const { epoch } = useSession.getState();
  const task = crypto.randomUUID();
  if (asked) startTask({ id: task, label: 'Checking the hooks', progress: null, cancellable: false });
  try {
    const made = await call((api) => api.checkModel());
    useSession.setState((state) => {
      if (state.epoch !== epoch || !state.loaded) return {};
      const checks = state.loaded.checks.map((check) => made.find(({ name }) => name === check.name) ?? check);
      return { loaded: { ...state.loaded, checks } };
    });
  } catch (error) {
    if (asked && !isCancelled(error)) reportProblem({ about: 'model', error: toErrorData(error) });
  } finally {
    endTask(task);
  }
}
