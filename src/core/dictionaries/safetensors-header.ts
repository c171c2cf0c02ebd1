import { z } from 'zod';
import { notDictionary, type StoredTensor } from './stored-tensor.js';

/** Bytes at the beginning of a safetensors file that say how long its header is. */
export const lengthBytes = 8;
/** The format's own limit. */
const longestHeader = 100e6;

const entry = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/**
 * Length of the header of a safetensors file, from the file's first {@link lengthBytes} bytes (unsigned, little-endian).
 * @throws SteerboardError `document-invalid` when no header of that length can be in a file of this size
 */
export function headerLength(start: Uint8Array, fileBytes: number): number {
  if (start.length < lengthBytes) throw notDictionary(`it has only ${fileBytes} bytes`, { bytes: fileBytes });
  const length = Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
  if (length <= Math.min(longestHeader, fileBytes - lengthBytes)) return length;
  throw notDictionary('it does not begin as a safetensors file does, or it ends early', { bytes: fileBytes });
}

/**
 * The tensors that a header lists, with their places in the whole file.
 *
 * @param header its text, JSON in UTF-8
 * @param headerBytes its length in the file
 * @throws SteerboardError `document-invalid` for a header that is not JSON, or that points outside of the file
 */
export function tensorsOf(header: string, headerBytes: number, fileBytes: number): readonly StoredTensor[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(header);
  } catch {
    throw notDictionary('its header is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null) throw notDictionary('its header lists nothing');
  return Object.entries(parsed).flatMap(([name, value]): readonly StoredTensor[] => {
    if (name === '__metadata__') return [];
    const { success, data } = entry.safeParse(value);
    if (!success) throw notDictionary(`its header describes “${name.slice(0, 80)}” in a way that cannot be read`);
    const [from, to] = data.data_offsets;
    const begin = lengthBytes + headerBytes;
    if (from > to || begin + to > fileBytes) {
      throw notDictionary(`“${name.slice(0, 80)}” ends outside of the file, which may be cut off`, {
        bytes: fileBytes,
      });
    }
    return [{ name, type: data.dtype, shape: data.shape, offset: begin + from, length: to - from }];
  });
}
