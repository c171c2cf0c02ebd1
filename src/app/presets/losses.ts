import type { Accepted } from '../../core/autopilot/index.js';
import type { VerdictLimits } from '../../core/measures/index.js';
import type { FindLoss } from '../stores/find.js';

/** How much a text may lose. */
export interface Loss {
  readonly label: string;
  /** Nats of KL a generated token. */
  readonly budget: number;
  /** The worst state of a whole text that is accepted. */
  readonly worst: Accepted['worst'];
  readonly about: string;
  /** What the budget is of the limits that are set. */
  readonly share: string;
}

/**
 * From where nobody notices to where the text is strained, by the limits that a text is judged with: what counts as too much is
 * the user's to say. A text that is bold may cost twice what one within range may, unless it counts as broken before.
 */
export function lossesBy({ meanKl: { strained, broken } }: VerdictLimits): Readonly<Record<FindLoss, Loss>> {
  const bold = Math.min(2 * strained, broken);
  return {
    careful: {
      label: 'Careful',
      budget: strained / 2,
      worst: 'within range',
      about: 'the text stays well within range',
      share: 'half of what your limits call within range',
    },
    moderate: {
      label: 'Moderate',
      budget: strained,
      worst: 'within range',
      about: 'as much as a whole text takes and is still within range',
      share: 'all that your limits call within range',
    },
    bold: {
      label: 'Bold',
      budget: bold,
      worst: 'strained',
      about: 'strained texts are taken, broken ones are not',
      share: bold < broken ? 'twice what your limits call within range' : 'where your limits call a text broken',
    },
  };
}
