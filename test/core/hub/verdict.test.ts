import { describe, expect, test } from 'vitest';
import { factsOfConfig } from '../../../src/core/hub/kind.js';
import { estimateMemory, inWords } from '../../../src/core/hub/memory.js';
import { choose, judgeVariant, sortVariants, type Machine } from '../../../src/core/hub/verdict.js';

/** SmolLM2-135M's own shape; RUNTIME facts: 30 blocks, width 576, 3 key heads of 64. */
const smol = factsOfConfig({
  model_type: 'llama',
  hidden_size: 576,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  vocab_size: 49152,
});
const gemma = factsOfConfig({ model_type: 'gemma3_text', hidden_size: 640, num_hidden_layers: 18 });
const cpu: Machine = { webgpuMissing: 'this browser has no WebGPU', halfFloats: false, software: false, memory: null };
const gpu: Machine = { webgpuMissing: null, halfFloats: false, software: false, memory: null };
const halfGpu: Machine = { ...gpu, halfFloats: true };
const sized = (dtype: string, megabytes: number) => ({ dtype, weights: megabytes * 1e6, largestFile: megabytes * 1e6 });
const all = [sized('fp32', 540), sized('fp16', 270), sized('q8', 137), sized('q4', 184), sized('q4f16', 118)];

describe('auto', () => {
  test.each([
    ['no adapter', cpu, smol, all, 'wasm', 'q8'],
    ['no adapter, no q8', cpu, smol, [sized('fp32', 540), sized('q4', 184)], 'wasm', 'fp32'],
    ['an adapter with half floats', halfGpu, smol, all, 'webgpu', 'q4f16'],
    ['an adapter without half floats', gpu, smol, all, 'webgpu', 'q4'],
    ['half floats, but a residual that outgrows them', halfGpu, gemma, all, 'webgpu', 'q4'],
    ['half floats, no 4-bit files', halfGpu, smol, [sized('fp32', 540), sized('fp16', 270)], 'webgpu', 'fp16'],
    ['an adapter that is a program', { ...gpu, software: true }, smol, all, 'wasm', 'q8'],
    ['a small model', halfGpu, smol, [sized('fp32', 60), sized('q4f16', 20)], 'wasm', 'fp32'],
    ['only files that are slow on the CPU', cpu, smol, [sized('q4', 184)], 'wasm', 'q4'],
    ['only half floats, an adapter without them', gpu, smol, [sized('fp16', 270)], 'wasm', 'fp16'],
    ['only files for the CPU, an adapter', halfGpu, smol, [sized('q8', 137)], 'wasm', 'q8'],
  ] as const)('%s', (_, machine, facts, variants, device, dtype) => {
    const choice = choose(variants, facts, machine);
    expect(choice).toMatchObject({ device, dtype });
    expect(choice!.reason).toMatch(/^[^.]*(\.\d[^.]*)*\.$/);
    expect(sortVariants(variants, facts, machine, choice)[0]!.dtype).toBe(dtype);
  });

  test('what the authors name goes first, unless it is slow there', () => {
    const named = (dtype: string) => ({ ...smol, named: { wasm: dtype, webgpu: dtype } });
    expect(choose(all, named('fp16'), halfGpu)).toMatchObject({ device: 'webgpu', dtype: 'fp16' });
    expect(choose(all, named('q4'), cpu)).toMatchObject({ device: 'wasm', dtype: 'q8' });
  });

  test('only the device that was chosen, and nothing when it can run none', () => {
    expect(choose(all, smol, halfGpu, 'wasm')).toMatchObject({ device: 'wasm', dtype: 'q8' });
    expect(choose([sized('q4f16', 118)], smol, gpu, 'webgpu')).toBeNull();
  });
});

describe('verdicts', () => {
  const judge = (device: 'wasm' | 'webgpu', dtype: string, machine: Machine) =>
    judgeVariant(
      device,
      all.find((it) => it.dtype === dtype)!,
      smol,
      machine,
    );

  test.each([
    ['wasm', 'fp32', cpu, true, null],
    ['wasm', 'q8', cpu, true, null],
    ['wasm', 'q4', cpu, true, /slow: 4-bit/],
    ['wasm', 'q4f16', cpu, true, /slow: 4-bit/],
    ['wasm', 'fp16', cpu, true, /slow/],
    ['webgpu', 'fp32', cpu, false, /no WebGPU/],
    ['webgpu', 'q4f16', gpu, false, /shader-f16/],
    ['webgpu', 'fp16', gpu, false, /shader-f16/],
    ['webgpu', 'q4f16', halfGpu, true, null],
    ['webgpu', 'q8', halfGpu, true, /slow/],
  ] as const)('%s %s', (device, dtype, machine, usable, reason) => {
    const verdict = judge(device, dtype, machine);
    expect(verdict.usable).toBe(usable);
    if (reason === null) expect(verdict.reason).toBeNull();
    else expect(verdict.reason).toMatch(reason);
  });

  test('files beyond 2 GB and sessions beyond 4 GB are refused', () => {
    expect(judgeVariant('webgpu', sized('fp32', 2200), smol, gpu)).toMatchObject({ usable: false });
    const split = { dtype: 'fp32', weights: 4.4e9, largestFile: 1.9e9 };
    expect(judgeVariant('wasm', split, smol, cpu).reason).toMatch(/4 GB on the CPU/);
    expect(judgeVariant('webgpu', split, smol, gpu).usable).toBe(true);
  });

  test('more memory than there is refuses; where a browser stops counting, it warns', () => {
    expect(judgeVariant('wasm', sized('fp32', 1900), smol, { ...cpu, memory: 2 * 2 ** 30 })).toMatchObject({
      usable: false,
    });
    const large = judgeVariant('webgpu', { dtype: 'fp32', weights: 8e9, largestFile: 1.9e9 }, smol, {
      ...gpu,
      memory: 8 * 2 ** 30,
    });
    expect(large).toMatchObject({ usable: true });
    expect(large.reason).toMatch(/may not fit/);
  });
});

test('the estimate is near the peak that was measured: 1.33 GB for 481 MB of fp32 on WASM', () => {
  const facts = { ...smol, keyHeads: null };
  expect(estimateMemory('wasm', 'fp32', 481e6, facts) / 1.33e9).toBeCloseTo(1, 1);
  // Half floats become fp32 on the CPU.
  expect(estimateMemory('wasm', 'fp16', 240e6, facts)).toBeGreaterThan(estimateMemory('webgpu', 'fp16', 240e6, facts));
});

test('sizes in words', () => {
  expect([950, 15_246_783, 1.33e9].map(inWords)).toEqual(['1 kB', '15 MB', '1.3 GB']);
});
