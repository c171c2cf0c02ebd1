/** Directions that are taken from the model's weights or from a dictionary, and the dictionaries. */
import { isCancelled, SteerboardError, toErrorData } from '../../core/errors.js';
import type { FinderOptions } from '../../core/directions/finder.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { DictionaryInfo } from '../../protocol/api.js';
import { addDirection } from '../stores/directions.js';
import { clearProblem, endTask, reportProblem, reportProgress, startTask } from '../stores/status.js';
import { call } from './connection.js';
import { addedEntry } from './entries.js';
import { acceptFit, fitDirection } from './fitting.js';

export interface Taken {
  readonly name: string;
  readonly method: string;
  readonly methodOptions: FinderOptions;
  readonly hook: HookName;
  /** Where a vector that is the same at every layer is applied first; null: where its only layer is. */
  readonly layer: number | null;
}

/** Reads a vector and adds it as a direction; what fails is reported, and nothing is added. */
export async function takeDirection({ name, method, methodOptions, hook, layer }: Taken): Promise<void> {
  try {
    const direction = await fitDirection(name, { texts: null, method, options: methodOptions, hook });
    const entry = addedEntry({ name, texts: null, method, methodOptions, hook });
    addDirection(layer === null ? entry : { ...entry, layers: [layer, layer] });
    acceptFit(entry, direction);
    clearProblem('fit');
  } catch (error) {
    if (!isCancelled(error)) reportProblem({ about: 'fit', error: toErrorData(error) });
  }
}

export function listDictionaries(): Promise<readonly DictionaryInfo[]> {
  return call((api) => api.dictionaries());
}

/** Imports a file under its own name; null, with the reason reported, when it cannot be. */
export async function importDictionary(file: File): Promise<DictionaryInfo | null> {
  const name = file.name.replace(/\.(safetensors|npz|npy)$/i, '').slice(0, 80) || 'dictionary';
  const task = crypto.randomUUID();
  startTask({ id: task, label: `Importing ${name}`, progress: null, cancellable: true });
  try {
    const info = await call((api) =>
      api.importDictionary({ task, file, name }, (progress) => reportProgress(task, progress)),
    );
    clearProblem('file');
    if (!info.lasting) {
      const message = `This browser stores nothing more for this page, so “${info.name}” is here only until another model is opened.`;
      reportProblem({ about: 'storage', error: toErrorData(new SteerboardError('storage-full', message)) });
    }
    return info;
  } catch (error) {
    if (!isCancelled(error)) reportProblem({ about: 'file', error: toErrorData(error) });
    return null;
  } finally {
    endTask(task);
  }
}

export async function removeDictionary(name: string): Promise<void> {
  await call((api) => api.removeDictionary(name));
}
