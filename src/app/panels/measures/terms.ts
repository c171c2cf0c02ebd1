/** What the words of the trade mean exactly that the measures say without saying what they are. */
import type { VerdictLimits } from '../../../core/measures/index.js';
import { plainNumber } from '../../look/numbers.js';

export const klMeans =
  'How far steering moves what the model predicts: KL(steered ‖ unsteered) of the next token, as a mean over the generated tokens, in nats (natural logarithms). 0 is the same prediction; at 0.7 a token that is written is about twice as likely as without steering, at 1.5 four and a half times.';

export const strengthMeans =
  'In mean residual norms: at strength 1 the added vector is as long as the model’s own residuals at that layer are on average.';

export const intervalMeans =
  'The range in brackets. Measured anew on other prompts, such a range would hold the true mean in about 95 of 100 cases. Where it holds zero, there may be no effect.';

export const randomMeans =
  'Vectors drawn at random, as long as the found one and added at the same layers. What they do too is not the direction’s doing.';

/** "Within range", with the limits that are set. */
export function rangeMeans({ meanKl, perplexityRatio, distinct2, normFactor }: VerdictLimits): string {
  return `Within range: at most ${plainNumber(meanKl.strained)} nats of KL a token, ${plainNumber(perplexityRatio.strained)} times the baseline’s perplexity, distinct pairs at least ${plainNumber(distinct2.strained)} of the baseline’s, residual norms grown or shrunk at most ${plainNumber(normFactor.strained)} times. Beyond, a text is strained, and further on broken. The word beside the steered text opens these limits.`;
}
