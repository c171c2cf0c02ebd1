import { z } from 'zod';
import { SteerboardError } from '../errors.js';
import type { HubAddress } from './address.js';

// No code is made from strings, so that a Content-Security-Policy without 'unsafe-eval' holds.
z.config({ jitless: true });

/** A file of a model as the hub lists it. */
export interface HubFile {
  readonly path: string;
  /** Null where a hub does not tell. */
  readonly bytes: number | null;
  /** Of large files: SHA-256 of the content, hexadecimal. */
  readonly sha256: string | null;
  /** Git's name of a small file's content: SHA-1 of `blob <length>\0` and the content. */
  readonly blob: string | null;
}

/** What a hub says of one state of a model. */
export interface HubListing {
  readonly id: string;
  readonly commit: string;
  readonly licence: string | null;
  /** Whether a licence has to be accepted on its page before files are given. */
  readonly gated: boolean;
  /** What the hub thinks that it is for, such as `text-generation`. */
  readonly task: string | null;
  readonly files: readonly HubFile[];
}

/** How a listing is kept in a browser's storage. */
export const hubListing = z.object({
  id: z.string(),
  commit: z.string(),
  licence: z.string().nullable(),
  gated: z.boolean(),
  task: z.string().nullable(),
  files: z.array(
    z.object({
      path: z.string(),
      bytes: z.number().int().nonnegative().nullable(),
      sha256: z.string().nullable(),
      blob: z.string().nullable(),
    }),
  ),
});

const size = z.number().int().nonnegative();
const answer = z.looseObject({
  id: z.string().optional(),
  modelId: z.string().optional(),
  sha: z.string(),
  gated: z.union([z.boolean(), z.string()]).nullish(),
  pipeline_tag: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  cardData: z.looseObject({ license: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
  siblings: z.array(
    z.looseObject({
      rfilename: z.string(),
      size: size.nullish(),
      blobId: z.string().nullish(),
      lfs: z.looseObject({ sha256: z.string().nullish(), oid: z.string().nullish(), size: size.nullish() }).nullish(),
    }),
  ),
});

/**
 * Reads the answer of `/api/models/{id}/revision/{revision}?blobs=true`.
 * @throws `hub-unreachable` when this is not what a hub answers (a portal's login page, another service)
 */
export function readListing(json: unknown, asked: HubAddress): HubListing {
  const parsed = answer.safeParse(json);
  if (!parsed.success || !/^[0-9a-f]{7,64}$/.test(parsed.data.sha)) {
    throw new SteerboardError(
      'hub-unreachable',
      `${asked.host} answers, but not as a hub of models does. Check the address, and whether the network asks for a login.`,
      { host: asked.host },
    );
  }
  const it = parsed.data;
  const tagged = it.tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
  const named = it.cardData?.license;
  return {
    id: it.id ?? it.modelId ?? asked.id,
    commit: it.sha,
    licence: (Array.isArray(named) ? named.join(', ') : named) ?? tagged ?? null,
    gated: it.gated !== undefined && it.gated !== null && it.gated !== false && it.gated !== 'false',
    task: it.pipeline_tag ?? null,
    files: it.siblings
      .filter(({ rfilename }) => isInside(rfilename))
      .map(({ rfilename, size, blobId, lfs }) => ({
        path: rfilename,
        bytes: lfs?.size ?? size ?? null,
        sha256: lfs ? checksum(lfs.sha256 ?? lfs.oid) : null,
        // A large file's blob is its pointer, which is never downloaded.
        blob: lfs ? null : (blobId ?? null),
      })),
  };
}

function checksum(text: string | null | undefined): string | null {
  const found = /^(?:sha256:)?([0-9a-f]{64})$/i.exec(text ?? '');
  return found ? found[1]!.toLowerCase() : null;
}

/** Names come from a server: none may lead out of the model's folder. */
function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.split(/[\\/]/).includes('..');
}
