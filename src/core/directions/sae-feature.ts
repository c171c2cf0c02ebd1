import type { DictionaryFinder } from './finder.js';

/** A decoder row of a sparse autoencoder: what the feature adds to the residual when it is active. */
export const saeFeature: DictionaryFinder = {
  name: 'sae-feature',
  label: 'Feature of a dictionary',
  description:
    'A row of the decoder of an imported sparse autoencoder: what the feature adds to the residual. Steer with it at the layer that the dictionary was trained on. No texts.',
  needs: 'dictionary',
  ofOneModel: true,
  options: [
    { name: 'dictionary', label: 'Dictionary', kind: 'dictionary', default: '' },
    { name: 'feature', label: 'Feature', hint: 'From 0.', kind: 'number', default: 0, min: 0, max: 9_999_999, step: 1 },
  ],
  async find(dictionaries, options) {
    const vector = await dictionaries.feature(String(options['dictionary']), Number(options['feature']));
    return { vector, layer: null };
  },
};
