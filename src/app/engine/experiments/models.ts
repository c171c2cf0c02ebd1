/** The model of an experiment: opened with it where it is here, and never downloaded by itself. */
import { noteExperiment } from '../../stores/experiments.js';
import { useModels } from '../../stores/models.js';
import { useSession } from '../../stores/session.js';
import { ask } from '../connection.js';
import { cancelOpening, openBundled, openModel } from '../model.js';
import type { Snapshot } from '../snapshot.js';

type Choice = Pick<Snapshot['session'], 'hub' | 'folder' | 'bundledId'>;

/** Task of the model that was opened with an experiment last. */
let openingTask: string | null = null;

/** Whether the model that is used is the chosen one. */
export function isModelOpen({ hub, folder, bundledId }: Choice): boolean {
  const now = useSession.getState();
  if (hub) return (['id', 'revision', 'host', 'dtype'] as const).every((key) => now.hub?.[key] === hub[key]);
  if (folder !== null) return now.folder === folder;
  return now.hub === null && now.folder === null && now.bundledId === bundledId;
}

/**
 * Opens the chosen model, or says why not. Resolves to whether it is used now. Downloads nothing.
 *
 * @param isWanted whether the experiment is still on the board
 */
export async function openModelOf(choice: Choice, isWanted: () => boolean): Promise<boolean> {
  const { hub, folder } = choice;
  const { deviceChoice, loaded, hubHost } = useSession.getState();
  const goesOn = loaded
    ? ` ${loaded.stamp.id} is used meanwhile, so the texts are others; those it was made with are kept until you change something.`
    : '';
  if (folder !== null) {
    noteExperiment(
      `This experiment was made with a model from the folder ${folder}, which has to be opened again: Models…, From a folder.${goesOn}`,
    );
    return false;
  }
  if (!hub) {
    await remembered(openBundled());
    return isModelOpen(choice);
  }
  const stored = await isStored(hub);
  if (!isWanted()) return false;
  if (!stored) {
    // Nothing is asked of any server; the user finds it written there, and another hub than the one that is set by its name.
    useModels.setState({ wanted: `${hub.id}@${hub.revision}` });
    const from = hub.host === hubHost ? '' : ` of ${hub.host}`;
    noteExperiment(
      `This experiment was made with ${hub.id} (${hub.dtype})${from}, which is not stored in this browser. Look it up under Models… to download it.${goesOn}`,
    );
    return false;
  }
  const { id, revision, host, dtype } = hub;
  return remembered(openModel({ source: { kind: 'hub', id, revision, host }, device: deviceChoice, dtype }));
}

function remembered<Result>(opening: Promise<Result>): Promise<Result> {
  openingTask = useModels.getState().opening?.task ?? null;
  return opening;
}

/** Ends the opening of an experiment's model that is left. One that the user began since then goes on. */
export function cancelModelOf(): void {
  if (openingTask !== null && useModels.getState().opening?.task === openingTask) cancelOpening();
  openingTask = null;
}

/** Whether a hub's model is stored here whole, so that opening it needs no network. */
export async function isStored({ id, revision, host, dtype }: NonNullable<Choice['hub']>): Promise<boolean> {
  const stored = await ask((api) => api.storedModels()).catch(() => []);
  return stored.some(
    (model) => model.id === id && model.host === host && model.commit === revision && model.dtypes.includes(dtype),
  );
}
