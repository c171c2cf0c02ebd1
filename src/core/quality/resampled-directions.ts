import { findSteps, type FinderInput } from '../directions/finder.js';
import type { Finds } from '../directions/separation.js';
import type { Steps } from '../steps.js';
import { uniformSource } from '../tensors/random.js';
import { norm } from '../tensors/vector.js';
import { resampled, taken, type Grouping } from './groups.js';

/** Unit vectors [d] that the finder gives for resampled texts; a draw whose sides do not differ gives none. */
export function* resampledDirectionSteps(
  finder: Finds,
  input: FinderInput,
  grouping: Grouping,
  draws: number,
  seed: number,
): Steps<readonly Float64Array[]> {
  const uniform = uniformSource(seed);
  const units: Float64Array[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const found = yield* findSteps(finder, { ...input, ...taken(input, resampled(input, grouping, uniform)) });
    const length = norm(found);
    if (length > 0) units.push(found.map((value) => value / length));
    yield;
  }
  return units;
}
