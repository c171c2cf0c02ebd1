import { describe, expect, it } from 'vitest';
import { coversHooks, hooksNeeded, joinHooks } from '../../../src/core/steering/hooks.js';
import { compilePlan } from '../../../src/core/steering/schedule.js';
import type { HookName } from '../../../src/core/onnx/hooks.js';
import type { OperatorName, PlanTerm } from '../../../src/core/steering/plan.js';

const shape = { layers: 3, width: 2 };
const term = (operator: OperatorName, hook: HookName, layer = 1): PlanTerm => ({
  operator,
  strength: 1,
  scope: { prompt: true, generated: false },
  sites: [{ layer, hook, vector: Float32Array.of(1, 0), residualNorm: 1 }],
});
const needs = (...terms: PlanTerm[]) => hooksNeeded([compilePlan({ terms, steerSpecialTokens: false }, shape)]);

describe('the hooks that plans need', () => {
  it('are none for no plan, a bias where a plan adds, all of it where it reads', () => {
    expect(hooksNeeded([])).toEqual({});
    expect(needs()).toEqual({});
    expect(needs(term('add', 'attn_out'))).toEqual({ attn_out: 'add' });
    expect(needs(term('ablate', 'attn_out'))).toEqual({ attn_out: 'affine' });
    expect(needs(term('add', 'mlp_out', 0), term('clamp', 'mlp_out', 2), term('add', 'resid_pre', 2))).toEqual({
      mlp_out: 'affine',
      resid_post: 'add',
    });
    expect(needs(term('add-keep-norm', 'resid_post'), term('add', 'resid_post'))).toEqual({ resid_post: 'bounded' });
    expect(needs(term('spherical', 'resid_post'), term('cap', 'resid_post'))).toEqual({ resid_post: 'full' });
  });

  it('join to what serves every plan, and a graph covers what it has at least', () => {
    expect(joinHooks({ resid_post: 'add' }, { resid_post: 'affine', mlp_out: 'read' })).toEqual({
      resid_post: 'affine',
      mlp_out: 'read',
    });
    expect(coversHooks({ resid_post: 'affine' }, { resid_post: 'add' })).toBe(true);
    expect(coversHooks({ resid_post: 'add' }, { resid_post: 'affine' })).toBe(false);
    expect(coversHooks({ resid_post: 'affine' }, { attn_out: 'read' })).toBe(false);
    expect(coversHooks({}, {})).toBe(true);
    expect(coversHooks({ resid_post: 'full' }, { resid_post: 'bounded' })).toBe(true);
    expect(coversHooks({ resid_post: 'affine' }, { resid_post: 'bounded' })).toBe(false);
  });
});
