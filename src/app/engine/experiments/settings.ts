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

function sameEntry(a: Entry, b: Entry): boolean {
  return (Object.keys(a) as (keyof DirectionEntry)[]).every((key) => {
    // The first fit says where a direction is applied; a drawn direction is its fit.
    if (key === 'layers') return a.layers === b.layers || a.layers === null || b.layers === null;
    return a[key] === b[key] || (key === 'fits' && a.method !== 'drawn');
  });
}
