import { SteerboardError } from '../../core/errors.js';
import type { FolderFile, ModelSource, Progress } from '../../protocol/api.js';

/** Called while bytes arrive; `total` is 0 when unknown. What it throws ends the reading. */
export type BytesProgress = (done: number, total: number) => void;

/** A model's files by their path in the transformers.js layout, such as `onnx/model.onnx`. */
export interface ModelFiles {
  /** For people and for document stamps. */
  readonly name: string;
  /** Null when there is no such file. Anything else that fails throws `file-unreadable`. */
  read(path: string, onProgress?: BytesProgress): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * The file where it is stored, for files on disk: weights are then read from it piece by piece and never all in memory.
   * Absent where files come over a network; null when there is no such file.
   */
  blob?(path: string): Promise<Blob | null>;
  /** All paths, where they can be listed. */
  readonly paths: readonly string[] | null;
  /** Bytes of a listed file; null where that is not known. */
  size?(path: string): number | null;
  /** Brings files here before they are read, where they are not. Paths that are not listed are left out. */
  bring?(paths: readonly string[], onProgress: (progress: Progress) => void): Promise<void>;
  /** Whether a file can be read without a download; absent where there are none. */
  isHere?(path: string): Promise<boolean>;
  /** The commit that the files are of; absent where there is none. */
  readonly revision?: string;
}

/**
 * @param token for gated models of a hub
 * @param beat asked while a hub is waited for; what it throws (a cancellation) ends the wait
 * @throws `hub-…` when the hub cannot tell what the model's revision holds
 */
export async function openFiles(
  source: ModelSource,
  baseUrl: string,
  token?: string,
  beat?: () => void,
): Promise<ModelFiles> {
  if (source.kind === 'hub') return (await import('../hub/files.js')).hubFiles(source, token, beat);
  return source.kind === 'bundled' ? bundledFiles(source.id, baseUrl) : folderFiles(source.name, source.files);
}

function bundledFiles(id: string, baseUrl: string): ModelFiles {
  const root = new URL(`models/${encodeURIComponent(id)}/`, baseUrl);
  return {
    name: id,
    paths: null,
    async read(path, onProgress) {
      let response: Response;
      try {
        response = await fetch(new URL(path, root));
      } catch {
        throw new SteerboardError(
          'file-unreadable',
          `${path} could not be fetched. Check the connection, then reload.`,
          {
            path,
          },
        );
      }
      // A development server answers a missing file with its start page.
      const isPage = (response.headers.get('content-type') ?? '').startsWith('text/html');
      if (response.status === 404 || (response.ok && isPage)) return null;
      if (!response.ok) {
        throw new SteerboardError('file-unreadable', `The server refused ${path} (status ${response.status}).`, {
          path,
          status: response.status,
        });
      }
      return readBody(response, path, onProgress);
    },
  };
}

async function readBody(
  response: Response,
  path: string,
  onProgress?: BytesProgress,
): Promise<Uint8Array<ArrayBuffer>> {
  // A compressed answer's length is not that of its content.
  const length = response.headers.get('content-encoding') ? 0 : Number(response.headers.get('content-length') ?? 0);
  if (!response.body) return new Uint8Array(await response.arrayBuffer());
  let bytes = new Uint8Array(length);
  let done = 0;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { value, done: ended } = await reader.read();
      if (ended) break;
      if (done + value.length > bytes.length) {
        const grown = new Uint8Array(Math.max(2 * bytes.length, done + value.length));
        grown.set(bytes.subarray(0, done));
        bytes = grown;
      }
      bytes.set(value, done);
      done += value.length;
      onProgress?.(done, length >= done ? length : 0);
    }
  } catch (error) {
    void reader.cancel().catch(() => undefined);
    if (error instanceof SteerboardError) throw error; // cancelled by the one who is told of the progress
    throw new SteerboardError('file-unreadable', `Reading ${path} broke off after ${done} bytes. Try again.`, {
      path,
      bytes: done,
    });
  }
  if (done < length) {
    throw new SteerboardError('file-unreadable', `${path} ended after ${done} of ${length} bytes. Try again.`, {
      path,
      bytes: done,
      expected: length,
    });
  }
  return done === bytes.length ? bytes : bytes.slice(0, done);
}

function folderFiles(name: string, files: readonly FolderFile[]): ModelFiles {
  const byPath = new Map(files.map((entry) => [entry.path.replace(/^\.?\//, ''), entry.file]));
  return {
    name,
    paths: [...byPath.keys()],
    size: (path) => byPath.get(path)?.size ?? null,
    async blob(path) {
      return byPath.get(path) ?? null;
    },
    async read(path, onProgress) {
      const file = byPath.get(path);
      if (!file) return null;
      try {
        const bytes = new Uint8Array(await file.arrayBuffer());
        onProgress?.(bytes.length, bytes.length);
        return bytes;
      } catch (error) {
        if (error instanceof SteerboardError) throw error;
        throw new SteerboardError(
          'file-unreadable',
          `${path} could not be read. It may have been moved or changed since the folder was chosen: choose it again.`,
          { path },
        );
      }
    },
  };
}

/** @throws `file-unreadable` when the file is not JSON; null when it is not there. */
export async function readJson(files: ModelFiles, path: string): Promise<unknown> {
  const bytes = await files.read(path);
  if (!bytes) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    throw new SteerboardError('file-unreadable', `${path} is not valid JSON. Fetch the file again.`, { path });
  }
}
