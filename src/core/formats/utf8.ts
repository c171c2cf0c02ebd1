/** UTF-8, by the protobuf library's codec: `TextDecoder` belongs to the platform, which `core` does not have. */
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { SteerboardError } from '../errors.js';

export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return getTextEncoding().encodeUtf8(text);
}

/** @throws SteerboardError `document-invalid` for bytes that are not UTF-8. */
export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return getTextEncoding().decodeUtf8(bytes, true);
  } catch {
    const message = `This file cannot be imported: ${what} is not text (UTF-8). It may be damaged; download or export it again.`;
    throw new SteerboardError('document-invalid', message, { path: what });
  }
}
