import { describeCondition, describeCurve, describeTokens } from '../../../core/steering/describe.js';
import type { DirectionEntry, LayerSpan } from '../../stores/directions.js';

/** What is set beyond the usual, a few words each: "the first 8 generated tokens", "fades out by token 95". */
export function summaryOf(
  { scope, layerFactors, condition }: DirectionEntry,
  [from, to]: LayerSpan,
): readonly string[] {
  const ranged = (scope.prompt && scope.promptRange) || (scope.generated && scope.generatedRange);
  const shaped = layerFactors?.slice(from, to + 1).some((factor) => factor !== 1);
  return [
    ranged && describeTokens(scope),
    scope.generated && describeCurve(scope.curve),
    shaped && 'shaped over layers',
    condition && `if ${describeCondition(condition)}`,
  ].filter((words): words is string => typeof words === 'string');
}
