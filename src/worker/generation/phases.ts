import type { Span } from '../../core/chat/render.js';
import { samePhase, type Phase } from '../../core/steering/equality.js';
import type { CompiledPlan, LayerIntervention } from '../../core/steering/intervention.js';
import type { Tokenizer } from '../model/tokenizer.js';

/** Consecutive tokens that are read under one phase of a plan. */
export interface Stretch extends Span {
  readonly phase: Phase;
}

/**
 * The stretches of a text, in order: the assistant's words, earlier ones and those from `promptLength` on, are read under
 * the generated phase, all others under the prompt's.
 *
 * @param spoken the assistant's earlier words, ascending and within the prompt
 */
export function stretches(length: number, promptLength: number, spoken: readonly Span[]): readonly Stretch[] {
  const own: readonly Span[] = promptLength < length ? [...spoken, { start: promptLength, end: length }] : spoken;
  const all: Stretch[] = [];
  let at = 0;
  for (const { start, end } of own) {
    if (start > at) all.push({ start: at, end: start, phase: 'prompt' });
    all.push({ start, end: Math.min(end, length), phase: 'generated' });
    at = end;
  }
  if (at < length) all.push({ start: at, end: length, phase: 'prompt' });
  return all;
}

/**
 * One set of interventions with which tokens of both phases can be read in one run, since the mask takes out the tokens
 * that a phase leaves alone. Null when both phases change something, and not the same.
 */
export function sharedInterventions(plan: CompiledPlan): readonly LayerIntervention[] | null {
  if (plan.generated.length === 0 || samePhase(plan, { ...plan, prompt: plan.generated }, 'prompt')) return plan.prompt;
  return plan.prompt.length === 0 ? plan.generated : null;
}

/** The hooks' mask [T] for a text: 1 at tokens that their phase changes; special tokens only when the plan says so. */
export function phaseMask(
  tokenizer: Pick<Tokenizer, 'isSpecial'>,
  ids: readonly number[],
  all: readonly Stretch[],
  plan: CompiledPlan,
): Float32Array {
  const mask = new Float32Array(ids.length);
  for (const { start, end, phase } of all) {
    if (plan[phase].length === 0) continue;
    for (let at = start; at < end; at++) mask[at] = maskValue(tokenizer, ids[at]!, plan);
  }
  return mask;
}

/** 1 where the hooks act: everywhere but at special tokens, and there too when the plan says so. */
export function maskValue(tokenizer: Pick<Tokenizer, 'isSpecial'>, id: number, plan: CompiledPlan): number {
  return plan.steerSpecialTokens || !tokenizer.isSpecial(id) ? 1 : 0;
}

export function sameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  return (
    a.length === b.length && a.every(({ start, end }, index) => start === b[index]!.start && end === b[index]!.end)
  );
}
