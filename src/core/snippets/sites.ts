/** A plan as data of a program: at which point of which block, by which operator, how strongly, to which tokens. */
import { SteerboardError } from '../errors.js';
import { isOfLayer } from '../formats/tensor-names.js';
import { sameTensor, type HookName } from '../onnx/hooks.js';
import { strengthAt } from '../steering/effect.js';
import { operatorNamed } from '../steering/index.js';
import type { Condition, OperatorName, PlanSite, PlanTerm, Scope, TokenRange } from '../steering/plan.js';
import type { SnippetInput } from './snippet.js';
import { isSaid } from './stages.js';

export interface ProgramSite {
  readonly point: HookName;
  readonly layer: number;
  readonly op: OperatorName;
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
  // Layers may share one vector: the name of the layer that it is applied at is what a reader looks for.
  const nameOf = (vector: Float32Array, layer: number): string => {
    const names = vectors.names.get(vector) ?? [];
    const name = names.find((it) => isOfLayer(it, layer)) ?? names[0];
    if (name !== undefined) return name;
    throw new SteerboardError(
      'unexpected',
      'A vector of the plan is not in the exported file. Export the whole board.',
    );
  };
  const known = plan.terms.filter(({ operator }) => isSaid(operator));
  return {
    scopes: known.map(({ scope, condition }) => ({
      prompt: scope.prompt ? boundsOf(scope.promptRange) : null,
      generated: scope.generated ? boundsOf(scope.generatedRange) : null,
      curve: scope.curve ?? [],
      condition: condition ? { ...condition, vector: nameOf(condition.vector, condition.layer) } : null,
    })),
    sites: known.flatMap((term, scope) =>
      term.sites
        .filter(({ factor }) => factor !== 0)
        .map((site) => siteOf(term, site, scope, (vector) => nameOf(vector, site.layer))),
    ),
    unknown: plan.terms.filter(({ operator }) => !isSaid(operator)).map(({ operator }) => operator),
  };
}

function siteOf(term: PlanTerm, site: PlanSite, scope: number, nameOf: (vector: Float32Array) => string): ProgramSite {
  const operator = operatorNamed(term.operator);
  const { factor = 1, second, centre, residualNorm, vector } = site;
  const { hook, layer } = sameTensor(site);
  // Where there is no strength, the factor is the share that is done.
  const amount = operator.strength ? strengthAt(operator.strength, term.strength, factor) : factor;
  return {
    point: hook,
    layer,
    op: term.operator,
    vector: nameOf(vector),
    amount: operator.strength?.unit === 'norms' ? amount * residualNorm : amount,
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
