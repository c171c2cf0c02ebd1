import { describeCondition, describeCurve, describeTokens } from '../../../core/steering/describe.js';
import type { TokenRange } from '../../../core/steering/plan.js';
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

/** The same in a word each, for a chip: "first 8", "curve", "if…". */
export function restrictionsOf(
  { scope, layerFactors, condition }: DirectionEntry,
  [from, to]: LayerSpan,
): readonly string[] {
  const { prompt, generated } = scope;
  const shaped = layerFactors?.slice(from, to + 1).some((factor) => factor !== 1);
  return [
    !generated && 'prompt',
    !prompt && 'generated',
    prompt && scope.promptRange && rangeBriefly(scope.promptRange),
    generated && scope.generatedRange && rangeBriefly(scope.generatedRange),
    ((generated && describeCurve(scope.curve) !== null) || shaped) && 'curve',
    condition && 'if…',
  ].filter((words): words is string => typeof words === 'string');
}

function rangeBriefly(range: TokenRange): string {
  if (range.kind !== 'window') return `${range.kind} ${range.count}`;
  return range.to - range.from === 1 ? `token ${range.from}` : `tokens ${range.from}–${range.to - 1}`;
}
