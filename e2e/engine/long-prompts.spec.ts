/**
 * Prompts that are longer than some adapters' fused attention reads rightly (onnxruntime-web 1.30 on SwiftShader: from 32
 * tokens on it computes something else). On WebGPU the text has to be WASM's.
 */
import { addPlan, everywhere, expect, forward, generatedOnly, largestDifference, noPlan, test } from './fixtures.js';
import type { WriteOptions } from './harness.js';

const story =
  'One day the rain stopped, and they went out to see the river. The water was high and it was brown. ' +
  'A little boat came down with a dog in it, and nobody could say where it came from. The girl ran along the bank and called to it until it looked up.';

test.beforeEach(({ engine }) => {
  test.skip(engine.device !== 'webgpu', 'compares WebGPU with WASM');
});

test('a prompt of sixty tokens, plain and steered in one batch, is continued as on WASM', async ({ page, engine }) => {
  const attention = engine.loaded.checks.find(({ name }) => name === 'attention')!;
  test.info().annotations.push({ type: 'attention', description: attention.message });
  expect(['passed', 'avoided']).toContain(attention.outcome);
  if (attention.outcome === 'avoided') {
    expect(attention.difference).toBeGreaterThan(attention.tolerance);
    expect(attention.message).toContain('read in pieces of 24');
  }
  // Both rows are new to the model, so the prompt is read as a batch of two; the third shares the first one's prompt.
  const options: WriteOptions = {
    prompt: story,
    rows: { base: noPlan, steered: addPlan(1, everywhere), later: addPlan(1, generatedOnly) },
    sampling: { maxNewTokens: 8 },
  };
  const { onGpu, onWasm } = await page.evaluate(async (options) => {
    const onGpu = await window.engine.write(options);
    const harness = new window.Harness();
    await harness.load('wasm');
    const onWasm = await harness.write(options);
    harness.stop();
    return { onGpu: onGpu.rows, onWasm: onWasm.rows };
  }, options);
  expect(onWasm['base']!.promptIds.length).toBeGreaterThanOrEqual(60);
  expect(onWasm['steered']!.ids).not.toEqual(onWasm['base']!.ids);
  for (const row of ['base', 'steered', 'later']) {
    const [ours, theirs] = [onGpu[row]!, onWasm[row]!];
    expect(ours.ids, row).toEqual(theirs.ids);
    expect(largestDifference(ours.logProbabilities, theirs.logProbabilities), row).toBeLessThan(1e-3);
    const ratios = ours.norms.flatMap((norms, at) => norms.map((norm, layer) => norm / theirs.norms[at]![layer]!));
    expect(Math.max(...ratios.map((ratio) => Math.abs(ratio - 1))), row).toBeLessThan(1e-3);
  }
});

test('reading and comparing a long text is the same as on WASM', async ({ page }) => {
  const { ids } = await page.evaluate((story) => window.engine.remote.tokenize(story), story);
  const request = { ids, promptLength: ids.length, plan: addPlan(0.5) };
  const ours = await forward(page, request);
  const theirs = await page.evaluate(async (request) => {
    const harness = new window.Harness();
    await harness.load('wasm');
    const { logits, residuals } = await harness.forward({ graph: 'hooked', ...request });
    harness.stop();
    return { logits, residuals };
  }, request);
  const floats = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
  const logits = floats(theirs.logits);
  const largest = logits.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largestDifference(ours.logits, logits) / largest).toBeLessThan(1e-3);
});

test('a direction of long texts is the same as on WASM', async ({ page }) => {
  const texts = [
    [`${story} She was so happy and she laughed all day.`, `${story} He sang a merry song.`],
    [`${story} She was so sad and she cried all day.`, `${story} He said nothing at all.`],
  ] as const;
  const { ours, theirs } = await page.evaluate(async ([positive, negative]) => {
    const ours = await window.engine.fit(positive, negative);
    const harness = new window.Harness();
    await harness.load('wasm');
    const theirs = await harness.fit(positive, negative);
    harness.stop();
    return { ours: ours.layers.map(({ vector }) => vector), theirs: theirs.layers.map(({ vector }) => vector) };
  }, texts);
  const cosines = ours.map((vector, layer) => vector.reduce((sum, value, i) => sum + value * theirs[layer]![i]!, 0));
  expect(Math.min(...cosines)).toBeGreaterThan(1 - 1e-5);
});
