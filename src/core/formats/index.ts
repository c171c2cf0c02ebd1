/** The files Steerboard reads and writes. To add one: a file here that exports a format, and its line below. */
import { SteerboardError } from '../errors.js';
import { easysteerFormat } from './easysteer.js';
import type { BinaryFormat, Content, Format, JsonFormat } from './format.js';
import { ggufFormat } from './gguf.js';
import { parseUntrusted } from './hostile.js';
import { neuronpediaFormat } from './neuronpedia.js';
import { safetensorsFormat } from './safetensors.js';
import { steerboardFormat } from './steerboard.js';
import { svecFormat } from './svec.js';
import { decodeText } from './utf8.js';

const binaryFormats: readonly BinaryFormat[] = [ggufFormat, safetensorsFormat];
/** In the order in which they are tried. */
const jsonFormats: readonly JsonFormat[] = [steerboardFormat, svecFormat, easysteerFormat, neuronpediaFormat];

export const formats: readonly Format[] = [
  steerboardFormat,
  ggufFormat,
  safetensorsFormat,
  neuronpediaFormat,
  svecFormat,
  easysteerFormat,
];

/** Whether a text is sound JSON that no format of directions claims. @throws SteerboardError `document-invalid` */
export function isOtherJson(text: string): boolean {
  const root = parseUntrusted(text);
  return !jsonFormats.some((format) => format.recognises(root));
}

/**
 * Reads a file of any of the formats, by what is in it and not by its name.
 *
 * @param name of the file, which says what was expected where nothing is recognised
 * @throws SteerboardError `document-newer`, `document-invalid`, naming what is wrong and where.
 */
export function readFile(bytes: Uint8Array, name = ''): Content {
  const binary = binaryFormats.find((format) => format.recognises(bytes));
  if (binary) return binary.read(bytes);
  const root = jsonOf(bytes, name);
  const json = jsonFormats.find((format) => format.recognises(root));
  if (json) return json.read(root);
  const message = `This file cannot be imported: it is some other kind of file. Known are ${formats.map(({ label }) => label).join(', ')}.`;
  throw new SteerboardError('document-invalid', message, { path: 'format' });
}

function jsonOf(bytes: Uint8Array, name: string): unknown {
  try {
    return parseUntrusted(looseText(bytes));
  } catch (error) {
    const expected = binaryFormats.find(({ extension }) => name.toLowerCase().endsWith(extension));
    if (!expected) throw error;
    const message = `This file cannot be imported: its name ends with ${expected.extension}, but it is no ${expected.label}. Export it again, or choose another file.`;
    throw new SteerboardError('document-invalid', message, { path: 'format' });
  }
}

/** Bytes that are not text are no JSON, which the parser says. */
function looseText(bytes: Uint8Array): string {
  try {
    return decodeText(bytes, 'the file');
  } catch {
    return '\u0000';
  }
}

export { applicationOf, rawCoefficient, type Application } from './application.js';
export type {
  Board,
  Content,
  ForeignDirection,
  Format,
  Magnitude,
  TakenDirection,
  WriteOptions,
  WrittenFile,
} from './format.js';
export { checkForeign, fitForeign, type FittedForeign } from './foreign.js';
export { controlVectorsOf, type ControlVectors } from './gguf.js';
export { largestDocument } from './hostile.js';
export { jsonSchema } from './schema.js';
export {
  checkFits,
  createDocument,
  directionOf,
  readDocument,
  writeDocument,
  type SteerboardDocument,
} from './steerboard.js';
