/** The ways to apply a direction. To add one: a file here that exports an `Operator`, its name in plan.ts, its lines below. */
import { ablate } from './ablate.js';
import { add } from './add.js';
import { clamp } from './clamp.js';
import type { Operator } from './operator.js';
import type { OperatorName } from './plan.js';

export const operators: readonly Operator[] = [add, ablate, clamp];

const byName: Readonly<Record<OperatorName, Operator>> = { add, ablate, clamp };

export function operatorNamed(name: OperatorName): Operator {
  return byName[name];
}

export type { Effect, Operator } from './operator.js';
