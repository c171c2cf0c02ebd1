import type { FinderOption, FinderOptions, WeightFinder, WeightReader } from './finder.js';

/** Which of a token's two vectors, and whether the final norm's gain counts; token and token-difference share it. */
export const tokenVectorOptions: readonly FinderOption[] = [
  {
    name: 'from',
    label: 'Vector',
    kind: 'choice',
    default: 'unembedding',
    choices: [
      { value: 'unembedding', label: 'Unembedding: what raises its logit' },
      { value: 'embedding', label: 'Embedding: what it begins as' },
    ],
  },
  {
    name: 'gain',
    label: 'Through the final norm’s gain',
    hint: 'Of the unembedding: as the residual reaches it.',
    kind: 'switch',
    default: true,
  },
];

/** A token's column of the unembedding (times the final norm's gain) or row of the embedding, as the options say, [d]. */
export function tokenVector(weights: WeightReader, text: string, options: FinderOptions): Promise<Float64Array> {
  const id = weights.token(text);
  return options['from'] === 'embedding' ? weights.embedding(id) : weights.unembedding(id, options['gain'] !== false);
}

/** The direction that the logit lens reads a token along (nostalgebraist 2020), or what the token begins as. */
export const token: WeightFinder = {
  name: 'token',
  label: 'Token',
  description:
    'The token’s column of the unembedding, optionally through the final norm’s gain, along which the logit lens reads it; or its row of the embedding. The same vector at every layer. No texts.',
  needs: 'weights',
  options: [
    { name: 'token', label: 'Token', hint: 'Leading spaces count.', kind: 'token', default: '' },
    ...tokenVectorOptions,
  ],
  async find(weights, options) {
    return { vector: await tokenVector(weights, String(options['token']), options), layer: null };
  },
};
