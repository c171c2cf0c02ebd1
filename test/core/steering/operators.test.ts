import { describe, expect, it } from 'vitest';
import { applyIntervention } from './apply.js';
import { compileTerms } from '../../../src/core/steering/compile.js';
import { describePlan } from '../../../src/core/steering/describe.js';
import { operators } from '../../../src/core/steering/index.js';
import { checkNeeds, missingAt } from '../../../src/core/steering/needs.js';
import type { OperatorName, OperatorOptions, PlanSite, PlanTerm } from '../../../src/core/steering/plan.js';
import { stages, stagesOf } from '../../../src/core/steering/stages.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { dot, norm, normalised } from '../../../src/core/tensors/vector.js';
import { readGolden } from '../../golden/read.js';

interface GoldenTerm {
  operator: OperatorName;
  vector: number;
  strength: number;
  second?: number;
  options?: OperatorOptions;
}
interface Golden {
  width: number;
  residualNorm: number;
  vectors: number[][];
  centre: number;
  transport: { scale: number[]; shift: number[] };
  residuals: number[][];
  plans: { name: string; terms: GoldenTerm[]; results: number[][] }[];
}
const golden = readGolden<Golden>('operators');
const scope = { prompt: true, generated: true };
const floats = (numbers: readonly number[]) => Float32Array.from(numbers);

function goldenTerm({ operator, vector, strength, second, options }: GoldenTerm): PlanTerm {
  const site: PlanSite = {
    layer: 0,
    vector: floats(golden.vectors[vector]!),
    residualNorm: golden.residualNorm,
    centre: golden.centre,
    transport: { scale: floats(golden.transport.scale), shift: floats(golden.transport.shift) },
    ...(second !== undefined && { second: floats(golden.vectors[second]!) }),
  };
  return { operator, strength, scope, sites: [site], ...(options && { options }) };
}

describe('operators and their stages do what the formulas say', () => {
  it.each(golden.plans)('$name', ({ terms, results }) => {
    const compiled = compileTerms(terms.map(goldenTerm));
    expect(compiled).toHaveLength(1);
    golden.residuals.forEach((residual, row) => {
      const steered = applyIntervention(floats(residual), compiled[0]!);
      results[row]!.forEach((value, i) => expect(steered[i]).toBeCloseTo(value, 4));
    });
  });

  it('whatever the order of the terms', () => {
    const { terms } = golden.plans.find(({ name }) => name === 'all stages')!;
    const residual = floats(golden.residuals[0]!);
    const forwards = applyIntervention(residual, compileTerms(terms.map(goldenTerm))[0]!);
    const backwards = applyIntervention(residual, compileTerms(terms.toReversed().map(goldenTerm))[0]!);
    backwards.forEach((value, i) => expect(value).toBeCloseTo(forwards[i]!, 4));
  });
});

describe('laws on random residuals', () => {
  const width = 64;
  const uniform = uniformSource(23);
  const unit = (): Float32Array => normalised(gaussianVector(width, uniform));
  const residual = (): Float32Array => Float32Array.from(gaussianVector(width, uniform));
  const term = (operator: OperatorName, strength: number, site: Partial<PlanSite>, options = {}): PlanTerm => ({
    operator,
    strength,
    scope,
    options,
    sites: [{ layer: 0, vector: unit(), residualNorm: 8, ...site }],
  });
  const steer = (h: Float32Array, ...terms: PlanTerm[]) => applyIntervention(h, compileTerms(terms)[0]!);
  const rounds = Array.from({ length: 30 });

  it('norm-preserving add, spherical and angular keep ‖h‖ to 1e-6, however strong', () => {
    for (const _ of rounds) {
      const h = residual();
      const site = { vector: unit(), second: unit() };
      for (const it of [
        term('add-keep-norm', 4 * uniform() - 2, site),
        term('spherical', uniform(), site),
        term('angular', 360 * uniform() - 180, site),
      ]) {
        expect(Math.abs(norm(steer(h, it)) / norm(h) - 1), it.operator).toBeLessThan(1e-6);
      }
    }
  });

  it('swap twice with s and t exchanged gives h back when h ⟂ t, and both at once exchange the two', () => {
    for (const _ of rounds) {
      const [s, t] = [unit(), unit()];
      const h = steer(residual(), term('ablate', 0, { vector: t }));
      const sOrthogonal = normalised(steer(s, term('ablate', 0, { vector: t })));
      const forth = steer(h, term('swap', 0, { vector: sOrthogonal, second: t }));
      expect(Math.abs(dot(forth, t) - dot(h, sOrthogonal))).toBeLessThan(1e-5);
      const back = steer(forth, term('swap', 0, { vector: t, second: sOrthogonal }));
      back.forEach((value, i) => expect(value).toBeCloseTo(h[i]!, 5));
      const any = residual();
      const exchanged = steer(
        any,
        term('swap', 0, { vector: t, second: sOrthogonal }),
        term('swap', 0, { vector: sOrthogonal, second: t }),
      );
      expect(dot(exchanged, t)).toBeCloseTo(dot(any, sOrthogonal), 5);
      expect(dot(exchanged, sOrthogonal)).toBeCloseTo(dot(any, t), 5);
    }
  });

  it('scale multiplies the projection, affine sets it from the centre, cap leaves what is within', () => {
    for (const _ of rounds) {
      const h = residual();
      const vector = unit();
      const along = dot(h, vector);
      expect(dot(steer(h, term('scale', -3, { vector })), vector)).toBeCloseTo(-3 * along, 4);
      expect(dot(steer(h, term('affine', 0.5, { vector, centre: 2 })), vector)).toBeCloseTo(6, 4);
      expect(dot(steer(h, term('cap', 0.05, { vector })), vector)).toBeCloseTo(Math.min(along, 0.4), 4);
      expect(dot(steer(h, term('cap', 0.05, { vector }, { side: 'below' })), vector)).toBeCloseTo(
        Math.max(along, 0.4),
        4,
      );
    }
  });

  it('spherical goes the share of the angle, and all of it at 1', () => {
    for (const _ of rounds) {
      const [h, vector] = [residual(), unit()];
      const angleTo = (x: Float32Array) => Math.acos(dot(x, vector) / norm(x));
      expect(angleTo(steer(h, term('spherical', 0.25, { vector })))).toBeCloseTo(0.75 * angleTo(h), 5);
      expect(dot(steer(h, term('spherical', 1, { vector })), vector)).toBeCloseTo(norm(h), 4);
    }
  });

  it('angular puts the part in the plane at the angle; adaptive only where it points along', () => {
    for (const _ of rounds) {
      const [h, vector, second] = [residual(), unit(), unit()];
      const turned = steer(h, term('angular', 60, { vector, second }));
      const b2 = normalised(steer(second, term('ablate', 0, { vector })));
      expect((Math.atan2(dot(turned, b2), dot(turned, vector)) * 180) / Math.PI).toBeCloseTo(60, 3);
      const adaptive = steer(h, term('angular', 60, { vector, second }, { adaptive: true }));
      expect(adaptive).toEqual(dot(h, vector) > 0 ? turned : h);
    }
  });

  it('a factor multiplies the strength where it counts from, and 0 takes the layer out', () => {
    const vector = unit();
    const h = residual();
    const along = dot(h, vector);
    const projection = (it: PlanTerm) => dot(steer(h, it), vector);
    expect(projection(term('scale', 3, { vector, factor: 0.5 }))).toBeCloseTo(2 * along, 4);
    expect(projection(term('clamp', 1, { vector, factor: 0.5 }))).toBeCloseTo(4, 4);
    expect(projection(term('ablate', 0, { vector, factor: 0.25 }))).toBeCloseTo(0.75 * along, 4);
    for (const { name } of operators) {
      expect(compileTerms([term(name, 0.7, { vector, second: unit(), factor: 0 })]), name).toEqual([]);
    }
  });

  it('strength where nothing is done compiles to nothing', () => {
    const ones = new Float32Array(width).fill(1);
    const site = { second: unit(), transport: { scale: ones, shift: ones } };
    for (const { name, strength } of operators) {
      if (!strength || ['clamp', 'cap', 'affine', 'angular'].includes(name)) continue;
      expect(compileTerms([term(name, strength.origin, site)]), name).toEqual([]);
    }
  });
});

describe('what cannot be done', () => {
  const east = Float32Array.of(1, 0, 0);
  const north = Float32Array.of(0, 1, 0);
  const at = (operator: OperatorName, strength: number, site: Partial<PlanSite> = {}, options = {}): PlanTerm => ({
    operator,
    strength,
    scope,
    options,
    sites: [{ layer: 2, vector: east, residualNorm: 1, second: north, ...site }],
  });

  it.each([
    ['two planes', [at('angular', 1), at('angular', 2, { vector: north, second: east })]],
    ['two ways on the sphere', [at('spherical', 0.1), at('spherical', 0.2, { vector: north })]],
    ['at most 1 and at least 2', [at('cap', 1), at('cap', 2, {}, { side: 'below' })]],
    [
      'limits that depend on each other',
      [at('cap', 1), at('cap', 1, { vector: north }), at('cap', 1, { vector: Float32Array.of(0.6, 0.8, 0) })],
    ],
  ])('is refused: %s', (_, terms) => {
    expect(() => compileTerms(terms)).toThrow(
      expect.objectContaining({
        code: 'plan-impossible',
        message: expect.stringContaining('layer 2') as string,
      }) as Error,
    );
  });

  it('a plane of one direction is no plane', () => {
    expect(() => compileTerms([at('angular', 1, { second: east })])).toThrow(
      expect.objectContaining({ code: 'direction-degenerate' }) as Error,
    );
  });

  it('the same direction may have a limit on each side, also by its opposite', () => {
    const west = Float32Array.of(-1, 0, 0);
    const [both] = compileTerms([at('cap', 1), at('cap', 0.5, { vector: west })]);
    const steered = (x: number) => applyIntervention(Float32Array.of(x, 3, 0), both!)[0];
    expect([-2, -0.25, 2].map(steered)).toEqual([-0.5, -0.25, 1]);
  });

  it('says what is missing', () => {
    const bare: PlanSite = { layer: 1, vector: east, residualNorm: 1 };
    expect(missingAt('swap', bare)).toEqual(['second']);
    expect(missingAt('transport', bare)).toEqual(['transport']);
    expect(missingAt('affine', bare)).toEqual([]);
    const check = (operator: OperatorName, site: PlanSite) => () => checkNeeds(operator, site, 3, () => undefined);
    expect(check('angular', bare)).toThrow('needs a second direction');
    expect(check('transport', bare)).toThrow('Linear transport');
    const short = { ...bare, transport: { scale: Float32Array.of(1), shift: Float32Array.of(1) } };
    expect(check('transport', short)).toThrow(expect.objectContaining({ code: 'document-other-model' }) as Error);
    expect(check('affine', { ...bare, centre: NaN })).toThrow('reference mean');
  });
});

describe('words', () => {
  const sites = [3, 4].map((layer) => ({
    layer,
    vector: Float32Array.of(1),
    residualNorm: 1,
    second: Float32Array.of(1),
  }));
  const said = (operator: OperatorName, strength: number, options = {}) =>
    describePlan({ terms: [{ operator, strength, scope, sites, options }], steerSpecialTokens: false });

  it('say in one sentence what an operator does, with its options', () => {
    expect(said('cap', 0.5)).toBe('Keeps the projection at 0.5 residual norms or below at layers 3–4 of all tokens.');
    expect(said('cap', 0.5, { side: 'below' })).toContain('at 0.5 residual norms or above at layers');
    expect(said('scale', -1)).toContain('Multiplies what is along the direction by −1 at layers');
    expect(said('spherical', 0.2)).toContain('Turns residuals 20 % of their angle towards the direction');
    expect(said('angular', 90, { adaptive: true })).toContain('to 90° where it points along the direction');
    expect(said('scale', 1)).toBe('Nothing is steered.');
    for (const { name } of operators) {
      if (name !== 'transport') expect(said(name, 0.3), name).toMatch(/^[A-Z][^.]*(\d\.\d[^.]*)?\.$/);
    }
  });

  it('beside a name say what is done without it', () => {
    for (const { name, tag, badge } of operators) {
      for (const options of [{}, { side: 'below', adaptive: true }]) {
        const words = badge('+0.50', options);
        expect(words, name).toMatch(/^\S.*\S$/);
        expect(words, name).not.toContain('undefined');
        expect(words.includes('+0.50'), name).toBe(tag('happy', '+0.50', options).includes('+0.50'));
      }
    }
  });

  it('name every operator in the order of stages, and of those in use the ones that are', () => {
    const named = new Set(stages.flatMap((stage) => stage.operators));
    expect(operators.filter(({ name }) => !named.has(name))).toEqual([]);
    expect(stagesOf(['add', 'clamp', 'ablate']).map(({ labels }) => labels)).toEqual(['Ablate, Clamp', 'Add']);
  });
});
