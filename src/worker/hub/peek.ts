import { SteerboardError } from '../../core/errors.js';
import { fileUrl } from '../../core/hub/address.js';
import type { HubFile } from '../../core/hub/listing.js';
import { checksumOf } from './checksum.js';
import type { HubClient } from './client.js';
import { waitFor, type Beat } from './patience.js';

/** Small files that were read to say what a model is; a model that is opened next needs them again. */
const peeked = new Map<string, Uint8Array<ArrayBuffer>>();
const mostPeeked = 64;

/** Reads a small file without storing it. @throws `hub-…` */
export async function peekFile(
  client: HubClient,
  commit: string,
  file: HubFile,
  beat: Beat,
): Promise<Uint8Array<ArrayBuffer>> {
  const url = fileUrl(client.address, commit, file.path);
  const known = peeked.get(url);
  if (known) return known;
  const bytes = await client.patiently(beat, async () => {
    const response = await client.get(url, beat);
    return new Uint8Array(await waitFor(response.arrayBuffer(), client.patience, beat));
  });
  const checksum = checksumOf(file);
  checksum?.update(bytes);
  if (checksum && !checksum.matches()) {
    throw new SteerboardError(
      'hub-changed',
      `${file.path} is not what the hub announced: it changed in the meantime, or it was damaged on its way. Try again.`,
      { path: file.path, bytes: bytes.length, expected: file.bytes ?? 0 },
    );
  }
  if (peeked.size >= mostPeeked) peeked.delete(peeked.keys().next().value!);
  peeked.set(url, bytes);
  return bytes;
}
