import { z } from 'zod';
import { hubListing } from '../../core/hub/listing.js';

/** Raised when a page could no longer read what is stored. Pages read all versions up to their own. */
export const manifestVersion = 1;

/**
 * What is known of a model's files in this browser, beside them in the storage. New optional entries keep the version; whatever is
 * not known here is kept when the manifest is written again.
 */
const manifestV1 = z.looseObject({
  version: z.literal(1),
  host: z.string(),
  /** When a branch or tag last stood for this commit, milliseconds since 1970. */
  revisions: z.record(z.string(), z.number()),
  /** When the model was last opened or downloaded, milliseconds since 1970. */
  used: z.number(),
  listing: hubListing.loose(),
  /** Files of which something is stored. */
  files: z.record(
    z.string(),
    z.looseObject({
      /** All bytes are here and were checked. */
      whole: z.boolean(),
      /** What the server called the content whose first bytes are here; null when it did not say. */
      etag: z.string().nullable(),
    }),
  ),
});
export type Manifest = z.infer<typeof manifestV1>;

export type ReadManifest =
  | { readonly state: 'readable'; readonly manifest: Manifest }
  /** Written by a newer page: left alone. */
  | { readonly state: 'newer'; readonly version: number }
  | { readonly state: 'absent' };

/** A manifest that is broken counts as absent: its files are checked again before they are used. */
export function readManifest(text: string | null): ReadManifest {
  if (text === null) return { state: 'absent' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { state: 'absent' };
  }
  const version = z.looseObject({ version: z.number() }).safeParse(json).data?.version;
  if (version !== undefined && version > manifestVersion) return { state: 'newer', version };
  const parsed = manifestV1.safeParse(json);
  return parsed.success ? { state: 'readable', manifest: parsed.data } : { state: 'absent' };
}
