import { SteerboardError } from '../errors.js';

/** Largest document, in UTF-16 code units of its text. */
export const largestDocument = 64 * 2 ** 20;
/** Deepest nesting; ours needs 6. */
const deepest = 64;
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
  let root: unknown;
  try {
    root = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw invalid([], `is not JSON (${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'})`);
  }
  refuseHostile(root);
  return root;
}

/** An object or array that is still to be looked into, with the way back to the root. */
interface Open {
  readonly value: object;
  readonly key: string | number;
  readonly parent: Open | null;
  readonly depth: number;
}

function refuseHostile(root: unknown): void {
  if (typeof root !== 'object' || root === null) return;
  // A stack of its own, since a hostile document may be deeper than the call stack.
  const stack: Open[] = [{ value: root, key: '', parent: null, depth: 0 }];
  for (let open = stack.pop(); open !== undefined; open = stack.pop()) {
    if (open.depth > deepest) throw invalid(pathOf(open).slice(0, 8), `is nested more than ${deepest} levels deep`);
    const isArray = Array.isArray(open.value);
    for (const [name, value] of Object.entries(open.value) as [string, unknown][]) {
      const key = isArray ? Number(name) : name;
      if (!isArray && forbiddenKeys.has(name))
        throw invalid([...pathOf(open), key], 'is a name that no document may use');
      if (typeof value === 'object' && value !== null) {
        stack.push({ value, key, parent: open, depth: open.depth + 1 });
      } else if (typeof value === 'number' && !Number.isFinite(value)) {
        throw invalid([...pathOf(open), key], 'is not a finite number');
      }
    }
  }
}

function pathOf(open: Open): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = open; at.parent !== null; at = at.parent) path.unshift(at.key);
  return path;
}
