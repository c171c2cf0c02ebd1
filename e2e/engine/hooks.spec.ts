/**
 * Hooks that a graph is not opened with are compiled when a plan needs them. What is added inside of a block ends up in
 * its output, so that PyTorch's numbers for an addition there hold for additions on the way to it.
 */
import { test } from '@playwright/test';
import type { HookName } from '../../src/core/onnx/hooks.js';
import { expect, openHarness, relativeError } from './fixtures.js';
import { familyModels, floats, folderOf, readGolden } from './families/models.js';

/** Hooks where an addition at layer l is the same as one at resid_post of l or, for resid_pre, of l − 1. */
const cases: readonly { readonly folder: string; readonly hooks: readonly HookName[] }[] = [
  { folder: 'llama-optimum', hooks: ['mlp_out', 'resid_pre'] },
  { folder: 'llama-genai', hooks: ['mlp_out', 'resid_pre'] },
  { folder: 'phi-optimum', hooks: ['attn_out', 'mlp_out', 'resid_pre'] },
];

for (const { folder, hooks } of cases) {
  test(`${folder}: additions at ${hooks.join(', ')} are PyTorch’s`, async ({ browser }, info) => {
    test.skip(info.project.name !== 'engine-wasm', 'the same surgery for both devices');
    const model = familyModels().find((it) => it.folder === folder && it.dtype === 'fp32')!;
    const golden = readGolden(model);
    const page = await openHarness(await browser.newPage({ baseURL: info.project.use.baseURL! }));
    const found = await page.evaluate(
      async ([files, golden, direction, hooks]) => {
        const harness = new window.Harness();
        const loaded = await harness.loadFolder('wasm', files, golden.family);
        await harness.listen();
        const added: Record<string, string[]> = {};
        for (const hook of hooks) {
          added[hook] = [];
          for (let layer = 0; layer < golden.layers; layer++) {
            // PyTorch added at the block's output, in units of the norm there.
            const residualNorm = golden.coefficients[hook === 'resid_pre' ? Math.max(0, layer - 1) : layer]!;
            const site = { layer, hook, vector: direction, residualNorm };
            const { logits } = await harness.forward({
              ids: golden.ids,
              promptLength: golden.ids.length,
              plan: {
                terms: [{ operator: 'add', strength: 1, scope: { prompt: true, generated: true }, sites: [site] }],
                steerSpecialTokens: true,
              },
              graph: 'hooked',
            });
            added[hook].push(logits);
          }
        }
        const fit = await harness.fit(['the sun is'], ['a cold day'], 'pairs', hooks[0]);
        harness.stop();
        return { hooks: loaded.hooks.hooks, notices: harness.notices, added, fit };
      },
      [folderOf(model), golden, [...floats(golden.direction)], hooks] as const,
    );
    await page.close();
    expect(found.hooks).toEqual(expect.arrayContaining([...hooks]));
    // Each once, when it was first needed.
    expect(found.notices).toEqual(hooks.map((hook) => `compiling: ${hook}`));
    expect(found.fit.hook).toBe(hooks[0]);
    const wanted = floats(golden.added);
    const { vocabulary } = golden;
    const atLast = (base64: string) =>
      new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer).slice(-vocabulary);
    for (const hook of hooks) {
      found.added[hook]!.forEach((logits, layer) => {
        const output = hook === 'resid_pre' ? layer - 1 : layer;
        // Before the first block PyTorch wrote nothing.
        if (output < 0) return;
        const expected = wanted.subarray(output * vocabulary, (output + 1) * vocabulary);
        expect(relativeError(atLast(logits), expected), `${hook} of layer ${layer}`).toBeLessThan(1e-4);
      });
    }
  });
}
