/** Directions that are combined from others by a formula, and follow them. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { combineDirections, isSameUpToRounding } from '../../core/combining/combine.js';
import { parseExpression, renamed } from '../../core/combining/expression.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { SteerboardError, toErrorData } from '../../core/errors.js';
import type { ModelStamp } from '../../core/model.js';
import { fitEntryFor, fitFor, fits, useDirections, type DirectionEntry, type Fit } from '../stores/directions.js';
import { useSession } from '../stores/session.js';

/** So many formulas stand on each other at most: whoever reads the last has to follow them all. */
const deepest = 12;

/**
 * What a formula gives on a model.
 *
 * @param id of the direction that has the formula; it cannot be a part of itself. Null for one that is not there yet.
 * @throws SteerboardError as {@link combineDirections}, and `expression-invalid` for a name that two directions have or a
 *   formula that comes back to itself or stands on too many others
 */
export function combined(
  expression: string,
  id: string | null,
  entries: readonly DirectionEntry[],
  stamp: ModelStamp,
): Fit {
  const { names } = parseExpression(expression);
  const parts = new Map(names.map((name) => [name, partNamed(name, id, entries)]));
  checkNesting(
    [...parts.values()].filter((part) => part !== null),
    id,
    entries,
  );
  const fitOf = (name: string): Fit | null => {
    const part = parts.get(name);
    return part ? fitEntryFor(part, stamp) : null;
  };
  const direction: FittedDirection = combineDirections(expression, (name) => fitOf(name)?.direction ?? null);
  // Made of the same parts it is the same, so it has the same version.
  return { version: versionOf(expression, names, fitOf), direction: { ...direction, model: stamp } };
}

/** Why a combined direction does not follow its parts now, for people; null when it does. */
export function combiningProblem(entry: DirectionEntry, entries: readonly DirectionEntry[], stamp: ModelStamp) {
  if (entry.expression === null) return null;
  try {
    combined(entry.expression, entry.id, entries, stamp);
    return null;
  } catch (error) {
    return toErrorData(error).message;
  }
}

/**
 * Whether a combined direction's fit is what its formula gives of the directions that are called so here. True also where
 * it gives nothing, since the direction stays what it is then.
 */
export function isOfPartsHere(entry: DirectionEntry, entries: readonly DirectionEntry[], stamp: ModelStamp): boolean {
  const fit = fitFor(entry, stamp);
  if (entry.expression === null || !fit) return true;
  try {
    return isSameUpToRounding(fit, combined(entry.expression, entry.id, entries, stamp).direction);
  } catch {
    return true;
  }
}

/** The same for the same formula of the same fits, and as short for formulas of formulas. */
function versionOf(expression: string, names: readonly string[], fitOf: (name: string) => Fit | null): string {
  const made = JSON.stringify([expression, ...names.map((name) => fitOf(name)?.version)]);
  return bytesToHex(sha256(utf8ToBytes(made)));
}

function partNamed(name: string, id: string | null, entries: readonly DirectionEntry[]): DirectionEntry | null {
  const named = entries.filter((entry) => entry.name === name && entry.id !== id);
  if (named.length < 2) return named[0] ?? null;
  throw new SteerboardError('expression-invalid', `Two directions are called “${name}”. Rename one of them.`, { name });
}

function checkNesting(parts: readonly DirectionEntry[], id: string | null, entries: readonly DirectionEntry[]): void {
  const depths = new Map<string, number | null>(id === null ? [] : [[id, null]]);
  if (parts.every((part) => depthOf(part, entries, depths) < deepest)) return;
  const message = `This formula stands on more than ${deepest - 1} others, one on the other. Write what the last of them say in one.`;
  throw new SteerboardError('expression-invalid', message);
}

/**
 * How many formulas stand on each other from a direction down; 0 for one that is found by itself.
 *
 * @param depths by id, of those that were looked at; null while one is being looked at
 */
function depthOf(
  entry: DirectionEntry,
  entries: readonly DirectionEntry[],
  depths: Map<string, number | null>,
): number {
  const known = depths.get(entry.id);
  if (known === null) {
    throw new SteerboardError('expression-invalid', 'The formula comes back to this direction. Take that part out.');
  }
  if (known !== undefined) return known;
  depths.set(entry.id, null);
  const below = namesIn(entry.expression).flatMap((name) => {
    const part = entries.find((other) => other.name === name && other.id !== entry.id);
    return part ? [depthOf(part, entries, depths)] : [];
  });
  const depth = entry.expression === null ? 0 : 1 + Math.max(0, ...below);
  depths.set(entry.id, depth);
  return depth;
}

function namesIn(expression: string | null): readonly string[] {
  if (expression === null) return [];
  try {
    return parseExpression(expression).names;
  } catch {
    return [];
  }
}

/** Keeps combined directions in step with their parts' fits and names, on whichever model is loaded. */
export function followParts(): void {
  useDirections.subscribe((now, before) => {
    if (now.entries !== before.entries) follow(followNames(now.entries, before.entries));
  });
  // The parts may be fitted on a model that is opened, and nothing else would change then.
  useSession.subscribe((now, before) => {
    if (now.loaded !== before.loaded) follow(useDirections.getState().entries);
  });
}

function follow(entries: readonly DirectionEntry[]): void {
  const followed = followFits(entries, useSession.getState().loaded?.stamp);
  if (followed !== useDirections.getState().entries) useDirections.setState({ entries: followed });
}

/** Formulas name their parts as these are called now. */
function followNames(now: readonly DirectionEntry[], before: readonly DirectionEntry[]): readonly DirectionEntry[] {
  const changes = now.flatMap((entry) => {
    const old = before.find(({ id }) => id === entry.id)?.name ?? '';
    return old !== '' && entry.name !== '' && old !== entry.name ? [{ id: entry.id, old, name: entry.name }] : [];
  });
  if (changes.length === 0) return now;
  return changes.reduce<readonly DirectionEntry[]>(
    (entries, { id, old, name }) =>
      entries.map((entry) => {
        // Another one of that name may be meant.
        const meant = entry.id !== id && !now.some((other) => other.name === old);
        const expression = entry.expression !== null && meant ? renamed(entry.expression, old, name) : null;
        return expression === null || expression === entry.expression ? entry : { ...entry, expression };
      }),
    now,
  );
}

/** Parts may be combined themselves, so this goes on until nothing changes; circles are refused, so it ends. */
function followFits(entries: readonly DirectionEntry[], stamp: ModelStamp | undefined): readonly DirectionEntry[] {
  if (!stamp) return entries;
  let all = entries;
  for (let pass = 0; pass < entries.length; pass++) {
    const next = all.map((entry) => followed(entry, all, stamp));
    if (next.every((entry, index) => entry === all[index])) break;
    all = next;
  }
  return all;
}

function followed(entry: DirectionEntry, entries: readonly DirectionEntry[], stamp: ModelStamp): DirectionEntry {
  if (entry.expression === null) return entry;
  try {
    const names = namesIn(entry.expression);
    const fitOf = (name: string) => {
      const part = partNamed(name, entry.id, entries);
      return part ? fitEntryFor(part, stamp) : null;
    };
    if (fitEntryFor(entry, stamp)?.version === versionOf(entry.expression, names, fitOf)) return entry;
    const fit = combined(entry.expression, entry.id, entries, stamp);
    return { ...entry, fits: [...entry.fits.filter((old) => !fits(stamp, old)), fit] };
  } catch {
    // A part is gone or not fitted here: it stays what it was, and its card says why.
    return entry;
  }
}
