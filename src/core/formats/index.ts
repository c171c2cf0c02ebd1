/** The files Steerboard reads and writes. To add one: a file here with its functions, and its lines below. */
import type { Format } from './format.js';
import { steerboardFormat } from './steerboard.js';

export const formats: readonly Format[] = [steerboardFormat];

export type { Format } from './format.js';
export { largestDocument } from './hostile.js';
export { jsonSchema } from './schema.js';
export {
  checkFits,
  createDocument,
  directionOf,
  readDocument,
  writeDocument,
  type Application,
  type DocumentApplication,
  type DocumentDirection,
  type DocumentInput,
  type SteerboardDocument,
} from './steerboard.js';
