import { describe, expect, it } from 'vitest';
import { describeCurve, describePlan, describeTokens } from '../../../src/core/steering/describe.js';
import type { PlanTerm, Scope, TokenRange } from '../../../src/core/steering/plan.js';

const everything: Scope = { prompt: true, generated: true };
const promptOnly = { prompt: true, generated: false };
const generatedOnly = { prompt: false, generated: true };
const first = (count: number) => ({ kind: 'first', count }) as const;
const window = (from: number, to: number) => ({ kind: 'window', from, to }) as const;
const lastOfPrompt = (count: number): TokenRange => ({ kind: 'last', count });

describe('tokens in words', () => {
  it.each<[string, Scope]>([
    ['all tokens', everything],
    ['the prompt’s first token', { ...promptOnly, promptRange: first(1) }],
    ['the prompt’s last 2 tokens', { ...promptOnly, promptRange: lastOfPrompt(2) }],
    ['tokens 2–4 of the prompt', { ...promptOnly, promptRange: window(2, 5) }],
    ['the first 8 generated tokens', { ...generatedOnly, generatedRange: first(8) }],
    ['generated token 3', { ...generatedOnly, generatedRange: window(3, 4) }],
    ['the prompt and the first generated token', { ...everything, generatedRange: first(1) }],
    // What a part's range was does not matter while the part is off.
    ['generated tokens', { ...generatedOnly, promptRange: first(1) }],
  ])('%s', (words, scope) => {
    expect(describeTokens(scope)).toBe(words);
  });
});

describe('a curve in words', () => {
  it.each<[string | null, readonly (readonly [number, number])[]]>([
    [null, []],
    [
      null,
      [
        [0, 1],
        [9, 1],
      ],
    ],
    ['stays at ×0.5', [[4, 0.5]]],
    [
      'fades out by token 20',
      [
        [0, 1],
        [5, 1],
        [20, 0],
      ],
    ],
    [
      'falls to ×0.3 by token 9',
      [
        [0, 1],
        [9, 0.3],
      ],
    ],
    [
      'fades in by token 20',
      [
        [0, 0],
        [20, 1],
      ],
    ],
    [
      'rises to ×1.5 by token 20',
      [
        [0, 0],
        [20, 1.5],
      ],
    ],
    [
      'varies between ×0 and ×2',
      [
        [0, 1],
        [5, 0],
        [9, 2],
      ],
    ],
  ])('%s', (words, handles) => {
    expect(describeCurve(handles.map(([at, factor]) => ({ at, factor })))).toBe(words);
  });
});

describe('a plan in words', () => {
  const vector = Float32Array.of(1);
  const sites = [0.5, 0, 1].map((factor, layer) => ({ layer, vector, residualNorm: 1, factor }));
  const term: PlanTerm = { operator: 'add', strength: 1, scope: everything, sites };
  const words = (change: Partial<PlanTerm>) =>
    describePlan({ terms: [{ ...term, ...change }], steerSpecialTokens: false });

  it('says how much at which layers, without those where the factor is 0', () => {
    expect(words({})).toBe('Adds 1 residual norms at layers 0, 2 (×0.5…1) of all tokens.');
    expect(words({ sites: sites.slice(0, 1) })).toBe('Adds 1 residual norms at layer 0 (×0.5) of all tokens.');
  });

  it('says curve and condition', () => {
    const curve = [
      { at: 0, factor: 1 },
      { at: 24, factor: 0 },
    ];
    const condition = { layer: 4, vector, figure: 'alignment', side: 'below', threshold: -0.25 } as const;
    expect(words({ sites: sites.slice(2), scope: { ...generatedOnly, curve }, condition })).toBe(
      'Adds 1 residual norms at layer 2 of generated tokens and fades out by token 24, if the prompt’s alignment at layer 4 is below −0.25.',
    );
  });

  it('is nothing where no token or no layer is left', () => {
    const nowhere: Scope = { ...generatedOnly, generatedRange: first(0) };
    for (const change of [{ scope: nowhere }, { sites: sites.slice(1, 2) }]) {
      expect(words(change)).toBe('Nothing is steered.');
    }
  });
});
