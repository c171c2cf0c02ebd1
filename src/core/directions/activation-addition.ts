import { addScaled, meanOf } from '../tensors/vector.js';
import type { FinderInput, TextFinder } from './finder.js';

/**
 * A(p₊) − A(p₋) at each token of two prompts, the shorter one padded on the right with spaces, BOS kept: Turner et al.
 * 2308.10248, who read what goes into a block. Added to the first tokens of the prompt, one each. As a single direction,
 * which is what is plotted, the mean over the tokens.
 */
export const activationAddition: TextFinder = {
  name: 'activation-addition',
  label: 'Activation Addition',
  description:
    'h₊ − h₋ at every token of two short prompts such as “Love” and “Hate”, added to the first tokens of the prompt (Turner et al. 2308.10248). They read and write resid_pre. Special tokens are left as they are unless they are steered too.',
  needs: 'texts',
  takes: ['prompts'],
  reads: 'every-token',
  hook: 'resid_pre',
  options: [],
  find: (input) => meanOf(differences(input)),
  positions: differences,
};

/** [T] of [d] */
function differences({ positive, negative }: FinderInput): Float64Array[] {
  return positive.map((residual, position) => {
    const difference = Float64Array.from(residual);
    addScaled(difference, negative[position]!, -1);
    return difference;
  });
}
