/** What was measured in an experiment, on its way into a document and out of it: directions have other ids in every browser. */
import type { ExperimentDocument, FoundParts } from '../../../core/experiments/index.js';
import type { Found } from '../../stores/find.js';
import type { SweepSpec } from '../../stores/sweep.js';
import type { Measured } from './measured.js';
import { runOf, runParts, textParts, withDirectionIds } from './measuredForm.js';

type Documented = Pick<ExperimentDocument, 'sweep' | 'found'>;

/** Of a direction of the document, by its place in it. */
const placeName = (place: number): string => `direction ${place}`;

/**
 * @param spec how the sweep is set
 * @param ids of the directions, in the document's order
 */
export function documentedOf(measured: Measured | null, spec: SweepSpec, ids: readonly string[]): Documented {
  const gone = new Map<string, string>();
  const nameOf = (id: string): string => {
    const place = ids.indexOf(id);
    if (place >= 0) return placeName(place);
    if (!gone.has(id)) gone.set(id, `direction that is gone ${gone.size + 1}`);
    return gone.get(id)!;
  };
  const { run, found } = { run: measured?.swept.run, found: measured?.searched.found };
  const named = run && withDirectionIds(run, nameOf);
  const documented = {
    sweep: named
      ? {
          spec: { ...spec, directionIds: spec.directionIds.map(nameOf) },
          run: runParts({ ...named, error: null }, false),
          texts: [...named.texts.values()].map(textParts),
        }
      : null,
    found: found ? withFoundIds(found, nameOf) : null,
  };
  return documented as unknown as Documented; // readonly here, mutable in zod's types
}

/** What a document brings along, with the ids that its directions have here; the run is without points. */
export function measuredIn(
  { sweep, found }: Documented,
  ids: readonly string[],
): { readonly measured: Measured; readonly spec: SweepSpec | null } {
  const known = new Map(ids.map((id, place) => [placeName(place), id]));
  const idOf = (name: string): string => {
    const id = known.get(name) ?? crypto.randomUUID();
    known.set(name, id);
    return id;
  };
  const run = sweep && withDirectionIds(runOf(sweep.run, sweep.texts), idOf);
  return {
    measured: {
      swept: { run: run && { ...run, id: crypto.randomUUID() }, shown: null },
      searched: { running: null, found: found && withFoundIds(found as Found, idOf), error: null },
    },
    spec: sweep && { ...sweep.spec, directionIds: sweep.spec.directionIds.filter((name) => known.has(name)).map(idOf) },
  };
}

function withFoundIds<Any extends Found | FoundParts>(found: Any, nameOf: (id: string) => string): Any {
  const named = (id: string | null): string | null => (id === null ? null : nameOf(id));
  const { sought, usedId } = found;
  return { ...found, sought: { ...sought, directionId: named(sought.directionId) }, usedId: named(usedId) };
}
