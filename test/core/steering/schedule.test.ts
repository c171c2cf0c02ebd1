import { describe, expect, it } from 'vitest';
import { applyIntervention } from './apply.js';
import { curveAt } from '../../../src/core/steering/curve.js';
import { sameAlong } from '../../../src/core/steering/equality.js';
import { placesOf, replyPlaces, type TokenPlace } from '../../../src/core/steering/places.js';
import { emptyPlan, type Plan, type PlanTerm, type Scope, type TokenRange } from '../../../src/core/steering/plan.js';
import { compilePlan, type CompiledPlan } from '../../../src/core/steering/schedule.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { dot, normalised } from '../../../src/core/tensors/vector.js';

const width = 6;
const shape = { layers: 3, width };
const axis = (at: number) => Float32Array.from({ length: width }, (_, i) => (i === at ? 1 : 0));
const everything: Scope = { prompt: true, generated: true };

function adding(strength: number, scope: Scope, at = 0, factor?: number): PlanTerm {
  const site = { layer: 0, vector: axis(at), residualNorm: 1, ...(factor !== undefined && { factor }) };
  return { operator: 'add', strength, scope, sites: [site] };
}
const planOf = (...terms: PlanTerm[]): Plan => ({ terms, steerSpecialTokens: false });

/** What the hook of layer 0 makes of a residual at a token, mask included. */
function steered(plan: CompiledPlan, place: TokenPlace, residual: Float32Array): Float32Array {
  const { key, gain } = plan.actionAt(place);
  const there = plan.interventions(key).find(({ layer }) => layer === 0);
  if (!there) return residual;
  return applyIntervention(residual, there).map((value, i) => residual[i]! + gain * (value - residual[i]!));
}

/** What is added along the first axis at each token. */
function added(scope: Scope, length: number, promptLength: number, spoken: Parameters<typeof placesOf>[2] = []) {
  const plan = compilePlan(planOf(adding(1, scope)), shape);
  return placesOf(length, promptLength, spoken).map((place) => steered(plan, place, new Float32Array(width))[0]!);
}

describe('a scope', () => {
  const [prompt, generated] = [
    { prompt: true, generated: false },
    { prompt: false, generated: true },
  ];
  it.each<[string, Scope, readonly number[]]>([
    ['is all tokens without ranges', everything, [1, 1, 1, 1, 1, 1, 1]],
    ['takes the prompt’s first', { ...prompt, promptRange: { kind: 'first', count: 2 } }, [1, 1, 0, 0, 0, 0, 0]],
    ['takes the prompt’s last', { ...prompt, promptRange: { kind: 'last', count: 1 } }, [0, 0, 0, 1, 0, 0, 0]],
    ['takes a window of it', { ...prompt, promptRange: { kind: 'window', from: 1, to: 3 } }, [0, 1, 1, 0, 0, 0, 0]],
    ['may ask for more than there is', { ...prompt, promptRange: { kind: 'last', count: 9 } }, [1, 1, 1, 1, 0, 0, 0]],
    ['takes generated ones', { ...generated, generatedRange: { kind: 'first', count: 2 } }, [0, 0, 0, 0, 1, 1, 0]],
    [
      'takes a window of each part',
      {
        ...everything,
        promptRange: { kind: 'window', from: 0, to: 1 },
        generatedRange: { kind: 'window', from: 2, to: 9 },
      },
      [1, 0, 0, 0, 0, 0, 1],
    ],
    ['is empty with no tokens', { ...generated, generatedRange: { kind: 'first', count: 0 } }, [0, 0, 0, 0, 0, 0, 0]],
    [
      'leaves the prompt as it is under a curve',
      {
        ...everything,
        curve: [
          { at: 0, factor: 0 },
          { at: 2, factor: 1 },
        ],
      },
      [1, 1, 1, 1, 0, 0.5, 1],
    ],
  ])('%s', (_, scope, expected) => {
    expect(added(scope, 7, 4)).toEqual(expected);
  });

  it('counts generated tokens within each of the assistant’s turns, and the prompt’s past them', () => {
    const spoken = [
      { start: 2, end: 5 },
      { start: 7, end: 8 },
    ];
    const first = { kind: 'first', count: 2 } as const;
    expect(added({ ...generated, generatedRange: first }, 12, 9, spoken)).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0]);
    expect(added({ ...prompt, promptRange: { kind: 'window', from: 1, to: 7 } }, 12, 9, spoken)).toEqual([
      0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0,
    ]);
  });
});

describe('a curve', () => {
  const handles = [
    { at: 2, factor: 1 },
    { at: 6, factor: 0.5 },
    { at: 6, factor: -1 },
    { at: 8, factor: 0 },
  ];
  it('is straight between handles, level outside of them, and may jump', () => {
    const factors = Array.from({ length: 10 }, (_, index) => curveAt(handles, index));
    expect(factors).toEqual([1, 1, 1, 0.875, 0.75, 0.625, -1, -0.5, 0, 0]);
  });

  it('is 1 without handles and level with one', () => {
    expect([curveAt([], 0), curveAt([], 99)]).toEqual([1, 1]);
    expect([curveAt([{ at: 4, factor: 0.25 }], 0), curveAt([{ at: 4, factor: 0.25 }], 9)]).toEqual([0.25, 0.25]);
  });
});

describe('any plan', () => {
  it('does at each token what its terms there do together, one by one', () => {
    const uniform = uniformSource(8);
    const whole = (below: number) => Math.floor(uniform() * below);
    const rangeOf = (): TokenRange | undefined =>
      [
        undefined,
        { kind: 'first', count: whole(6) } as const,
        { kind: 'last', count: whole(6) } as const,
        { kind: 'window', from: whole(6), to: whole(9) } as const,
      ][whole(4)];
    for (let round = 0; round < 60; round++) {
      const terms = Array.from({ length: 1 + whole(3) }, (_, at): PlanTerm => {
        const [promptRange, generatedRange] = [rangeOf(), rangeOf()];
        const curve = [0, 3, 7].map((token) => ({ at: token, factor: whole(4) / 2 - 0.5 }));
        const scope: Scope = {
          prompt: uniform() < 0.7,
          generated: uniform() < 0.7,
          ...(promptRange && { promptRange }),
          ...(generatedRange && generatedRange.kind !== 'last' && { generatedRange }),
          ...(uniform() < 0.5 && { curve }),
        };
        // Axes of their own, so that what each does is known without solving anything.
        const term = adding(4 * uniform() - 2, scope, at, uniform() < 0.5 ? 0.5 : undefined);
        return { ...term, operator: (['add', 'add', 'clamp'] as const)[whole(3)]! };
      });
      const plan = compilePlan(planOf(...terms), shape);
      const promptLength = 5;
      for (let position = 0; position < 14; position++) {
        const residual = Float32Array.from(gaussianVector(width, uniform));
        const expected = Float64Array.from(residual);
        terms.forEach(({ operator, strength, scope, sites: [site] }, at) => {
          const index = position - promptLength;
          const range = index < 0 ? scope.promptRange : scope.generatedRange;
          const within = (it: number, length: number): boolean =>
            !range ||
            (range.kind === 'first' && it < range.count) ||
            (range.kind === 'last' && length - it <= range.count) ||
            (range.kind === 'window' && range.from <= it && it < range.to);
          const acts =
            index < 0 ? scope.prompt && within(position, promptLength) : scope.generated && within(index, 99);
          const factor = (site!.factor ?? 1) * (index < 0 || !scope.curve ? 1 : curveAt(scope.curve, index));
          if (!acts || factor === 0) return;
          if (operator === 'add') expected[at]! += strength * factor;
          else expected[at] = strength * factor;
        });
        const place = placesOf(14, promptLength, [])[position]!;
        steered(plan, place, residual).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
      }
    }
  });

  it('lets what fades together share one set, and makes others from token to token', () => {
    const curve = [
      { at: 0, factor: 1 },
      { at: 100, factor: 0 },
    ];
    const fading = { ...everything, curve };
    const keys = (...terms: PlanTerm[]) => {
      const plan = compilePlan(planOf(...terms), shape);
      return new Set(replyPlaces(50).map((place) => plan.actionAt(place).key)).size;
    };
    expect(keys(adding(1, fading), adding(2, fading, 1))).toBe(1);
    expect(keys(adding(1, fading), adding(2, everything, 1))).toBe(50);
    expect(keys({ ...adding(1, fading), operator: 'clamp' })).toBe(50);
  });

  it('leaves out sites whose factor is 0, also where the operator has no strength', () => {
    const ablation: PlanTerm = { ...adding(0, everything), operator: 'ablate' };
    const halfOut = { ...ablation, sites: [0, 1].map((factor) => ({ ...ablation.sites[0]!, layer: factor, factor })) };
    const plan = compilePlan(planOf(halfOut), shape);
    expect(plan.apart.map(({ layer }) => layer)).toEqual([1]);
    expect(compilePlan(planOf({ ...halfOut, sites: halfOut.sites.slice(0, 1) }), shape).isUnsteered).toBe(true);
  });

  it('is unsteered when none of its ranges has a token', () => {
    const nowhere: Scope[] = [
      { ...everything, promptRange: { kind: 'first', count: 0 }, generatedRange: { kind: 'window', from: 3, to: 3 } },
      { prompt: false, generated: true, curve: [{ at: 0, factor: 0 }] },
    ];
    for (const scope of nowhere) expect(compilePlan(planOf(adding(1, scope)), shape).isUnsteered).toBe(true);
  });
});

describe('plans are the same along tokens', () => {
  const upTo = (count: number) =>
    compilePlan(planOf(adding(1, { ...everything, generatedRange: { kind: 'first', count } })), shape);
  const curved = (last: number) =>
    compilePlan(
      planOf(adding(1, { ...everything, curve: [0, 4, 8].map((at) => ({ at, factor: at < 8 ? 1 : last })) })),
      shape,
    );

  it('as long as they have not parted', () => {
    expect(sameAlong(upTo(8), upTo(12), replyPlaces(8))).toBe(true);
    expect(sameAlong(upTo(8), upTo(12), replyPlaces(9))).toBe(false);
    expect(sameAlong(curved(0), curved(1), replyPlaces(5))).toBe(true);
    expect(sameAlong(curved(0), curved(1), replyPlaces(6))).toBe(false);
    expect(sameAlong(curved(0), upTo(99), placesOf(4, 4, []))).toBe(true);
  });

  it('whatever made them so, and never by chance of their keys', () => {
    const twice = compilePlan(planOf(adding(0.5, everything), adding(0.5, everything)), shape);
    expect(sameAlong(twice, compilePlan(planOf(adding(1, everything)), shape), replyPlaces(3))).toBe(true);
    const other = compilePlan(planOf(adding(1, everything, 1)), shape);
    expect(sameAlong(upTo(9), other, replyPlaces(3))).toBe(false);
    expect(sameAlong(compilePlan(emptyPlan, shape), other, replyPlaces(1))).toBe(false);
  });
});

it('vectors of a direction added one a position are each at their own token', () => {
  const uniform = uniformSource(3);
  const vectors = Array.from({ length: 4 }, () => normalised(gaussianVector(width, uniform)));
  const terms = vectors.map((vector, from): PlanTerm => ({
    operator: 'add',
    strength: 2,
    scope: { prompt: true, generated: false, promptRange: { kind: 'window', from, to: from + 1 } },
    sites: [{ layer: 0, vector, residualNorm: 1, factor: 1 + from }],
  }));
  const plan = compilePlan(planOf(...terms), shape);
  placesOf(8, 6, []).forEach((place, position) => {
    const result = steered(plan, place, new Float32Array(width));
    vectors.forEach((vector, at) => {
      if (at === position) expect(dot(result, vector)).toBeCloseTo(2 * (1 + at), 5);
    });
    if (position >= 4) expect([...result]).toEqual(Array<number>(width).fill(0));
  });
});

describe('limits that move along a curve', () => {
  const limit = (side: 'above' | 'below', strength: number, curve: Scope['curve'] = []): PlanTerm => ({
    operator: 'cap',
    strength,
    scope: { ...everything, curve },
    sites: [{ layer: 0, vector: axis(0), residualNorm: 1 }],
    options: { side },
  });
  const rising = [
    { at: 0, factor: 0.1 },
    { at: 10, factor: 1 },
  ];
  /** At most 1, and at least more and more. */
  const plan = (least: number) => compilePlan(planOf(limit('above', 1), limit('below', least, rising)), shape);

  it('are refused before anything is written when they cross later', () => {
    expect(() => plan(2).check(replyPlaces(20))).toThrow(expect.objectContaining({ code: 'plan-impossible' }));
  });

  it('are taken where they never cross', () => {
    expect(() => plan(2).check(replyPlaces(4))).not.toThrow();
    expect(() => plan(0.9).check(replyPlaces(20))).not.toThrow();
  });
});
