import type { ContrastTexts } from '../../core/directions/direction.js';
import type { FinderOptions } from '../../core/directions/finder.js';
import type { HookName } from '../../core/onnx/hooks.js';
import { palette } from '../look/palette.js';
import { freeName } from './names.js';
import { defaultApplication, freeColour, useDirections, type DirectionEntry } from '../stores/directions.js';

/** Of a direction that is made beside others: on top of those that are on, the first one's strength mostly breaks the text. */
const addedStrength = 0.25;

/** A new direction that the user makes from texts, weights or a formula. */
export function addedEntry(from: Parameters<typeof freeEntry>[0]): DirectionEntry {
  return { ...freeEntry(from), strength: addedStrength };
}

/**
 * A new direction with the usual application, and a name and a colour that no other has.
 *
 * @param others that are or will be on the board
 */
export function freeEntry(
  from: {
    readonly name: string;
    readonly opposite?: string;
    readonly texts: ContrastTexts | null;
    readonly method?: string;
    readonly methodOptions?: FinderOptions;
    readonly expression?: string | null;
    readonly hook?: HookName;
  },
  others = useDirections.getState().entries,
): DirectionEntry {
  return {
    ...defaultApplication,
    id: crypto.randomUUID(),
    name: freeName(from.name, new Set(others.map(({ name }) => name))),
    opposite: from.opposite ?? '',
    colour: freeColour(others, palette.length),
    texts: from.texts,
    method: from.method ?? 'mean-difference',
    methodOptions: from.methodOptions ?? {},
    expression: from.expression ?? null,
    hook: from.hook ?? 'resid_post',
    fits: [],
  };
}
