/** What is asked about complete texts: predictions with and without the plan, and readouts along newer directions. */
import { rowNames, type RowName } from '../rows.js';
import { useDirections } from '../stores/directions.js';
import { useSession } from '../stores/session.js';
import { setComparison, setReadouts, useTexts } from '../stores/texts.js';
import { call, cancelTask } from './connection.js';
import { planKey, planOf } from './plan.js';
import { probesNow } from './probes.js';

const candidatesShown = 6;
let running: string | null = null;

export function cancelComparison(): void {
  if (running) cancelTask(running);
  running = null;
}

/** Whether a text's comparison was made with the plan that is set now. */
export function currentPlanKey(): string | null {
  const { loaded } = useSession.getState();
  return loaded && planKey(useDirections.getState(), loaded.stamp);
}

/** Compares both complete texts, the steered one first. Quiet: a failure here leaves the texts as they are. */
export async function compareTexts(): Promise<void> {
  cancelComparison();
  const task = crypto.randomUUID();
  running = task;
  try {
    for (const row of ['steered', 'baseline'] as const) {
      if (running !== task) return;
      await compare(row, task);
    }
  } catch {
    // Cancelled by a newer text, or the worker let go of this one; the next text asks again.
  } finally {
    if (running === task) running = null;
  }
}

async function compare(row: RowName, task: string): Promise<void> {
  const { loaded } = useSession.getState();
  const { textId, comparisonKey } = useTexts.getState()[row];
  const key = currentPlanKey();
  if (!loaded || !textId || key === null || comparisonKey === key) return;
  const plan = planOf(useDirections.getState(), loaded.stamp);
  const comparison = await call((api) => api.compareText({ task, textId, plan, candidates: candidatesShown }));
  setComparison(row, textId, comparison, key);
}

let reading = false;
let readAgain = false;

/**
 * Reads complete texts along directions that were fitted after they were written. No model run. An arrow that is drawn asks
 * for it at every frame, and one answer at a time is enough.
 */
export async function refreshReadouts(): Promise<void> {
  readAgain = true;
  if (reading) return;
  reading = true;
  while (readAgain) {
    readAgain = false;
    await readComplete();
  }
  reading = false;
}

async function readComplete(): Promise<void> {
  const { loaded } = useSession.getState();
  if (!loaded) return;
  const probes = probesNow(loaded);
  const names = probes.map((probe) => probe.id);
  for (const row of rowNames) {
    const { textId, probes: known } = useTexts.getState()[row];
    if (!textId || names.every((name) => known.includes(name))) continue;
    try {
      setReadouts(row, textId, names, await call((api) => api.readText({ textId, probes })));
    } catch {
      // The worker no longer has this text; its next version is read along every direction.
    }
  }
}
