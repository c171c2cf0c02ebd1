/** A plan as data of a program: at which point of which block, by which operator, how strongly, to which tokens. */
import { SteerboardError } from '../errors.js';
import type { HookName } from '../onnx/hooks.js';
import type { Condition, PlanSite, PlanTerm, Scope, TokenRange } from '../steering/plan.js';
import type { SnippetInput } from './snippet.js';

/** What each operator counts its strength in, and from where a factor of it counts. Others cannot be said yet. */
const strengths: Readonly<Record<string, { readonly unit: 'norms' | 'plain' | 'none'; readonly origin: number }>> = {
  add: { unit: 'norms', origin: 0 },
  'add-keep-norm': { unit: 'norms', origin: 0 },
  ablate: { unit: 'none', origin: 0 },
  clamp: { unit: 'norms', origin: 0 },
  cap: { unit: 'norms', origin: 0 },
  affine: { unit: 'norms', origin: 0 },
  scale: { unit: 'plain', origin: 1 },
  swap: { unit: 'none', origin: 0 },
  spherical: { unit: 'plain', origin: 0 },
  angular: { unit: 'plain', origin: 0 },
  transport: { unit: 'plain', origin: 0 },
};

export interface ProgramSite {
  readonly point: HookName;
  readonly layer: number;
  readonly op: string;
  /** Name of the tensor; those of `second`, ω and β likewise. */
  readonly vector: string;
  /** Raw: what is added or set, a factor, an angle, a share. */
  readonly amount: number;
  readonly second?: string;
  readonly centre?: number;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Index of the scope. */
  readonly scope: number;
}

/** First token and the one behind the last; a negative first counts from the end, null is open. */
export type Bounds = readonly [number, number | null];

export interface ProgramScope {
  readonly prompt: Bounds | null;
  readonly generated: Bounds | null;
  readonly curve: NonNullable<Scope['curve']>;
  readonly condition: (Omit<Condition, 'vector'> & { readonly vector: string }) | null;
}

export interface ProgramPlan {
  readonly sites: readonly ProgramSite[];
  readonly scopes: readonly ProgramScope[];
  /** Labels of operators that no program here knows. */
  readonly unknown: readonly string[];
}

export function programPlan({ plan, vectors }: SnippetInput): ProgramPlan {
  const nameOf = (vector: Float32Array): string => {
    const name = vectors.names.get(vector);
    if (name !== undefined) return name;
    throw new SteerboardError(
      'unexpected',
      'A vector of the plan is not in the exported file. Export the whole board.',
    );
  };
  const known = plan.terms.filter(({ operator }) => operator in strengths);
  return {
    scopes: known.map(({ scope, condition }) => ({
      prompt: scope.prompt ? boundsOf(scope.promptRange) : null,
      generated: scope.generated ? boundsOf(scope.generatedRange) : null,
      curve: scope.curve ?? [],
      condition: condition ? { ...condition, vector: nameOf(condition.vector) } : null,
    })),
    sites: known.flatMap((term, scope) =>
      term.sites.filter(({ factor }) => factor !== 0).map((site) => siteOf(term, site, scope, nameOf)),
    ),
    unknown: plan.terms.filter(({ operator }) => !(operator in strengths)).map(({ operator }) => operator),
  };
}

function siteOf(term: PlanTerm, site: PlanSite, scope: number, nameOf: (vector: Float32Array) => string): ProgramSite {
  const { unit, origin } = strengths[term.operator]!;
  const { factor = 1, hook = 'resid_post', layer, second, centre, residualNorm, vector } = site;
  // What a block reads is what the one before it wrote: one tensor, one name.
  const same = hook === 'resid_pre' && layer > 0;
  const strength = unit === 'none' ? factor : origin + (term.strength - origin) * factor;
  return {
    point: same ? 'resid_post' : hook,
    layer: same ? layer - 1 : layer,
    op: term.operator,
    vector: nameOf(vector),
    amount: unit === 'norms' ? strength * residualNorm : strength,
    ...(second && { second: nameOf(second) }),
    ...(centre !== undefined && { centre }),
    options: term.options ?? {},
    scope,
  };
}

function boundsOf(range: TokenRange | undefined): Bounds {
  if (!range) return [0, null];
  if (range.kind === 'window') return [range.from, range.to];
  if (range.kind === 'first') return [0, range.count];
  return range.count === 0 ? [0, 0] : [-range.count, null];
}
