import { describe, expect, it } from 'vitest';
import { SteerboardError } from '../../../src/core/errors.js';
import type { HookName } from '../../../src/core/onnx/hooks.js';
import { applyIntervention } from './apply.js';
import { describePlan } from '../../../src/core/steering/describe.js';
import { sameAlong } from '../../../src/core/steering/equality.js';
import { replyPlaces, placesOf } from '../../../src/core/steering/places.js';
import { emptyPlan, type OperatorName, type Plan, type PlanTerm } from '../../../src/core/steering/plan.js';
import { compilePlan } from '../../../src/core/steering/schedule.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { dot, norm, normalised } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

interface Golden {
  width: number;
  residualNorm: number;
  vectors: number[][];
  residuals: number[][];
  plans: {
    name: string;
    terms: { operator: OperatorName; vector: number; strength: number }[];
    results: number[][];
  }[];
}
const golden = readGolden<Golden>('steering');
const everywhere = { prompt: true, generated: true };

function termOf(operator: OperatorName, strength: number, vector: Float32Array, layer = 0, residualNorm = 1): PlanTerm {
  return { operator, strength, scope: everywhere, sites: [{ layer, vector, residualNorm }] };
}

const promptPlaces = placesOf(3, 3, []);
const places = placesOf(5, 3, []);

/** What a plan that is the same everywhere does at each token. */
function interventionsOf(plan: Plan, shape: { readonly layers: number; readonly width: number }) {
  const compiled = compilePlan(plan, shape);
  return compiled.interventions(compiled.actionAt({ phase: 'generated', index: 0 }).key);
}

function planOf(...terms: PlanTerm[]): Plan {
  return { terms, steerSpecialTokens: false };
}

describe('a compiled layer does what pinv says', () => {
  it.each(golden.plans)('$name', ({ terms, results }) => {
    const plan = planOf(
      ...terms.map(({ operator, strength, vector }) =>
        termOf(operator, strength, Float32Array.from(golden.vectors[vector]!), 0, golden.residualNorm),
      ),
    );
    const compiled = interventionsOf(plan, { layers: 1, width: golden.width })[0]!;
    golden.residuals.forEach((residual, row) => {
      const steered = applyIntervention(Float32Array.from(residual), compiled);
      results[row]!.forEach((value, i) => expect(steered[i]).toBeCloseTo(value, 4));
    });
  });
});

describe('laws on random residuals', () => {
  const width = 64;
  const shape = { layers: 4, width };

  it('ablate leaves nothing along any of its directions, clamp leaves c, add adds α', () => {
    const uniform = uniformSource(21);
    for (let round = 0; round < 50; round++) {
      const unit = (): Float32Array => normalised(gaussianVector(width, uniform));
      const [a, b, c] = [unit(), unit(), unit()];
      const residual = Float32Array.from(gaussianVector(width, uniform));
      const strength = 4 * uniform() - 2;
      const steer = (...terms: PlanTerm[]): Float32Array =>
        applyIntervention(residual, interventionsOf(planOf(...terms), shape)[0]!);

      const ablated = steer(termOf('ablate', 0, a), termOf('ablate', 0, b), termOf('ablate', 0, c));
      for (const direction of [a, b, c]) expect(Math.abs(dot(ablated, direction))).toBeLessThan(1e-5);
      expect(norm(ablated)).toBeLessThanOrEqual(norm(residual));

      const clamped = steer(termOf('clamp', strength, a, 0, 3), termOf('ablate', 0, b));
      expect(Math.abs(dot(clamped, a) - 3 * strength)).toBeLessThan(1e-5);
      expect(Math.abs(dot(clamped, b))).toBeLessThan(1e-5);

      const added = steer(termOf('add', strength, a, 0, 3));
      added.forEach((value, i) => expect(value).toBeCloseTo(residual[i]! + 3 * strength * a[i]!, 5));
    }
  });

  it('holding leaves everything orthogonal to the directions as it was', () => {
    const uniform = uniformSource(22);
    const direction = normalised(gaussianVector(width, uniform));
    const residual = Float32Array.from(gaussianVector(width, uniform));
    const before = dot(residual, direction);
    const steered = applyIntervention(residual, interventionsOf(planOf(termOf('clamp', 2, direction)), shape)[0]!);
    steered.forEach((value, i) => expect(value).toBeCloseTo(residual[i]! + (2 - before) * direction[i]!, 5));
  });

  it('additions come after holds, as documented', () => {
    const direction = normalised(Float32Array.from({ length: width }, () => 1));
    const plan = planOf(termOf('add', 1.5, direction), termOf('ablate', 0, direction));
    const steered = applyIntervention(new Float32Array(width).fill(2), interventionsOf(plan, shape)[0]!);
    expect(dot(steered, direction)).toBeCloseTo(1.5, 5);
  });
});

describe('compilePlan', () => {
  const east = Float32Array.of(1, 0);
  const north = Float32Array.of(0, 1);
  const shape = { layers: 3, width: 2 };

  it('compiles nothing to nothing: an empty plan, strength 0, no scope', () => {
    const nowhere = { ...termOf('ablate', 0, east), scope: { prompt: false, generated: false } };
    for (const plan of [emptyPlan, planOf(termOf('add', 0, east)), planOf(nowhere)]) {
      expect(compilePlan(plan, shape).isUnsteered).toBe(true);
    }
  });

  it('keeps clamping to 0, which does something, apart from adding 0', () => {
    expect(interventionsOf(planOf(termOf('clamp', 0, east)), shape)).toHaveLength(1);
  });

  it('orders layers, keeps phases apart and has no U without holds', () => {
    const late = { ...termOf('add', 1, east, 2), scope: { prompt: false, generated: true } };
    const early = { ...termOf('add', 1, north, 0), scope: everywhere };
    const compiled = compilePlan(planOf(late, early), shape);
    const [prompt, generated] = [places[0]!, places[3]!].map((at) => compiled.interventions(compiled.actionAt(at).key));
    expect(prompt!.map((at) => at.layer)).toEqual([0]);
    expect(generated!.map((at) => at.layer)).toEqual([0, 2]);
    expect(generated![1]).toEqual({
      hook: 'resid_post',
      layer: 2,
      bias: east,
      rank: 0,
      read: new Float32Array(0),
      write: new Float32Array(0),
    });
  });

  it('reads with Q and writes with −Q, one row for a direction held twice', () => {
    const compiled = interventionsOf(planOf(termOf('ablate', 0, north), termOf('clamp', 3, north, 0, 2)), shape)[0]!;
    expect(compiled.rank).toBe(1);
    expect([...compiled.read]).toEqual([0, 1]);
    expect(compiled.write[1]).toBe(-1);
    expect(compiled.bias[1]).toBeCloseTo(3, 6); // held at 0 and at 6: between them
  });

  it('two additions that cancel leave a layer that does nothing', () => {
    const compiled = interventionsOf(planOf(termOf('add', 1, east), termOf('add', -1, east)), shape);
    expect([...compiled[0]!.bias]).toEqual([0, 0]);
  });

  it.each([
    ['document-other-model', termOf('add', 1, east, 3)],
    ['document-other-model', termOf('add', 1, east, -1)],
    ['document-other-model', termOf('add', 1, east, 0.5)],
    ['document-other-model', termOf('add', 1, Float32Array.of(1, 0, 0))],
    ['direction-degenerate', termOf('add', 1, Float32Array.of(0, 0))],
    ['direction-degenerate', termOf('add', 1, Float32Array.of(NaN, 0))],
    ['direction-degenerate', termOf('ablate', 0, Float32Array.of(2, 0))],
    ['unexpected', termOf('add', Infinity, east)],
    ['unexpected', termOf('clamp', 1, east, 0, NaN)],
  ] as const)('refuses with %s', (code, term) => {
    expect(() => compilePlan(planOf(term), shape)).toThrow(SteerboardError);
    expect(() => compilePlan(planOf(term), shape)).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('hooks of a block', () => {
  const shape = { layers: 3, width: 2 };
  const east = Float32Array.of(1, 0);
  const at = (layer: number, hook?: HookName): PlanTerm => ({
    operator: 'add',
    strength: 1,
    scope: everywhere,
    sites: [{ layer, vector: east, residualNorm: 1, ...(hook && { hook }) }],
  });
  const placesOf = (...terms: PlanTerm[]) =>
    interventionsOf(planOf(...terms), shape).map(({ hook, layer, bias }) => [hook, layer, bias[0]]);

  it('are resid_post where nothing is said, and come in the order of the model', () => {
    expect(placesOf(at(1), at(1, 'attn_out'), at(1, 'mlp_out'), at(1, 'resid_mid'), at(0, 'resid_pre'))).toEqual([
      ['resid_pre', 0, 1],
      ['attn_out', 1, 1],
      ['resid_mid', 1, 1],
      ['mlp_out', 1, 1],
      ['resid_post', 1, 1],
    ]);
  });

  it('what a block reads is what the one before it wrote, and both are one change', () => {
    expect(placesOf(at(2, 'resid_pre'), at(1, 'resid_post'))).toEqual([['resid_post', 1, 2]]);
  });

  it('tell plans apart', () => {
    const compile = (hook: HookName) => compilePlan(planOf(at(1, hook)), shape);
    expect(sameAlong(compile('attn_out'), compile('attn_out'), places)).toBe(true);
    expect(sameAlong(compile('attn_out'), compile('mlp_out'), places)).toBe(false);
  });
});

describe('equality of plans', () => {
  const east = Float32Array.of(1, 0);
  const shape = { layers: 2, width: 2 };
  const compile = (strength: number, scope = everywhere, steerSpecialTokens = false) =>
    compilePlan({ terms: [{ ...termOf('add', strength, east), scope }], steerSpecialTokens }, shape);

  it('is by content, and by phase', () => {
    expect(sameAlong(compile(1), compile(1), places)).toBe(true);
    expect(sameAlong(compile(1), compile(1.0001), places)).toBe(false);
    const generatedOnly = { prompt: false, generated: true };
    expect(sameAlong(compile(1, generatedOnly), compile(2, generatedOnly), promptPlaces)).toBe(true);
    expect(sameAlong(compile(1, generatedOnly), compile(2, generatedOnly), replyPlaces(2))).toBe(false);
    expect(sameAlong(compile(1, generatedOnly), compilePlan(emptyPlan, shape), promptPlaces)).toBe(true);
    expect(sameAlong(compile(1), compilePlan(emptyPlan, shape), promptPlaces)).toBe(false);
  });

  it('minds operator, layer and special tokens, the last only where something is steered', () => {
    const ablate = (layer: number) => compilePlan(planOf(termOf('ablate', 0, east, layer)), shape);
    expect(sameAlong(ablate(0), ablate(0), places)).toBe(true);
    expect(sameAlong(ablate(0), ablate(1), places)).toBe(false);
    expect(sameAlong(ablate(0), compile(1), places)).toBe(false);
    expect(sameAlong(compile(1), compile(1, everywhere, true), places)).toBe(false);
    expect(sameAlong(compile(0), compile(0, everywhere, true), places)).toBe(true);
  });
});

describe('describePlan', () => {
  it('says what happens where', () => {
    const sites = [0, 3, 4, 5].map((layer) => ({ layer, vector: Float32Array.of(1), residualNorm: 1 }));
    const scope = { prompt: false, generated: true };
    const plan = planOf(
      { operator: 'add', strength: -1.5, scope, sites },
      { operator: 'ablate', strength: 9, scope: everywhere, sites: sites.slice(0, 1) },
      { operator: 'add', strength: 0, scope, sites },
    );
    expect(describePlan(plan)).toBe(
      'Adds −1.5 residual norms at layers 0, 3–5 of generated tokens; takes the direction out at layer 0 of all tokens.',
    );
    const inside = sites.slice(1, 3).map((site) => ({ ...site, hook: 'mlp_out' as const }));
    expect(describePlan(planOf({ operator: 'add', strength: 1, scope: everywhere, sites: inside }))).toBe(
      'Adds 1 residual norms at mlp_out of layers 3–4 of all tokens.',
    );
    expect(describePlan(emptyPlan)).toBe('Nothing is steered.');
  });
});
