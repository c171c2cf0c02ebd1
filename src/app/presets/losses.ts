import type { FindLoss } from '../stores/find.js';

/** How much a text may lose, from where nobody notices to where the text is strained; nats of KL a generated token. */
export const losses: Readonly<
  Record<FindLoss, { readonly label: string; readonly budget: number; readonly about: string }>
> = {
  careful: { label: 'Careful', budget: 0.5, about: 'the text stays close to what the model writes anyway' },
  moderate: {
    label: 'Moderate',
    budget: 1.5,
    about: 'about as far as predictions may move before a text is called strained',
  },
  bold: { label: 'Bold', budget: 3, about: 'strained texts are taken, broken ones are not' },
};
