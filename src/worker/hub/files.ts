import type { ModelSource } from '../../protocol/api.js';
import type { ModelFiles } from '../model/files.js';
import { HubModel } from './hub-model.js';
import { storageFree } from './machine.js';
import { modelStorage } from './storage.js';

/** A hub's model as files: what is read and is not stored here is downloaded first. @throws `hub-…` */
export async function hubFiles(
  source: Extract<ModelSource, { kind: 'hub' }>,
  token: string | undefined,
  beat: () => void = () => undefined,
): Promise<ModelFiles> {
  const storage = await modelStorage();
  const free = storage.isLasting ? storageFree : async () => null;
  const model = await HubModel.find(source, { token, storage, beat, free });
  if ((await model.bytesHere()).size > 0) await model.use();
  return {
    name: source.id,
    revision: model.commit,
    paths: model.paths,
    size: (path) => model.file(path)?.bytes ?? null,
    read: (path, onProgress) => model.read(path, onProgress),
    blob: (path) => model.blob(path),
    isHere: (path) => model.isHere(path),
    bring: (paths, onProgress) => model.bring(paths, onProgress),
  };
}
