import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../../src/core/calibration/index.js';
import { hookPorts, type HookName } from '../../../src/core/onnx/hooks.js';
import type { Plan } from '../../../src/core/steering/plan.js';
import type { CalibrateRequest } from '../../../src/protocol/api.js';
import { calibrate } from '../../../src/worker/calibration/calibrate.js';
import { atOnce } from '../../../src/worker/capture/background.js';
import type { DecoderRun } from '../../../src/worker/generation/decoder.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from '../generation/toy-model.js';

const scope = { prompt: true, generated: true };
function planAt(hook: HookName): Plan {
  const site = { layer: 0, hook, vector: Float32Array.of(1, 0), residualNorm: 1 };
  return { terms: [{ operator: 'add', strength: 1, scope, sites: [site] }], steerSpecialTokens: false };
}
const request: CalibrateRequest = {
  task: 't',
  plan: planAt('resid_post'),
  scale: { min: -2, max: 2, origin: 0 },
  budget: 1.5,
  mayOpen: false,
  prompts: ['once'],
};
const measured = (model: ToyModel, changes: Partial<CalibrateRequest> = {}) =>
  calibrate(model, { ...request, ...changes }, new Task(), () => undefined, atOnce);

/** Above this strength nothing is finite. */
function overflowing(above: number): ToyModel {
  const model = toyModel();
  const { run } = model.decoder;
  Object.assign(model.decoder, {
    async run(it: DecoderRun) {
      const result = await run(it);
      const { width } = model.shape;
      const bias = it.steering[hookPorts.bias]!.data as Float32Array;
      const { vocabulary } = model.shape;
      for (let row = 0; row < it.rows; row++) {
        if (Math.abs(bias[row * width]!) <= above) continue;
        (result.logits as Float32Array).fill(NaN, row * vocabulary, (row + 1) * vocabulary);
      }
      return result;
    },
  });
  return model;
}

describe('a calibration', () => {
  it('goes on where strong steering overflows: such texts cost more than anything', async () => {
    const { points } = await measured(overflowing(1.5));
    const at = (strength: number) => points.find((point) => point.strength === strength)!.kl;
    expect(at(2)).toEqual([Infinity, Infinity]);
    expect(at(-2)).toEqual([Infinity, Infinity]);
    expect(at(0).every((cost) => cost === 0)).toBe(true);
    const range = rangeOf(points, 1e9, 0)!;
    expect(range.ends).toEqual({ from: true, to: true });
    expect(range.to).toBeGreaterThan(0);
    expect(range.to).toBeLessThanOrEqual(1.5);
  });

  it('passes over prompts that are too long, and fails where all are', async () => {
    const long = 'x'.repeat(200);
    const { points } = await measured(toyModel(), { prompts: [long, 'once', 'twig'] });
    expect(points.length).toBeGreaterThan(1);
    await expect(measured(toyModel(), { prompts: [long] })).rejects.toMatchObject({ code: 'input-too-long' });
  });

  it('does not have the graph opened again for a direction that is off', async () => {
    const model = toyModel();
    Object.assign(model.decoder.report, { hooks: ['resid_post', 'attn_out'] });
    let opened = 0;
    Object.assign(model, { readGraph: () => Promise.resolve({ bytes: new Uint8Array(), others: [{ path: '', data: { size: ++opened * 2e9 } }] }) }); // prettier-ignore
    const plan = planAt('attn_out');
    await expect(measured(model, { plan })).rejects.toThrow(/measured once the direction is on/);
    expect(opened).toBe(0);
    // Of a large model the old session would have to go first.
    await expect(measured(model, { plan, mayOpen: true })).rejects.toThrow(/measured once a text was written/);
    expect(model.steps).toEqual([]);
  });
});
