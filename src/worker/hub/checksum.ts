import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { HubFile } from '../../core/hub/listing.js';

/** Fed with a file's bytes in order; says at the end whether they are those that the hub announced. */
export interface Checksum {
  update(bytes: Uint8Array): void;
  matches(): boolean;
}

/**
 * SHA-256 for large files, Git's SHA-1 of `blob <length>\0` and the content for small ones.
 * @returns null where a hub announces neither
 */
export function checksumOf(file: HubFile): Checksum | null {
  if (file.sha256 !== null) return compare(sha256.create(), file.sha256);
  if (file.blob === null || file.bytes === null || !/^[0-9a-f]{40}$/.test(file.blob)) return null;
  const hash = sha1.create();
  hash.update(new TextEncoder().encode(`blob ${file.bytes}\0`));
  return compare(hash, file.blob);
}

function compare(hash: ReturnType<typeof sha256.create | typeof sha1.create>, expected: string): Checksum {
  return {
    update: (bytes) => void hash.update(bytes),
    matches: () => bytesToHex(hash.digest()) === expected,
  };
}
