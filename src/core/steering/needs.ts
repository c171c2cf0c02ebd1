/** Whether a direction has what its operator takes, beside its vector. */
import { SteerboardError } from '../errors.js';
import { isAllFinite } from '../tensors/vector.js';
import { operatorNamed } from './index.js';
import type { OperatorNeed } from './operator.js';
import type { OperatorName, PlanSite } from './plan.js';

/** What an operator needs and a site does not have; nothing happens there. */
export function missingAt(operator: OperatorName, site: PlanSite): readonly OperatorNeed[] {
  return operatorNamed(operator).needs.filter((need) => site[need] === undefined);
}

const advice: Readonly<Record<OperatorNeed, string>> = {
  second: 'needs a second direction. Choose one that is fitted on this model',
  transport: 'needs a transport map. Fit the direction again with the method “Linear transport”',
};

/**
 * @param checkUnit throws for a vector that is not one of this model
 * @throws SteerboardError `plan-impossible` when something is missing, `document-other-model` or `direction-degenerate` for
 *   a map of another width or that is not finite
 */
export function checkNeeds(
  operator: OperatorName,
  site: PlanSite,
  width: number,
  checkUnit: (vector: Float32Array) => void,
): void {
  const { layer, second, transport, centre = 0 } = site;
  const { label, needs } = operatorNamed(operator);
  for (const need of missingAt(operator, site)) {
    const message = `"${label}" at layer ${layer} ${advice[need]}, or choose another operator.`;
    throw new SteerboardError('plan-impossible', message, { layer, operator, need });
  }
  if (needs.includes('second') && second) checkUnit(second);
  if (needs.includes('transport') && transport) {
    const { scale, shift } = transport;
    if (scale.length !== width || shift.length !== width) {
      const message = `The transport map has ${scale.length} numbers, but this model's residual has ${width}. Fit it again for this model.`;
      throw new SteerboardError('document-other-model', message, { width: scale.length, expected: width });
    }
    if (!isAllFinite(scale) || !isAllFinite(shift)) {
      const message = `The transport map at layer ${layer} has numbers that are not finite. Fit it again.`;
      throw new SteerboardError('direction-degenerate', message, { layer });
    }
  }
  if (!Number.isFinite(centre)) {
    const message = `The reference mean at layer ${layer} is not a finite number. Fit the direction again.`;
    throw new SteerboardError('direction-degenerate', message, { layer });
  }
}
