import { expect, test } from 'vitest';
import type { LoadCheck, LoadReport } from '../../src/protocol/api.js';
import {
  checkAtLoad,
  checkAttention,
  checkDevices,
  checkZeroPlan,
  relativeDifference,
} from '../../src/worker/checks.js';
import type { SteeredModel } from '../../src/worker/model/steered-model.js';
import { toyModel } from './generation/toy-model.js';

/** A model whose hooked graph gives the first logits and whose own graph the second, opened on `device`. */
function modelOf(hooked: readonly number[], own: readonly number[] | Error, device = 'wasm', dtype = 'fp32') {
  const toy = toyModel();
  const state = { opened: 0, released: 0 };
  const session = {
    inputNames: ['input_ids'],
    inputTypes: new Map([['input_ids', 'int64']]),
    run: async () => {
      if (own instanceof Error) throw own;
      return { logits: new toy.decoder.Tensor('float32', Float32Array.from(own), [own.length]) };
    },
    release: async () => void state.released++,
  };
  const createSession = async () => {
    state.opened++;
    return session;
  };
  const parts = {
    stamp: { id: 'toy', revision: null, dtype, family: 'toy', layers: 1, width: 2 },
    runtime: { device, Tensor: toy.decoder.Tensor, createSession },
    readGraph: async () => ({ bytes: new Uint8Array(1), others: [] }),
    decoder: {
      ...toy.decoder,
      run: async () => ({
        logits: Float32Array.from(hooked),
        residuals: new Float32Array(),
        cache: toy.decoder.empty(1),
      }),
    },
  };
  return { model: Object.assign(toy, parts) as unknown as SteeredModel, state };
}

const report = (bytes: number, session: number): LoadReport => ({
  bytes,
  graphBytes: 1000,
  milliseconds: { files: 10, surgery: 10, session },
});
const devices: LoadCheck = { name: 'devices', outcome: 'skipped', difference: null, tolerance: 1e-5, message: '' };

test('differences are relative to the largest logit, and NaN is infinitely far', () => {
  expect(relativeDifference(Float32Array.of(1, -8.25, 3), Float32Array.of(1, -8, 2.5))).toBe(0.5 / 8);
  expect(relativeDifference(Float32Array.of(1, NaN), Float32Array.of(1, 2))).toBe(Infinity);
  expect(relativeDifference(new Float32Array(2), new Float32Array(2))).toBe(Infinity);
});

test('equal graphs pass, and the session that was opened for it is released', async () => {
  const { model, state } = modelOf([1, 2, -4], [1, 2, -4]);
  expect(await checkZeroPlan(model)).toMatchObject({ name: 'zero-plan', outcome: 'passed', difference: 0 });
  expect(state).toEqual({ opened: 1, released: 1 });
});

test('what fp32 fails, 8 bits explain; the message has the figures and says what to do', async () => {
  const failed = await checkZeroPlan(modelOf([1, 2, -4], [1, 2.02, -4]).model);
  expect(failed).toMatchObject({ outcome: 'failed', tolerance: 1e-5 });
  expect(failed.difference).toBeCloseTo(0.005, 6);
  expect(failed.message).toMatch(/5\.0e-3.*1\.0e-5.*another device or another dtype/s);
  expect(await checkZeroPlan(modelOf([1, 2, -4], [1, 2.02, -4], 'wasm', 'q8').model)).toMatchObject({
    outcome: 'passed',
  });
});

test('a check that cannot be made is skipped with the reason, and the model stays', async () => {
  const { model, state } = modelOf([1], new Error('no room'));
  expect(await checkZeroPlan(model)).toMatchObject({ outcome: 'skipped', message: 'Could not be checked: no room' });
  expect(state.released).toBe(1);
});

test('large models and slow ones are not opened twice at load', async () => {
  for (const [bytes, session] of [
    [650e6, 100],
    [10e6, 2000],
  ] as const) {
    const { model, state } = modelOf([1], [1]);
    const [zeroPlan, other] = await checkAtLoad(model, report(bytes, session), [devices]);
    expect(zeroPlan).toMatchObject({ name: 'zero-plan', outcome: 'skipped', difference: null });
    expect(other).toBe(devices);
    expect(state.opened).toBe(0);
  }
  const small = modelOf([1], [1]);
  expect((await checkAtLoad(small.model, report(10e6, 100), [devices]))[0]).toMatchObject({ outcome: 'passed' });
});

test('devices are compared on the same file only', async () => {
  const onWasm = modelOf([1, 2], [], 'wasm').model;
  expect(await checkDevices(modelOf([1, 2.001], [], 'webgpu').model, onWasm)).toMatchObject({ outcome: 'passed' });
  expect(await checkDevices(modelOf([1, 3], [], 'webgpu').model, onWasm)).toMatchObject({ outcome: 'failed' });
  const other = await checkDevices(modelOf([1, 3], [], 'webgpu', 'q4f16').model, onWasm);
  expect(other).toMatchObject({ outcome: 'skipped', message: expect.stringContaining('q4f16 on WebGPU') });
});

/** A model on WebGPU whose logits for the prompt depend on how many tokens a run may read. */
function modelThatReads(logitsAt: (most: number) => readonly number[], afterCache = 'any-of-one-row') {
  const { model } = modelOf([], [], 'webgpu');
  const decoder = {
    ...model.decoder,
    mostAtOnce: Infinity,
    report: { ...model.decoder.report, attention: { afterCache } },
  };
  const run = async () => ({
    logits: Float32Array.from(logitsAt(decoder.mostAtOnce)),
    residuals: new Float32Array(),
    cache: model.decoder.empty(1),
  });
  return Object.assign(model, { decoder: Object.assign(decoder, { run }) });
}

test('attention that is right for long prompts reads them at once', async () => {
  const model = modelThatReads(() => [1, -4]);
  expect(await checkAttention(model)).toMatchObject({ name: 'attention', outcome: 'passed', difference: 0 });
  expect(model.decoder.mostAtOnce).toBe(Infinity);
});

test('attention that is wrong for long prompts has them read in pieces, and it is said', async () => {
  const model = modelThatReads((most) => (most > 31 ? [1, -3] : [1, -4]));
  const check = await checkAttention(model);
  expect(check).toMatchObject({ outcome: 'avoided', difference: 0.25, tolerance: 1e-3 });
  expect(check!.message).toContain('they are read in pieces of 24 tokens');
  expect(model.decoder.mostAtOnce).toBe(24);
});

test('pieces are no cure where their length matters too: the check fails', async () => {
  const model = modelThatReads((most) => [1, -most]);
  const check = await checkAttention(model);
  expect(check).toMatchObject({ outcome: 'failed', message: expect.stringContaining('WASM is the one to trust') });
  expect(model.decoder.mostAtOnce).toBe(Infinity);
});

test('separate operators and the CPU are not asked', async () => {
  expect(await checkAttention(modelThatReads(() => [1], 'any'))).toBeNull();
  const onWasm = modelThatReads(() => [1]);
  Object.assign(onWasm, { runtime: { ...onWasm.runtime, device: 'wasm' } });
  expect(await checkAttention(onWasm)).toBeNull();
});
