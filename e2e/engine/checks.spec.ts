/** Checks at load, in the browser: the bundled model, and tiny models in every dtype that a CPU runs. */
import { expect, test } from './fixtures.js';
import { familyModels, folderOf } from './families/models.js';

test('the bundled model passes its checks, when it is loaded or when it is asked', async ({ page, engine }) => {
  const checks = await page.evaluate(() => window.engine.remote.checkModel());
  expect(checks).toMatchObject([{ name: 'zero-plan', outcome: 'passed' }]);
  expect(checks[0]!.difference).toBeLessThanOrEqual(checks[0]!.tolerance);
  expect(checks[0]!.tolerance).toBe(engine.device === 'wasm' ? 1e-5 : 1e-3);
  const made = ['zero-plan', 'devices', ...(engine.device === 'webgpu' ? ['attention'] : [])];
  expect(engine.loaded.checks.map((check) => check.name)).toEqual(made);
  expect(engine.loaded.checks.filter((check) => check.outcome === 'failed')).toEqual([]);
  expect(engine.loaded.checks[1]).toMatchObject({ outcome: 'skipped', message: expect.stringContaining('only') });
});

const models = familyModels().filter(({ folder }) => process.env['CHECK_ALL'] || folder.startsWith('llama'));

test('every dtype passes within the tolerance that is stated for it', async ({ page, engine }) => {
  test.skip(engine.device === 'webgpu', 'the same graphs on WASM');
  test.setTimeout(900_000);
  expect(new Set(models.map(({ dtype }) => dtype)).size).toBeGreaterThanOrEqual(3);
  for (const model of models) {
    const outcome = await page.evaluate(async (files) => {
      const harness = new window.Harness();
      try {
        await harness.loadFolder('wasm', files, 'tiny');
        return (await harness.remote.checkModel())[0]!;
      } catch (error) {
        return window.failure(Promise.reject(error as Error));
      } finally {
        harness.stop();
      }
    }, folderOf(model));
    const name = `${model.folder} ${model.dtype}`;
    if (process.env['CHECK_ALL']) console.log(name, JSON.stringify(outcome));
    if ('code' in outcome) expect(outcome.code, name).toBe('device-unavailable');
    else expect(outcome, name).toMatchObject({ outcome: 'passed' });
  }
});
