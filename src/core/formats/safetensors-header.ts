/**
 * The header of a safetensors file: its length as u64, then JSON that says of each tensor its type, its shape and where its
 * bytes are. Specification: huggingface/safetensors, README. It is read from a file's beginning, without the tensors.
 */
import { z } from 'zod';
import type { SteerboardError } from '../errors.js';
import { parseUntrusted } from './hostile.js';
import { overlapOf, type Span } from './overlap.js';

/** Bytes at the beginning of a file that say how long its header is. */
export const lengthBytes = 8;
/** Longest header that the reference implementation takes, bytes. */
const longestHeader = 100_000_000;

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly HeaderTensor[];
}

/** `offset` is the place in the whole file. */
export interface HeaderTensor extends Span {
  /** `F32`, `BF16` and so on, as the format calls them; whatever the file says. */
  readonly type: string;
  readonly shape: readonly number[];
}

/** Makes the error of a file that cannot be read: what is wrong, and what may help. */
export type Refuse = (what: string, hint: string) => SteerboardError;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const truncated = 'It may be truncated; download or export it again';

/** Whether a file that begins so could be one. */
export function looksLikeSafetensors(start: Uint8Array): boolean {
  // Of a text, the eight bytes before would be letters, and the number beyond any file's length.
  return start.length >= 10 && start[lengthBytes] === 0x7b && announcedBy(start) <= longestHeader; // {
}

/** Length of the header from the file's first {@link lengthBytes} bytes; beyond 2⁵³ it is rounded, and in no file. */
function announcedBy(start: Uint8Array): number {
  return Number(new DataView(start.buffer, start.byteOffset).getBigUint64(0, true));
}

/** @throws what `refuse` makes when no header of that length can be in a file of this size */
export function headerLength(start: Uint8Array, fileBytes: number, refuse: Refuse): number {
  if (start.length < lengthBytes) throw refuse(`it has only ${fileBytes} bytes`, truncated);
  const length = announcedBy(start);
  if (length <= Math.min(longestHeader, fileBytes - lengthBytes)) return length;
  throw refuse(`its header of ${length} bytes does not fit into the file of ${fileBytes}`, truncated);
}

/**
 * The tensors that a header lists; each lies within the file, and no two over each other.
 *
 * @param text of the header
 * @param headerBytes its length in the file
 * @throws what `refuse` makes, naming the tensor; SteerboardError `document-invalid` for what is no honest JSON
 */
export function headerOf(text: string, headerBytes: number, fileBytes: number, refuse: Refuse): SafetensorsHeader {
  const parsed = parseUntrusted(text);
  if (!isObject(parsed)) throw refuse('its header is not a JSON object', truncated);
  const { __metadata__: metadata = {}, ...entries } = parsed;
  if (!isObject(metadata)) throw refuse('its metadata is not an object', truncated);
  const begin = lengthBytes + headerBytes;
  const tensors = Object.entries(entries).map(([name, entry]): HeaderTensor => {
    const what = `tensor "${name.slice(0, 80)}"`;
    const { success, data, error } = entrySchema.safeParse(entry);
    if (!success) throw refuse(`${what} has ${wrongField(entry, error)}`, truncated);
    const [from, to] = data.data_offsets;
    if (from > to) throw refuse(`${what} has data_offsets [${from},${to}]`, truncated);
    if (begin + to > fileBytes) {
      throw refuse(`${what} ends at byte ${to} of the data, which has ${fileBytes - begin}`, truncated);
    }
    return { name, type: data.dtype, shape: data.shape, offset: begin + from, length: to - from };
  });
  const overlap = overlapOf(tensors);
  if (overlap) {
    const [one, other] = overlap.map(({ name }) => `"${name.slice(0, 80)}"`);
    throw refuse(`tensors ${one} and ${other} lie over each other`, truncated);
  }
  const strings = Object.entries(metadata).filter((field): field is [string, string] => typeof field[1] === 'string');
  return { metadata: Object.fromEntries(strings), tensors };
}

/** `shape [1e+300]`: the first field that is not what it must be, as it is written. */
function wrongField(entry: unknown, error: z.ZodError): string {
  const field = error.issues[0]?.path[0];
  if (field === undefined || !isObject(entry)) return 'no description';
  return `${String(field)} ${JSON.stringify(entry[String(field)])?.slice(0, 60)}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
