import type { Accepted } from '../../core/autopilot/index.js';
import type { FindLoss } from '../stores/find.js';

/** How much a text may lose, from where nobody notices to where the text is strained; nats of KL a generated token. */
export const losses: Readonly<
  Record<
    FindLoss,
    {
      readonly label: string;
      readonly budget: number;
      /** The worst state of a whole text that is accepted. */
      readonly worst: Accepted['worst'];
      readonly about: string;
    }
  >
> = {
  careful: {
    label: 'Careful',
    budget: 0.5,
    worst: 'within range',
    about: 'the text stays close to what the model writes anyway',
  },
  moderate: {
    label: 'Moderate',
    budget: 1.5,
    worst: 'within range',
    about: 'as much as a whole text takes and is still within range',
  },
  bold: { label: 'Bold', budget: 3, worst: 'strained', about: 'strained texts are taken, broken ones are not' },
};
