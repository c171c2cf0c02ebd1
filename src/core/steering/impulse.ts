import type { Plan, Scope } from './plan.js';

/**
 * The plan at the first generated tokens alone, where it acts there at all; the prompt and all later tokens are left alone. So
 * what is seen later is what those tokens left behind.
 *
 * @returns null where nothing of it acts there
 */
export function impulseOf(plan: Plan, tokens: number): Plan | null {
  const terms = plan.terms.flatMap((term) => {
    const scope = impulseScope(term.scope, tokens);
    return scope ? [{ ...term, scope }] : [];
  });
  return terms.length > 0 ? { ...plan, terms } : null;
}

function impulseScope({ generated, generatedRange: range, curve }: Scope, tokens: number): Scope | null {
  const from = range?.kind === 'window' ? range.from : 0;
  const to = Math.min(tokens, range ? (range.kind === 'window' ? range.to : range.count) : Infinity);
  if (!generated || to <= from) return null;
  return { prompt: false, generated: true, generatedRange: { kind: 'window', from, to }, ...(curve && { curve }) };
}
