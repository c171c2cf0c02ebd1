import type { Numbers } from '../tensors/vector.js';
import type { BeyondLowRank, LayerIntervention } from './intervention.js';
import type { TokenPlace } from './places.js';
import type { CompiledPlan } from './schedule.js';

/**
 * Whether two plans do exactly the same at all these tokens, number for number: then a cache made under one may be continued
 * under the other. Whether special tokens are steered matters only where something is steered at all.
 */
export function sameAlong(a: CompiledPlan, b: CompiledPlan, places: Iterable<TokenPlace>): boolean {
  if (a === b || (a.isUnsteered && b.isUnsteered)) return true;
  const same = new Set<string>();
  for (const place of places) {
    const [left, right] = [a.actionAt(place), b.actionAt(place)];
    if (left.gain !== right.gain) return false;
    if (left.gain === 0) continue;
    if (a.steerSpecialTokens !== b.steerSpecialTokens) return false;
    const pair = `${left.key}|${right.key}`;
    if (same.has(pair)) continue;
    if (!sameSet(a.interventions(left.key), b.interventions(right.key))) return false;
    same.add(pair);
  }
  return true;
}

function sameSet(a: readonly LayerIntervention[], b: readonly LayerIntervention[]): boolean {
  return a.length === b.length && a.every((intervention, index) => sameIntervention(intervention, b[index]!));
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
