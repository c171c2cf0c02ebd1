import type { Span } from '../../core/chat/render.js';
import type { TokenPlace } from '../../core/steering/places.js';
import type { CompiledPlan } from '../../core/steering/schedule.js';
import type { Tokenizer } from '../model/tokenizer.js';

/** Consecutive tokens that are read with one set of interventions. */
export interface Stretch extends Span {
  /** Of {@link CompiledPlan.interventions}. */
  readonly key: string;
}

/** How a text is read under a plan. */
export interface Reading {
  readonly plan: CompiledPlan;
  /** In order, and as few as can be. */
  readonly stretches: readonly Stretch[];
  /** The hooks' mask [T]: what the change is multiplied by at each token, 0 where nothing is changed. */
  readonly mask: Float32Array;
}

type SpecialTokens = Pick<Tokenizer, 'isSpecial'>;

/** The mask takes tokens out that the plan leaves alone, so these go along with whatever is read beside them. */
export function readingOf(
  tokenizer: SpecialTokens,
  ids: readonly number[],
  places: readonly TokenPlace[],
  plan: CompiledPlan,
): Reading {
  const mask = new Float32Array(ids.length);
  const stretches: Stretch[] = [];
  ids.forEach((id, at) => {
    const { key, gain } = plan.actionAt(places[at]!);
    mask[at] = maskValue(tokenizer, id, plan, gain);
    const own = mask[at] === 0 ? '' : key;
    const last = stretches.at(-1);
    if (last && (own === '' || last.key === '' || last.key === own)) {
      stretches[stretches.length - 1] = { start: last.start, end: at + 1, key: own || last.key };
    } else stretches.push({ start: at, end: at + 1, key: own });
  });
  return { plan, stretches, mask };
}

/** The plan's gain where the hooks act: everywhere but at special tokens, and there too when the plan says so. */
export function maskValue(tokenizer: SpecialTokens, id: number, plan: CompiledPlan, gain: number): number {
  return plan.steerSpecialTokens || !tokenizer.isSpecial(id) ? gain : 0;
}

export function sameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  return (
    a.length === b.length && a.every(({ start, end }, index) => start === b[index]!.start && end === b[index]!.end)
  );
}
