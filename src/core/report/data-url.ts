import { base64Encode } from '@bufbuild/protobuf/wire';
import { encodeText } from '../formats/utf8.js';

/** A text as UTF-8 in base64, for a `data:` address. */
export function base64Of(text: string): string {
  return base64Encode(encodeText(text));
}
