import { addScaled, meanOf } from '../tensors/vector.js';
import type { TextFinder } from './finder.js';

/**
 * v = mean(h₊) − mean(all h). Jorgensen et al. 2312.03813. Every text counts once, so with two sides v is the mean difference
 * times n₋/(n₊ + n₋): the same line, shorter.
 */
export const meanCentring: TextFinder = {
  name: 'mean-centring',
  label: 'Mean-centring',
  description:
    'mean(h₊) − mean of all texts (Jorgensen et al. 2312.03813). For a list of what you want against many texts of every kind; with two sides it points where the mean difference does, and is shorter.',
  needs: 'texts',
  takes: ['pairs', 'lists', 'prompts', 'systems', 'personas'],
  options: [],
  find({ positive, negative }) {
    const centred = meanOf(positive);
    addScaled(centred, meanOf([...positive, ...negative]), -1);
    return centred;
  },
};
