/** What stays on the GPU while a text is written: caches that are written in place, and the vocabulary. */
import { test as base, expect, type Page } from '@playwright/test';
import { golden } from './fixtures.js';
import type {} from './gpuDecoding.js';

const test = base.extend<object, { decoding: Page }>({
  decoding: [
    async ({ browser }, use, info) => {
      const page = await browser.newPage({ baseURL: info.project.use.baseURL! });
      await page.goto('/e2e/engine/gpu-decoding.html');
      await page.waitForFunction(() => 'gpuDecoding' in window);
      await use(page);
      await page.close();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

// SwiftShader computes on the CPU, and slowly when others compute there too.
test.describe.configure({ timeout: 240_000 });
test.beforeEach(({}, info) => {
  test.skip(info.project.metadata['device'] !== 'webgpu', 'caches that stay on the GPU');
});

const [layers, width, vocabulary] = [8, 192, 4096];
const float = 4;

test('two rows on caches that are written in place have the logits of caches that grow, and can go back', async ({
  decoding,
}) => {
  // The third token no longer fits the room that a batch begins with.
  const { differences, rooms, grew, wrote } = await decoding.evaluate(() => window.gpuDecoding.inPlace(2, 126, 4));
  expect(differences.inPlace).toBe(0);
  expect(differences.rewound).toBe(0);
  expect(differences.otherTokens).toBeGreaterThan(0.1); // so the logits do depend on what is compared
  expect(rooms).toEqual([128, 256]);
  expect(wrote.dispatches).toBeLessThan(grew.dispatches);
  // One readback, of what is asked for; nothing is made that is as large as the caches.
  expect(wrote.readbacks).toBe(1);
  expect(wrote.bytesRead).toBe(2 * (layers * width + vocabulary) * float);
  expect(grew.bytesMade - wrote.bytesMade).toBeGreaterThanOrEqual(0);
  test.info().annotations.push({ type: 'a step', description: JSON.stringify({ grew, wrote }) });
});

test('what the likeliest tokens decide is what all logits give, with the same seeds', async ({ decoding }) => {
  const prompt = golden.prompts[0]!.ids;
  for (const [temperature, steps, ...settings] of [
    [0.7, 10, { topP: 0.9 }, { topK: 20, topP: 1 }],
    [1.1, 6, { topP: 0.8, repetitionPenalty: 1.2 }, { topK: 40, topP: 0.9, repetitionPenalty: 1.1 }],
    [0, 3, { repetitionPenalty: 1 }, { repetitionPenalty: 1.3 }],
  ] as const) {
    const told = await decoding.evaluate(
      ([prompt, settings, temperature, steps]) => window.gpuDecoding.sampling(prompt, settings, temperature, steps),
      [prompt, settings, temperature, steps] as const,
    );
    expect(told.topsAreRight).toBe(true);
    expect(told.different).toEqual([]);
    expect(told.worst).toBeLessThan(1e-4);
    for (const decided of told.decided) expect(decided).toBeGreaterThanOrEqual(steps / 2);
    expect(told.cost.readbacks).toBe(1);
    expect(told.cost.bytesRead).toBe(settings.length * (layers * width + 2 * told.top + 2) * float);
    test.info().annotations.push({ type: `decided at ${temperature}`, description: JSON.stringify(told) });
  }
});
