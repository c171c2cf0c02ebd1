/** What models there are to open: looks them up, lists what is stored, and opens what was offered. */
import { isCancelled, SteerboardError, toErrorData } from '../../core/errors.js';
import { originOf, parseHubAddress } from '../../core/hub/address.js';
import type { DeviceChoice, ModelSource, StoredModel } from '../../protocol/api.js';
import { openModels, useModels, type ModelName, type StorageSpace } from '../stores/models.js';
import { useSession } from '../stores/session.js';
import { reportProblem } from '../stores/status.js';
import { ask } from './connection.js';
import { openModel } from './model.js';
import { canReach } from './policy.js';

type Named = Exclude<ModelSource, { readonly kind: 'folder' }>;

/** Finds out what a model is and what opening it takes. No weights are downloaded. */
export async function lookUp(model: Named, device: DeviceChoice = useSession.getState().deviceChoice): Promise<void> {
  const task = crypto.randomUUID();
  useModels.setState({
    lookedUp: model,
    inspecting: task,
    offer: null,
    error: null,
    device,
    dtype: null,
    unopened: null,
  });
  await inspect(model, task);
}

/** Looks up what is written in the field. */
export async function lookUpTyped(): Promise<void> {
  const { wanted } = useModels.getState();
  if (wanted.trim() === '') return;
  try {
    const address = parseHubAddress(wanted, useSession.getState().hubHost);
    refuseBeyondPolicy(address.host);
    await lookUp({ kind: 'hub', ...address });
  } catch (error) {
    useModels.setState({ lookedUp: null, offer: null, inspecting: null, error: toErrorData(error) });
  }
}

/** Once more, after it failed: what was looked up, or what is written in the field. */
export async function lookUpAgain(): Promise<void> {
  const { lookedUp, device } = useModels.getState();
  await (lookedUp ? lookUp(lookedUp, device) : lookUpTyped());
}

/** Asks again for the same offer, which stays on the page: what is here already may have grown. */
export async function refreshOffer(): Promise<void> {
  const { offer } = useModels.getState();
  if (!offer || offer.source.kind === 'folder') return;
  const task = crypto.randomUUID();
  useModels.setState({ inspecting: task });
  await inspect(offer.source, task, true);
}

async function inspect(source: Named, task: string, quiet = false): Promise<void> {
  const mine = (): boolean => useModels.getState().inspecting === task;
  try {
    const offer = await ask((api) => api.inspectModel({ task, source, ...tokenFor(source) }));
    if (mine()) useModels.setState({ offer, inspecting: null });
  } catch (error) {
    if (mine()) useModels.setState({ inspecting: null, ...(!quiet && { error: toErrorData(error) }) });
  }
}

/** The token, for the hub that it was given for and no other. */
function tokenFor(source: Named): { readonly token?: string } {
  const { token } = useModels.getState();
  const theirs = source.kind === 'hub' && source.host === useSession.getState().hubHost;
  return theirs && token.trim() !== '' ? { token: token.trim() } : {};
}

/** Stops looking up; the answer, if it comes, is not shown. */
export function cancelLookUp(): void {
  const { inspecting } = useModels.getState();
  if (!inspecting) return;
  useModels.setState({ inspecting: null });
  void ask((api) => api.cancel(inspecting)).catch(() => undefined);
}

/** Downloads what is not here and opens the offered model. Resolves to whether it is used now. */
export async function openOffer(device: DeviceChoice, dtype: string): Promise<boolean> {
  const { offer } = useModels.getState();
  if (!offer || offer.source.kind === 'folder') return false;
  const opened = await openModel({ source: offer.source, device, dtype, ...tokenFor(offer.source) });
  void refreshStored();
  if (opened)
    useModels.setState(({ open, offer: now }) =>
      now === offer ? { offer: null, page: open ? 'found' : 'choose' } : {},
    );
  else if (useModels.getState().offer === offer) await refreshOffer();
  return opened;
}

/** Asks again for what did not open, as it was asked for. */
export async function showUnopened(): Promise<void> {
  const { unopened, offer } = useModels.getState();
  openModels('choose');
  if (offer || !unopened || unopened.model.kind === 'folder') return;
  const { model, device, dtype } = unopened;
  await lookUp(model, device);
  // Someone may have looked up another one meanwhile.
  if (useModels.getState().lookedUp === model) useModels.setState({ dtype });
}

export async function refreshStored(): Promise<void> {
  const [stored, space] = await Promise.all([ask((api) => api.storedModels()).catch(() => null), readSpace()]);
  useModels.setState({ stored: stored ?? useModels.getState().stored, space });
}

export async function removeStored(model: Pick<StoredModel, 'host' | 'id' | 'commit'>): Promise<void> {
  const { host, id, commit } = model;
  try {
    await ask((api) => api.removeStoredModel({ host, id, commit }));
  } catch (error) {
    if (!isCancelled(error)) reportProblem({ about: 'storage', error: toErrorData(error) });
  }
  await refreshStored();
}

/** Opens a stored model's offer; everything is here, so it needs no network. */
export async function openStored({ host, id, commit }: StoredModel): Promise<void> {
  openModels('choose');
  await lookUp({ kind: 'hub', host, id, revision: commit });
}

/** Asks the browser not to clear what is stored when room gets short. */
export async function keepStored(): Promise<void> {
  await navigator.storage?.persist?.().catch(() => false);
  useModels.setState({ space: await readSpace() });
}

/** @throws `hub-not-found` when it is no address, `hub-unreachable` when the site may not speak to it */
export function setHubHost(host: string): void {
  const origin = originOf(host.trim());
  if (!/^https?:\/\/[\w.:[\]-]+$/.test(origin))
    throw new SteerboardError('hub-not-found', 'This is not an address. Write one like https://huggingface.co.');
  refuseBeyondPolicy(origin);
  // A token is for one hub and is not shown to another.
  if (origin !== useSession.getState().hubHost) useModels.setState({ token: '' });
  useSession.setState({ hubHost: origin });
}

/** Else it would look as if there were no network. */
function refuseBeyondPolicy(host: string): void {
  if (canReach(host)) return;
  throw new SteerboardError(
    'hub-unreachable',
    `This site’s policy does not let the page speak to ${host}. Servers on this machine (http://localhost:…) are allowed; whoever hosts the site can add others.`,
    { host },
  );
}

async function readSpace(): Promise<StorageSpace> {
  const storage: Partial<StorageManager> | undefined = navigator.storage;
  const [estimate, persisted] = await Promise.all([
    storage?.estimate?.().catch(() => null),
    storage?.persisted?.().catch(() => false),
  ]);
  return { used: estimate?.usage ?? null, allowed: estimate?.quota ?? null, persisted: persisted ?? false };
}

/** The model that `?model=` in the page's address names, if it names one of the hub that is set: a link chooses no hub. */
export function modelInAddress(search: string): Extract<ModelName, { readonly kind: 'hub' }> | null {
  const typed = new URLSearchParams(search).get('model');
  if (typed === null || typed.trim() === '') return null;
  const { hubHost } = useSession.getState();
  try {
    const address = parseHubAddress(typed, hubHost);
    return address.host === hubHost ? { kind: 'hub', ...address } : null;
  } catch {
    return null;
  }
}
