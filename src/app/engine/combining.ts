/** Directions that are combined from others by a formula, and follow them. */
import { combineDirections } from '../../core/combining/combine.js';
import { parseExpression, renamed } from '../../core/combining/expression.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { SteerboardError, toErrorData } from '../../core/errors.js';
import type { ModelStamp } from '../../core/model.js';
import { fitEntryFor, fits, useDirections, type DirectionEntry, type Fit } from '../stores/directions.js';
import { useSession } from '../stores/session.js';

/**
 * What a formula gives on a model.
 *
 * @param id of the direction that has the formula; it cannot be a part of itself. Null for one that is not there yet.
 * @throws SteerboardError as {@link combineDirections}, and `expression-invalid` for a name that two directions have or a
 *   formula that comes back to itself
 */
export function combined(
  expression: string,
  id: string | null,
  entries: readonly DirectionEntry[],
  stamp: ModelStamp,
): Fit {
  const { names } = parseExpression(expression);
  const parts = new Map(names.map((name) => [name, partNamed(name, id, entries)]));
  for (const part of parts.values()) if (part && id !== null) checkNoCircle(part, id, entries);
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

function versionOf(expression: string, names: readonly string[], fitOf: (name: string) => Fit | null): string {
  return JSON.stringify([expression, ...names.map((name) => fitOf(name)?.version)]);
}

function partNamed(name: string, id: string | null, entries: readonly DirectionEntry[]): DirectionEntry | null {
  const named = entries.filter((entry) => entry.name === name && entry.id !== id);
  if (named.length < 2) return named[0] ?? null;
  throw new SteerboardError('expression-invalid', `Two directions are called “${name}”. Rename one of them.`, { name });
}

function checkNoCircle(part: DirectionEntry, id: string, entries: readonly DirectionEntry[], depth = 0): void {
  if (part.id === id || depth > entries.length) {
    throw new SteerboardError('expression-invalid', 'The formula comes back to this direction. Take that part out.');
  }
  for (const name of namesIn(part.expression)) {
    const next = entries.find((entry) => entry.name === name && entry.id !== part.id);
    if (next) checkNoCircle(next, id, entries, depth + 1);
  }
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
