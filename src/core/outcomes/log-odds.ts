import type { Effect } from './effect.js';
import { meanOver } from './mean-over.js';

/** Mean over the predictions of ln(Σ p(toward) / Σ p(away)), under the model that wrote the text. */
export const logOddsEffect: Effect = {
  name: 'log-odds',
  label: 'Log-odds of words',
  unit: 'nats',
  unitMeans: 'A nat is a factor of e (2.72) in the odds; +0.69 nats doubles them.',
  description:
    'How much likelier the model finds the words towards than those away, ln(Σp/Σp) of their first tokens at every generated token; 0 is even.',
  of: ({ text }) => {
    const { logOdds } = text;
    return logOdds ? meanOver(text, (token) => logOdds.steered[token] ?? NaN) : NaN;
  },
};
