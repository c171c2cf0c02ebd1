import type { DirectionEntry } from '../../stores/directions.js';
import type { Snapshot } from '../snapshot.js';

type Entry = Snapshot['directions']['entries'][number];

/**
 * Whether two boards say the same: prompt, sampling, and each direction but for its fits, which come by themselves. What was
 * not touched is the same object, since states are never changed in place.
 */
export function sameSettings(a: Snapshot, b: Snapshot): boolean {
  const entries = a.directions.entries;
  return (
    (['prompt', 'sampling', 'view', 'chat'] as const).every((key) => a.prompt[key] === b.prompt[key]) &&
    a.directions.steerSpecialTokens === b.directions.steerSpecialTokens &&
    entries.length === b.directions.entries.length &&
    entries.every((entry, index) => sameEntry(entry, b.directions.entries[index]!))
  );
}

/** Whether all is the same that was typed or set beside the settings: it changes no text, but is work that must not be lost. */
export function sameTyped(a: Snapshot, b: Snapshot): boolean {
  return (
    (['draft', 'before'] as const).every((key) => a.editor[key] === b.editor[key]) &&
    (['find', 'sweep', 'limits'] as const).every((key) => a[key] === b[key]) &&
    (['text', 'byLine'] as const).every((key) => a.view.scan[key] === b.view.scan[key])
  );
}

function sameEntry(a: Entry, b: Entry): boolean {
  return (Object.keys(a) as (keyof DirectionEntry)[]).every((key) => {
    // The first fit says where a direction is applied; a drawn direction is its fit.
    if (key === 'layers') return a.layers === b.layers || a.layers === null || b.layers === null;
    return a[key] === b[key] || (key === 'fits' && a.method !== 'drawn');
  });
}
