/** What a saved board still gives when a part of it is damaged: everything else, field by field. */
import { z } from 'zod';
import { describePath } from '../../core/formats/hostile.js';
import { defaultApplication } from '../stores/directions.js';
import {
  entrySchema,
  fitSchema,
  freshSnapshot,
  parseSnapshot,
  snapshotSchema,
  snapshotVersion,
  type Snapshot,
} from './snapshot.js';

export interface Salvage {
  readonly snapshot: Snapshot;
  /** What was left out, by its place: `directions.entries[0].strength`. */
  readonly damaged: ReadonlyMap<string, unknown>;
  /** The same for people: “happy” (strength), the prompt (sampling). */
  readonly words: string;
}

type Fields = Readonly<Record<string, unknown>>;
/** Told of each value that is left out, and whether all of the thing that it belongs to went with it. */
type LeaveOut = (path: readonly PropertyKey[], value: unknown) => void;

const sections = {
  prompt: 'the prompt',
  directions: 'the list of directions',
  editor: 'the editor’s draft',
  view: 'what was on view',
  find: 'what was to be found',
  session: 'the choice of model',
  sweep: 'the settings of the sweep',
  limits: 'the limits of the verdict',
  calibration: 'the safe ranges',
} as const satisfies Readonly<Record<Exclude<keyof Snapshot, 'version'>, string>>;

/** What a direction has in place of what was damaged, beside its id and name. */
const plainEntry: Fields = {
  ...defaultApplication,
  opposite: '',
  colour: 0,
  texts: null,
  method: 'imported',
  fits: [],
};

/**
 * Takes what is sound. Of a direction, everything but its id and name can be replaced or left out by itself, and each fit.
 *
 * What is damaged elsewhere is as on a first visit.
 *
 * @param saved what {@link parseSnapshot} refused
 * @returns null when it is no snapshot of this version
 */
export function salvageSnapshot(saved: unknown): Salvage | null {
  if (!isFields(saved) || saved['version'] !== snapshotVersion) return null;
  const fresh = freshSnapshot();
  const damaged = new Map<string, unknown>();
  const lost = new Map<string, Set<string>>();
  const leaveOut =
    (thing: string, depth: number): LeaveOut =>
    (path, value) => {
      damaged.set(describePath(path), value);
      const fields = lost.get(thing) ?? new Set<string>();
      lost.set(thing, fields);
      const [field] = path.slice(depth);
      if (field !== undefined) fields.add(inWords(String(field)));
    };
  const { version: _, directions, ...shapes } = snapshotSchema.shape;
  const kept: Record<string, unknown> = { version: snapshotVersion };
  for (const name of Object.keys(shapes) as (keyof typeof shapes)[]) {
    const shape = shapes[name];
    // A section that came later is not there in an old board, and nothing is wrong with that.
    if (shape instanceof z.ZodDefault && !(name in saved)) continue;
    const schema: z.ZodObject = shape instanceof z.ZodDefault ? shape.unwrap() : shape;
    kept[name] = fieldsOf(schema, saved[name], fresh[name], [name], leaveOut(sections[name], 1));
  }
  const list = isFields(saved['directions']) ? saved['directions'] : {};
  const entries = list['entries'];
  const sound = Array.isArray(entries)
    ? entries.flatMap((entry: unknown, index) => entryOf(entry, index, leaveOut))
    : entries;
  const path = ['directions'];
  kept['directions'] = fieldsOf(
    directions,
    { ...list, entries: sound },
    fresh.directions,
    path,
    leaveOut(sections.directions, 1),
  );
  const snapshot = parseSnapshot(kept);
  return snapshot && { snapshot, damaged, words: wordsOf(lost) };
}

function entryOf(
  saved: unknown,
  index: number,
  leaveOut: (thing: string, depth: number) => LeaveOut,
): readonly unknown[] {
  const path = ['directions', 'entries', index];
  const { id, name } = entrySchema.shape;
  if (!isFields(saved) || !id.safeParse(saved['id']).success || !name.safeParse(saved['name']).success) {
    leaveOut(`direction ${index + 1}`, path.length + 1)(path, saved);
    return [];
  }
  const drop = leaveOut(`“${String(saved['name'])}”`, path.length);
  const { fits } = saved;
  const sound = Array.isArray(fits)
    ? fits.filter((fit: unknown, at) => {
        const isSound = fitSchema.safeParse(fit).success;
        if (!isSound) drop([...path, 'fits', at], fit);
        return isSound;
      })
    : fits;
  return [fieldsOf(entrySchema, { ...saved, fits: sound }, plainEntry, path, drop)];
}

/** The fields that a schema accepts; each other one is the fallback's, or left out where that has none. */
function fieldsOf(
  schema: z.ZodObject,
  saved: unknown,
  fallback: Fields,
  path: readonly PropertyKey[],
  leaveOut: LeaveOut,
): Fields {
  if (!isFields(saved)) {
    leaveOut(path, saved);
    return fallback;
  }
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    if (field instanceof z.ZodExactOptional && !(name in saved)) continue;
    const value = saved[name];
    const instead = fallback[name];
    const inner = field instanceof z.ZodDefault ? field.unwrap() : field;
    const parsed = z.safeParse(field, value);
    if (parsed.success) {
      if (parsed.data !== undefined) kept[name] = parsed.data;
    } else if (inner instanceof z.ZodObject && isFields(value) && isFields(instead)) {
      kept[name] = fieldsOf(inner, value, instead, [...path, name], leaveOut);
    } else {
      leaveOut([...path, name], value);
      if (instead !== undefined) kept[name] = instead;
    }
  }
  return kept;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `repetitionPenalty` as “repetition penalty”. */
function inWords(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function wordsOf(lost: ReadonlyMap<string, ReadonlySet<string>>): string {
  const things = [...lost].map(([thing, fields]) => (fields.size > 0 ? `${thing} (${[...fields].join(', ')})` : thing));
  const more = things.length - 8;
  return more > 0 ? `${things.slice(0, 8).join(', ')} and ${more} more` : things.join(', ');
}
