import type { TextFinder } from './finder.js';
import { leadingDifference } from './pair-component.js';

/** First component of centred h₊ − h₋: repeng's `pca_diff`. Centring takes the mean difference itself away. */
export const pairComponentCentred: TextFinder = {
  name: 'pair-component-centred',
  label: 'PCA of pair differences, centred',
  description:
    'First principal component of h₊ − h₋ after taking their mean away (repeng’s pca_diff): along what the pairs differ from each other in, not what they share. To steer, mostly prefer the uncentred one.',
  needs: 'texts',
  takes: ['pairs', 'systems', 'personas'],
  options: [],
  find: (input) => leadingDifference(input, true),
};
