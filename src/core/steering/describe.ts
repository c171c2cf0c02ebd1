import { effectAt, optionsOf } from './effect.js';
import { operatorNamed } from './index.js';
import type { Plan, PlanTerm } from './plan.js';
import { strengthText } from './strength.js';

/** What a plan does, in one sentence for people: "Adds −1.5 at layers 3–5 to generated tokens." */
export function describePlan(plan: Plan): string {
  const parts = plan.terms.filter(doesSomething).map(describeTerm);
  if (parts.length === 0) return 'Nothing is steered.';
  const sentence = parts.join('; ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

function doesSomething(term: PlanTerm): boolean {
  return (term.scope.prompt || term.scope.generated) && term.sites.some((site) => effectAt(term, site) !== null);
}

function describeTerm(term: PlanTerm): string {
  const operator = operatorNamed(term.operator);
  const phrase = operator.phrase(strengthText(operator, term.strength), optionsOf(operator, term.options));
  return `${phrase} at ${describeSites(term)} ${describeScope(term)}`;
}

function describeScope({ scope }: PlanTerm): string {
  if (scope.prompt && scope.generated) return 'of all tokens';
  return scope.prompt ? 'of the prompt' : 'of generated tokens';
}

/** "layers 3–5", and what of them where that is not the block's output: "mlp_out of layer 2". */
function describeSites({ sites }: PlanTerm): string {
  const hooks = [...new Set(sites.map((site) => site.hook ?? 'resid_post'))];
  const parts = hooks.map((hook) => {
    const layers = sites.filter((site) => (site.hook ?? 'resid_post') === hook).map((site) => site.layer);
    return hook === 'resid_post' ? describeLayers(layers) : `${hook} of ${describeLayers(layers)}`;
  });
  return parts.join(' and ');
}

/** "layer 3", "layers 3–5", "layers 1, 3–5". */
function describeLayers(layers: readonly number[]): string {
  const sorted = [...new Set(layers)].sort((a, b) => a - b);
  const runs: { from: number; to: number }[] = [];
  for (const layer of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && layer === run.to + 1) run.to = layer;
    else runs.push({ from: layer, to: layer });
  }
  const names = runs.map(({ from, to }) => (from === to ? String(from) : `${from}–${to}`));
  return `${sorted.length === 1 ? 'layer' : 'layers'} ${names.join(', ')}`;
}
