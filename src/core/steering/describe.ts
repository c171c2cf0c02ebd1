import { figure } from '../figure.js';
import { effectAt, optionsOf } from './effect.js';
import { operatorNamed } from './index.js';
import { reachesTokens } from './places.js';
import type { Condition, CurveHandle, Plan, PlanSite, PlanTerm, Scope, TokenRange } from './plan.js';
import { strengthText } from './strength.js';

/** What a plan does, in one sentence for people: "Adds −1.5 residual norms at layers 3–5 of the first 8 generated tokens." */
export function describePlan(plan: Plan): string {
  const parts = plan.terms.filter(doesSomething).map(describeTerm);
  if (parts.length === 0) return 'Nothing is steered.';
  const sentence = parts.join('; ');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** Whether a plan changes any text. */
export function doesAnything({ terms }: Plan): boolean {
  return terms.some(doesSomething);
}

function doesSomething(term: PlanTerm): boolean {
  return reachesTokens(term.scope) && term.sites.some((site) => effectAt(term, site) !== null);
}

function describeTerm(term: PlanTerm): string {
  const operator = operatorNamed(term.operator);
  const phrase = operator.phrase(strengthText(operator, term.strength), optionsOf(operator, term.options));
  return `${phrase} at ${describeSites(term)} of ${describeTokens(term.scope)}${describeRest(term)}`;
}

/** "all tokens", "the prompt’s last 2 tokens and generated tokens 4–11". */
export function describeTokens({ prompt, generated, promptRange, generatedRange }: Scope): string {
  if (prompt && generated && !promptRange && !generatedRange) return 'all tokens';
  const parts = [prompt && describePromptRange(promptRange), generated && describeGeneratedRange(generatedRange)];
  return parts.filter(Boolean).join(' and ');
}

function describePromptRange(range: TokenRange | undefined): string {
  if (!range) return 'the prompt';
  if (range.kind === 'window') return `${describeWindow(range)} of the prompt`;
  return `the prompt’s ${range.kind} ${countOfTokens(range.count)}`;
}

function describeGeneratedRange(range: TokenRange | undefined): string {
  if (!range) return 'generated tokens';
  if (range.kind === 'window') return `generated ${describeWindow(range)}`;
  return range.count === 1 ? 'the first generated token' : `the first ${range.count} generated tokens`;
}

function countOfTokens(count: number): string {
  return count === 1 ? 'token' : `${count} tokens`;
}

/** Counted from 0; the last one is named, where a range ends before `to`. */
function describeWindow({ from, to }: { readonly from: number; readonly to: number }): string {
  return to - from === 1 ? `token ${from}` : `tokens ${from}–${to - 1}`;
}

/** What the curve of a scope does: "fades out by token 24". Null where it changes nothing. */
export function describeCurve(handles: readonly CurveHandle[] = []): string | null {
  const factors = handles.map(({ factor }) => factor);
  const [first, last, end] = [factors[0], factors.at(-1), handles.at(-1)?.at];
  if (first === undefined || last === undefined || factors.every((factor) => factor === 1)) return null;
  const [least, most] = [Math.min(...factors), Math.max(...factors)];
  if (least === most) return `stays at ×${figure(first)}`;
  const steps = factors.slice(1).map((factor, index) => factor - factors[index]!);
  if (steps.every((step) => step <= 0))
    return `${last === 0 ? 'fades out' : `falls to ×${figure(last)}`} by token ${end}`;
  if (steps.every((step) => step >= 0)) {
    return `${first === 0 && last === 1 ? 'fades in' : `rises to ×${figure(last)}`} by token ${end}`;
  }
  return `varies between ×${figure(least)} and ×${figure(most)}`;
}

/** "the prompt’s alignment at layer 4 is at least 0.3". */
export function describeCondition({ figure: name, layer, side, threshold }: Omit<Condition, 'vector'>): string {
  return `the prompt’s ${name} at layer ${layer} is ${side === 'above' ? 'at least' : 'below'} ${figure(threshold)}`;
}

/** What is said behind the tokens. */
function describeRest({ scope, condition }: PlanTerm): string {
  const curve = scope.generated ? describeCurve(scope.curve) : null;
  return `${curve ? ` and ${curve}` : ''}${condition ? `, if ${describeCondition(condition)}` : ''}`;
}

/** "layers 3–5", and what of them where that is not the block's output: "mlp_out of layer 2". */
function describeSites(term: PlanTerm): string {
  const sites = term.sites.filter(({ factor }) => factor !== 0);
  const factors = sites.map(({ factor = 1 }) => factor);
  const [least, most] = [Math.min(...factors), Math.max(...factors)];
  const shape = least === 1 && most === 1 ? '' : ` (×${figure(least)}${least === most ? '' : `…${figure(most)}`})`;
  return `${describePlaces(sites)}${shape}`;
}

function describePlaces(sites: readonly PlanSite[]): string {
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
