import type { ModelShape } from '../model.js';
import { checkSite, compileTerms } from './compile.js';
import type { LayerIntervention } from './intervention.js';
import { factorAt, reachesTokens, type TokenPlace } from './places.js';
import type { Condition, Plan, PlanTerm } from './plan.js';

/** What a plan does at one token. */
export interface TokenAction {
  /** Names the set of interventions; tokens with the same key take the same. Empty: nothing happens. */
  readonly key: string;
  /** What the hooks' mask multiplies their change by: additions that fade together need no set of their own at each token. */
  readonly gain: number;
}

/** Sets that are kept compiled; a curve beside a term without one may ask for another at every token. */
const mostSets = 8;
const nothing: TokenAction = { key: '', gain: 0 };

/**
 * A plan as a schedule: which set of interventions acts at which token. Conditions are decided before
 * ({@link decideConditions}), so of its terms all apply.
 */
export class CompiledPlan {
  private readonly sets = new Map<string, readonly LayerIntervention[]>();

  /** @param terms those that do something at some token, checked */
  constructor(
    private readonly terms: readonly PlanTerm[],
    readonly steerSpecialTokens: boolean,
  ) {}

  get isUnsteered(): boolean {
    return this.terms.length === 0;
  }

  /** What each term does in full and by itself. */
  get apart(): readonly LayerIntervention[] {
    return this.terms.flatMap((term) => compileTerms([term]));
  }

  actionAt(place: TokenPlace): TokenAction {
    if (this.isUnsteered) return nothing;
    const factors = this.terms.map(({ scope }) => factorAt(scope, place));
    const onlyAdds = this.terms.every(({ operator }, index) => operator === 'add' || factors[index] === 0);
    // What is added grows with the factor: whatever they have in common is left to the mask.
    const largest = Math.max(...factors.map(Math.abs));
    const gain = onlyAdds ? largest : 1;
    return largest === 0 ? nothing : { key: factors.map((factor) => factor / gain).join(' '), gain };
  }

  /** The interventions that a key of {@link actionAt} names. Same errors as {@link compileTerms}. */
  interventions(key: string): readonly LayerIntervention[] {
    if (key === '') return [];
    const kept = this.sets.get(key);
    if (kept) return kept;
    const factors = key.split(' ').map(Number);
    const set = compileTerms(
      this.terms.flatMap((term, index) => (factors[index] === 0 ? [] : [scaledTerm(term, factors[index]!)])),
    );
    if (this.sets.size >= mostSets) this.sets.delete(this.sets.keys().next().value!);
    this.sets.set(key, set);
    return set;
  }

  /** Compiles what meets at these tokens, so that what cannot be done together is refused before anything is written. */
  check(places: readonly TokenPlace[]): void {
    const met = new Set<string>();
    for (const place of places) {
      const { key } = this.actionAt(place);
      // Whether limits can be kept together depends on how large they are; of all else, on what there is.
      const together = key
        .split(' ')
        .map((factor, index) => (this.terms[index]?.operator === 'cap' ? factor : String(factor !== '0')))
        .join();
      if (met.has(together)) continue;
      met.add(together);
      this.interventions(key);
    }
  }
}

function scaledTerm(term: PlanTerm, factor: number): PlanTerm {
  if (factor === 1) return term;
  return { ...term, sites: term.sites.map((site) => ({ ...site, factor: (site.factor ?? 1) * factor })) };
}

/** @throws SteerboardError as {@link checkSite} does, for what a condition reads */
export function checkCondition({ layer, vector }: Condition, shape: Pick<ModelShape, 'layers' | 'width'>): void {
  checkSite({ operator: 'add', strength: 0 }, { layer, vector, residualNorm: 1 }, shape);
}

/**
 * Checks a plan, and leaves out what does nothing anywhere: a site whose factor is 0, a term whose ranges are empty or that
 * adds nothing.
 *
 * @throws SteerboardError as {@link checkSite} does
 */
export function compilePlan(plan: Plan, shape: Pick<ModelShape, 'layers' | 'width'>): CompiledPlan {
  for (const term of plan.terms) for (const site of term.sites) checkSite(term, site, shape);
  const terms = plan.terms
    .filter(({ scope }) => reachesTokens(scope))
    .map((term) => ({ ...term, sites: term.sites.filter(({ factor }) => factor !== 0) }))
    .filter((term) => compileTerms([term]).length > 0);
  return new CompiledPlan(terms, plan.steerSpecialTokens);
}
