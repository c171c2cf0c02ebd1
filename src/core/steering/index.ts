/** The ways to apply a direction. To add one: a file here that exports an `Operator`, its name in plan.ts, its lines below. */
import { ablate } from './ablate.js';
import { add } from './add.js';
import { addKeepNorm } from './add-keep-norm.js';
import { affine } from './affine.js';
import { angular } from './angular.js';
import { cap } from './cap.js';
import { clamp } from './clamp.js';
import type { Operator } from './operator.js';
import type { OperatorName } from './plan.js';
import { scale } from './scale.js';
import { spherical } from './spherical.js';
import { swap } from './swap.js';
import { transport } from './transport.js';

export const operators: readonly Operator[] = [
  add,
  addKeepNorm,
  ablate,
  clamp,
  cap,
  affine,
  scale,
  swap,
  spherical,
  angular,
  transport,
];

const byName: Readonly<Record<OperatorName, Operator>> = {
  add,
  'add-keep-norm': addKeepNorm,
  ablate,
  clamp,
  cap,
  affine,
  scale,
  swap,
  spherical,
  angular,
  transport,
};

export function operatorNamed(name: OperatorName): Operator {
  return byName[name];
}

export type { Effect, Operator, OperatorNeed, OperatorOption, StrengthScale, StrengthUnit } from './operator.js';
