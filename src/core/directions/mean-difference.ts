import { addScaled, meanOf } from '../tensors/vector.js';
import type { TextFinder } from './finder.js';

/** v = mean(h₊) − mean(h₋). Reads one token of each text, here the last. Rimsky et al. 2312.06681 (CAA). */
export const meanDifference: TextFinder = {
  name: 'mean-difference',
  label: 'Mean difference',
  description:
    'mean(h₊) − mean(h₋), as in contrastive activation addition (Rimsky et al. 2312.06681). Simple, and usually the best to steer with.',
  needs: 'texts',
  takes: ['pairs', 'lists', 'prompts', 'systems', 'personas'],
  options: [],
  find({ positive, negative }) {
    const difference = meanOf(positive);
    addScaled(difference, meanOf(negative), -1);
    return difference;
  },
};
