/** Opens the board: what was saved or the first direction, the model, the texts; then keeps them in step. */
import { freeEntry } from './entries.js';
import { happySad } from '../presets/happySad.js';
import { addDirection, useDirections } from '../stores/directions.js';
import { usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { refreshReadouts } from './comparison.js';
import { startModel } from './model.js';
import { keepSaving, loadSnapshot } from './persistence.js';
import { planKey } from './plan.js';
import { regenerate } from './regeneration.js';
import { applySnapshot } from './snapshot.js';

/** A pause in typing after which the texts are written again. */
const typingPauseMs = 500;

/** Returns the name of a folder that was open last time and has to be chosen again, if there was one. */
export async function startBoard(): Promise<string | null> {
  const snapshot = await loadSnapshot();
  if (snapshot) applySnapshot(snapshot);
  else addDirection(freeEntry(happySad));
  keepSaving();
  keepTextsInStep();
  const { bundledId, deviceChoice } = useSession.getState();
  void startModel({ kind: 'bundled', id: bundledId }, deviceChoice);
  return snapshot?.session.folder ?? null;
}

function keepTextsInStep(): void {
  let timer: number | null = null;
  usePrompt.subscribe((now, before) => {
    if (now === before) return;
    if (timer !== null) clearTimeout(timer);
    if (now.prompt === before.prompt) regenerate();
    else timer = window.setTimeout(regenerate, typingPauseMs);
  });
  useDirections.subscribe((now, before) => {
    const stamp = useSession.getState().loaded?.stamp;
    if (!stamp) return;
    if (planKey(now, stamp) !== planKey(before, stamp)) regenerate();
    // Also where the plan changed: only the steered text is written again, and the baseline is read along what is new.
    if (now.entries !== before.entries) void refreshReadouts();
  });
}
