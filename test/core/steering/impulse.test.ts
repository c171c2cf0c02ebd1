import { describe, expect, it } from 'vitest';
import { impulseOf } from '../../../src/core/steering/impulse.js';
import { factorAt } from '../../../src/core/steering/places.js';
import type { Plan, Scope } from '../../../src/core/steering/plan.js';

const planOf = (...scopes: Scope[]): Plan => ({
  terms: scopes.map((scope) => ({ operator: 'add', strength: 1, scope, sites: [] })),
  steerSpecialTokens: true,
});
const acts = (plan: Plan | null): string =>
  (plan?.terms ?? [])
    .map(({ scope }) =>
      Array.from({ length: 8 }, (_, index) => factorAt(scope, { phase: 'generated', index })).join(''),
    )
    .join(' ');

describe('an impulse', () => {
  it('acts at the first generated tokens alone, within the plan’s own ranges', () => {
    expect(acts(impulseOf(planOf({ prompt: true, generated: true }), 3))).toBe('11100000');
    const ranges: Scope[] = [
      { prompt: false, generated: true, generatedRange: { kind: 'first', count: 2 } },
      { prompt: false, generated: true, generatedRange: { kind: 'window', from: 1, to: 6 } },
      { prompt: false, generated: true, generatedRange: { kind: 'window', from: 3, to: 6 } },
    ];
    expect(acts(impulseOf(planOf(...ranges), 3))).toBe('11000000 01100000');
  });

  it('leaves the prompt alone, and keeps the curve and what else the plan says', () => {
    const curve = [{ at: 0, factor: 2 }];
    const impulse = impulseOf(planOf({ prompt: true, generated: true, curve }), 2);
    expect(acts(impulse)).toBe('22000000');
    expect(impulse!.terms[0]!.scope.prompt).toBe(false);
    expect(impulse!.steerSpecialTokens).toBe(true);
  });

  it('is none where the plan steers the prompt alone', () => {
    expect(impulseOf(planOf({ prompt: true, generated: false }), 4)).toBeNull();
  });
});
