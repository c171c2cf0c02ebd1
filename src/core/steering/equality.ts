import type { Numbers } from '../tensors/vector.js';
import type { BeyondLowRank, CompiledPlan, LayerIntervention } from './intervention.js';

export type Phase = 'prompt' | 'generated';

/**
 * Whether two plans do exactly the same in a phase, number for number: then a cache made under one may be continued
 * under the other. Whether special tokens are steered matters only where something is steered at all.
 */
export function samePhase(a: CompiledPlan, b: CompiledPlan, phase: Phase): boolean {
  const [left, right] = [a[phase], b[phase]];
  if (left.length !== right.length) return false;
  if (left.length > 0 && a.steerSpecialTokens !== b.steerSpecialTokens) return false;
  return left.every((intervention, index) => sameIntervention(intervention, right[index]!));
}

/** Whether two plans do exactly the same everywhere. */
export function samePlan(a: CompiledPlan, b: CompiledPlan): boolean {
  return a === b || (samePhase(a, b, 'prompt') && samePhase(a, b, 'generated'));
}

function sameIntervention(a: LayerIntervention, b: LayerIntervention): boolean {
  return (
    a === b ||
    (a.layer === b.layer &&
      a.hook === b.hook &&
      a.rank === b.rank &&
      sameNumbers(a.bias, b.bias) &&
      sameNumbers(a.read, b.read) &&
      sameNumbers(a.write, b.write) &&
      sameBeyond(a.beyond, b.beyond))
  );
}

function sameBeyond(a: BeyondLowRank | undefined, b: BeyondLowRank | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    sameParts(a.caps, b.caps, ({ read, write, low, high }) => [read, write, low, high]) &&
    sameParts(a.diagonal, b.diagonal, (diagonal) => [diagonal]) &&
    sameParts(a.turn, b.turn, ({ plane, target, adaptive }) => [plane, target, [Number(adaptive)]]) &&
    sameParts(a.slerp, b.slerp, ({ towards, share }) => [towards, [share]]) &&
    a.keepsNorm === b.keepsNorm
  );
}

function sameParts<Part>(a: Part | null, b: Part | null, numbersOf: (part: Part) => readonly Numbers[]): boolean {
  if (a === null || b === null) return a === b;
  const others = numbersOf(b);
  return numbersOf(a).every((numbers, index) => sameNumbers(numbers, others[index]!));
}

function sameNumbers(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
