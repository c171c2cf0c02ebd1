import { SteerboardError } from '../errors.js';
import { whereJsonStops } from '../texts/json.js';

/** Largest document, in UTF-16 code units of its text. */
export const largestDocument = 64 * 2 ** 20;
/** Deepest nesting; ours needs 6. */
const deepest = 64;
/** Most objects and arrays, counted as opening brackets in the text; ours needs two a vector. Twenty million take a minute to parse. */
const mostBrackets = 2_000_000;
/** Names that change what an object is, rather than what it holds. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Where in a document something is: `directions[0].layers[2].vector`. */
export type Path = readonly PropertyKey[];

export function describePath(path: Path): string {
  let text = '';
  for (const key of path.slice(0, 20)) {
    if (typeof key === 'number') text += `[${key}]`;
    else text += (text === '' ? '' : '.') + String(key).slice(0, 60);
  }
  return text === '' ? 'the document' : text;
}

export function invalid(path: Path, problem: string): SteerboardError {
  const where = describePath(path);
  return new SteerboardError('document-invalid', `This file cannot be imported: ${where} ${problem}.`, { path: where });
}

/**
 * Parses JSON text that may come from anywhere, and refuses what no honest document has, unknown fields included: too
 * large, too deep, keys that reach for prototypes, numbers beyond double.
 *
 * @throws SteerboardError `document-invalid`, naming the field.
 */
export function parseUntrusted(text: string): unknown {
  if (text.length > largestDocument) {
    throw invalid([], `is larger than ${largestDocument / 2 ** 20} MB`);
  }
  if (countBrackets(text) > mostBrackets) throw invalid([], 'has too many objects and arrays');
  let root: unknown;
  try {
    root = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    const stop = text.trim() === '' ? 'empty' : whereJsonStops(text);
    if (stop === 'empty') throw invalid([], 'is empty, so it is not JSON');
    throw invalid([], stop === null || stop === 'too deep' ? 'is not JSON' : `is not JSON ${stop.says}`);
  }
  refuseHostile(root, []);
  return root;
}

function countBrackets(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) count++; // [ {
  }
  return count;
}

/** Recursion no deeper than `deepest`; `path` is that of `value`, changed on the way and put back. */
function refuseHostile(value: unknown, path: PropertyKey[]): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(path, 'is not a finite number');
  if (typeof value !== 'object' || value === null) return;
  if (path.length > deepest) throw invalid(path.slice(0, 8), `is nested more than ${deepest} levels deep`);
  // By index: a list of the entries of a long array would take more memory than the array.
  if (Array.isArray(value)) for (let index = 0; index < value.length; index++) descend(value[index], index, path);
  else for (const [key, item] of Object.entries(value)) descend(item, key, path);
}

function descend(item: unknown, key: string | number, path: PropertyKey[]): void {
  path.push(key);
  if (typeof key === 'string' && forbiddenKeys.has(key)) throw invalid(path, 'is a name that no document may use');
  refuseHostile(item, path);
  path.pop();
}
