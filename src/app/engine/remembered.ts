/** Opens the model of the last visit again, when its files are still stored here. */
import type { DeviceChoice } from '../../protocol/api.js';
import type { HubModel } from '../stores/session.js';
import { ask } from './connection.js';
import { startModel } from './model.js';
import { markOpening, takeMarksOfGonePages, unmarkOpening } from './opening-mark.js';

/** Resolves to why the model is not open, for people; null when it is. Downloads nothing. */
export async function openRemembered(hub: HubModel, device: DeviceChoice): Promise<string | null> {
  const { id, revision, host, dtype } = hub;
  if ((await takeMarksOfGonePages()).includes(id)) {
    return `The page went away while it was opening ${id}, so it was not opened again by itself. It is still under Models.`;
  }
  const stored = await ask((api) => api.storedModels()).catch(() => []);
  const kept = stored.find((model) => model.id === id && model.host === host && model.commit === revision);
  if (!kept?.dtypes.includes(dtype)) return `${id} is no longer stored in this browser. Open it again from Models.`;
  await markOpening(id);
  // Leaving the page is no crash.
  window.addEventListener('pagehide', unmarkOpening);
  const opened = await startModel({ source: { kind: 'hub', id, revision, host }, device, dtype });
  window.removeEventListener('pagehide', unmarkOpening);
  unmarkOpening();
  return opened ? null : `${id} could not be opened again.`;
}
