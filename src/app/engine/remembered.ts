/** Opens the model of the last visit again, when its files are still stored here. */
import type { DeviceChoice } from '../../protocol/api.js';
import type { HubModel } from '../stores/session.js';
import { ask } from './connection.js';
import { startModel } from './model.js';

/** Set while it is being opened. Found on a later visit, the page went away in the middle, and would again. */
const markKey = 'steerboard-opening';

/** Resolves to why the model is not open, for people; null when it is. Downloads nothing. */
export async function openRemembered(hub: HubModel, device: DeviceChoice): Promise<string | null> {
  const { id, revision, host, dtype } = hub;
  if (readMark() === id) {
    mark(null);
    return `The page went away while it was opening ${id}, so it was not opened again by itself. It is still under Models.`;
  }
  const stored = await ask((api) => api.storedModels()).catch(() => []);
  const kept = stored.find((model) => model.id === id && model.host === host && model.commit === revision);
  if (!kept?.dtypes.includes(dtype)) return `${id} is no longer stored in this browser. Open it again from Models.`;
  mark(id);
  // Leaving the page is no crash.
  const leave = (): void => mark(null);
  window.addEventListener('pagehide', leave);
  const opened = await startModel({ source: { kind: 'hub', id, revision, host }, device, dtype });
  window.removeEventListener('pagehide', leave);
  mark(null);
  return opened ? null : `${id} could not be opened again.`;
}

function readMark(): string | null {
  try {
    return localStorage.getItem(markKey);
  } catch {
    return null;
  }
}

function mark(id: string | null): void {
  try {
    if (id === null) localStorage.removeItem(markKey);
    else localStorage.setItem(markKey, id);
  } catch {
    // Without storage there is nothing that was remembered either.
  }
}
