/** Opens the board: what was saved or the first direction, the model, the texts; then keeps them in step. */
import { keepCalibrating } from './calibration.js';
import { followParts } from './combining.js';
import { freeEntry } from './entries.js';
import { happySad } from '../presets/happySad.js';
import { addDirection, useDirections } from '../stores/directions.js';
import { openModels, useModels } from '../stores/models.js';
import { usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { useView } from '../stores/view.js';
import { beginExperiment } from './experiments/beginning.js';
import { takeLinks } from './experiments/incoming.js';
import { keepMeasured } from './experiments/measuredKeeping.js';
import { keepOutcomes } from './experiments/outcome.js';
import { settlePresent } from './experiments/present.js';
import { refreshList } from './experiments/switching.js';
import { refreshReadouts } from './comparison.js';
import { keepHistory } from './history.js';
import { startModel } from './model.js';
import { lookUp, modelInAddress } from './offers.js';
import { keepSaving } from './persistence.js';
import { planKey } from './plan.js';
import { regenerate } from './regeneration.js';
import { openRemembered } from './remembered.js';
import { applySnapshot } from './snapshot.js';

/** A pause in typing after which the texts are written again. */
const typingPauseMs = 500;

/** Resolves, once it is known, to a note on the model of the last visit when another one is open instead. */
export async function startBoard(): Promise<string | null> {
  const content = await beginExperiment();
  if (content) applySnapshot(content.snapshot);
  else {
    addDirection(freeEntry(happySad));
    useView.setState({ tourOffered: true });
  }
  settlePresent(content?.isOfBoard ?? false);
  // Before what follows by itself, so that it hears of the cause first.
  keepHistory(window);
  followParts();
  keepSaving();
  keepMeasured();
  keepOutcomes();
  keepTextsInStep();
  void refreshList();
  takeLinks();
  keepCalibrating();
  const { bundledId, deviceChoice, hub } = useSession.getState();
  preselect();
  const note = hub ? await openRemembered(hub, deviceChoice) : folderNote(content?.snapshot.session.folder ?? null);
  // Unless the user opened another in the meantime.
  if (!hub || (note !== null && !useSession.getState().loaded)) {
    void startModel({ source: { kind: 'bundled', id: bundledId }, device: deviceChoice, dtype: null });
  }
  return note;
}

function folderNote(folder: string | null): string | null {
  return folder && `${folder} came from a folder, which has to be opened again. Its directions are kept.`;
}

/** Shows the model that the page's address names, unless it is the one that opens anyway. */
function preselect(): void {
  const named = modelInAddress(window.location.search);
  const { hub } = useSession.getState();
  if (!named || (hub?.id === named.id && [hub.revision, 'main'].includes(named.revision))) return;
  useModels.setState({ wanted: named.revision === 'main' ? named.id : `${named.id}@${named.revision}` });
  openModels('choose');
  void lookUp(named);
}

function keepTextsInStep(): void {
  let timer: number | null = null;
  usePrompt.subscribe((now, before) => {
    const typed = now.prompt !== before.prompt;
    // What is typed in a conversation counts once it is sent.
    const set = now.sampling !== before.sampling || now.view !== before.view || now.chat.sent !== before.chat.sent;
    if (!typed && !set) return;
    if (timer !== null) clearTimeout(timer);
    if (typed) timer = window.setTimeout(regenerate, typingPauseMs);
    else regenerate();
  });
  useDirections.subscribe((now, before) => {
    const stamp = useSession.getState().loaded?.stamp;
    if (!stamp) return;
    if (planKey(now, stamp) !== planKey(before, stamp)) regenerate();
    // Also where the plan changed: only the steered text is written again, and the baseline is read along what is new.
    if (now.entries !== before.entries) void refreshReadouts();
  });
}
