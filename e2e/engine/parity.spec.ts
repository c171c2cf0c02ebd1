/** The engine's numbers against PyTorch's (test/golden/tales.json), and hooked graphs against unedited ones. */
import {
  addPlan,
  everywhere,
  expect,
  forward,
  generatedOnly,
  golden,
  goldenSite,
  largestDifference,
  noPlan,
  planOf,
  relativeError,
  test,
} from './fixtures.js';

type Choice = (typeof golden.steered)[number]['logits'];
const width = 192;
const layers = 8;
const vocabulary = 4096;

test('residuals of every layer and logits are PyTorch’s', async ({ page, engine }) => {
  for (const prompt of golden.prompts.slice(0, engine.device === 'wasm' ? 3 : 1)) {
    const ours = await forward(page, { ids: prompt.ids, promptLength: prompt.ids.length, plan: noPlan });
    for (const { position, layers: expected } of prompt.residuals) {
      for (const [layer, vector] of expected.entries()) {
        const start = (position * layers + layer) * width;
        expect(relativeError(ours.residuals.slice(start, start + width), vector)).toBeLessThan(1e-4);
      }
    }
    const last = ours.logits.slice(-vocabulary);
    if (Array.isArray(prompt.logits)) {
      expect(relativeError(last, prompt.logits as number[])).toBeLessThan(1e-4);
      continue;
    }
    const { top, fixed } = prompt.logits as Choice;
    for (const { ids, logits } of [top, fixed]) {
      expect(
        relativeError(
          Float32Array.from(ids, (id) => last[id]!),
          logits,
        ),
      ).toBeLessThan(1e-4);
    }
  }
});

test('a plan without terms leaves the unedited graph’s logits', async ({ page, engine }) => {
  const ids = golden.prompts[0]!.ids;
  const request = { ids, promptLength: ids.length, plan: noPlan };
  const hooked = await forward(page, { ...request, graph: 'hooked' });
  const unedited = await forward(page, { ...request, graph: 'unedited' });
  expect(unedited.logits.length).toBe(ids.length * vocabulary);
  expect(largestDifference(hooked.logits, unedited.logits)).toBeLessThanOrEqual(engine.device === 'wasm' ? 1e-5 : 1e-3);
});

test('tokens, ids and BOS are the tokenizer’s', async ({ page }) => {
  for (const { text, ids } of golden.tokenization) {
    const ours = await page.evaluate((it) => window.engine.remote.tokenize(it), text);
    expect(ours.ids).toEqual(ids);
    const pieces = ours.pieces.filter((_, index) => !ours.special[index]);
    // A text that names special tokens has them as tokens, so it is not all pieces.
    if (!text.includes('<s>')) expect(pieces.join('')).toBe(text);
  }
});

test('greedy texts are PyTorch’s', async ({ page, engine }) => {
  // SwiftShader is slow: fewer tokens there.
  const tokens = engine.device === 'wasm' ? 48 : 8;
  for (const prompt of golden.prompts.slice(0, engine.device === 'wasm' ? 3 : 1)) {
    const { rows } = await page.evaluate(
      ([text, plan, most]) =>
        window.engine.write({ prompt: text, rows: { base: plan }, sampling: { maxNewTokens: most } }),
      [prompt.text, noPlan, tokens] as const,
    );
    expect(rows['base']!.promptIds).toEqual(prompt.ids);
    expect(rows['base']!.ids).toEqual(prompt.greedy.ids.slice(0, tokens));
  }
});

for (const [index, it] of golden.steered.entries()) {
  const scope = [it.scope.prompt && 'prompt', it.scope.generated && 'generated'].filter(Boolean).join(' and ');
  test(`${index}: ${it.operator} ${it.strength} (${scope}) is PyTorch’s`, async ({ page, engine }) => {
    const promptIds = golden.prompts.find(({ text }) => text === golden.steered_prompt)!.ids;
    // Steering generated tokens alone shows first in the prediction after the first of them.
    const ids = it.scope.prompt ? promptIds : [...promptIds, it.greedy.ids[0]!];
    const { logits, residuals } = await forward(page, { ids, promptLength: promptIds.length, plan: planOf(it) });
    const last = logits.slice(-vocabulary);
    for (const { ids, logits: expected } of [it.logits.top, it.logits.fixed]) {
      expect(
        largestDifference(
          ids.map((id) => last[id]!),
          expected,
        ),
      ).toBeLessThan(2e-3);
    }
    for (const layer of it.operator === 'add' ? [] : it.layers) {
      const { vector, residualNorm } = goldenSite(layer);
      const wanted = it.operator === 'clamp' ? it.strength * residualNorm : 0;
      for (let position = 1; position < ids.length; position++) {
        const start = (position * layers + layer) * width;
        const projection = vector.reduce((sum, value, at) => sum + value * residuals[start + at]!, 0);
        expect(Math.abs(projection - wanted)).toBeLessThan(1e-4);
      }
    }
    if (engine.device === 'webgpu' && index > 2) return;
    const tokens = engine.device === 'wasm' ? it.greedy.ids.length : 6;
    const { rows } = await page.evaluate(
      ([prompt, plan, most]) => window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: most } }),
      [golden.steered_prompt, planOf(it), tokens] as const,
    );
    expect(rows['row']!.ids).toEqual(it.greedy.ids.slice(0, tokens));
  });
}

test('happy − sad moves the odds of its words as in PyTorch, and monotonically', async ({ page, engine }) => {
  const { prompts, target_ids: targets, coefficients, best_layer: layer, times_scale: table } = golden.happy_sad;
  const unit = golden.direction.scale[layer]! / golden.direction.residual_norm[layer]!;
  const rows = coefficients
    .map((coefficient, index) => ({ coefficient, expected: table[layer]!.values[index]! }))
    .filter(({ coefficient }) => engine.device === 'wasm' || Math.abs(coefficient) !== 0.5);
  const odds: number[] = [];
  for (const { coefficient, expected } of rows) {
    let sum = 0;
    for (const prompt of prompts) {
      const { ids } = await page.evaluate((it) => window.engine.remote.tokenize(it), prompt);
      const plan = addPlan(coefficient * unit, everywhere, [layer]);
      const { logits } = await forward(page, { ids, promptLength: ids.length, plan });
      const last = logits.slice(-vocabulary);
      sum += last[targets[0]]! - last[targets[1]]!;
    }
    odds.push(sum / prompts.length);
    expect(Math.abs(odds.at(-1)! - expected)).toBeLessThan(2e-3);
  }
  for (let i = 1; i < odds.length; i++) expect(odds[i]).toBeGreaterThan(odds[i - 1]!);
});

test('token by token on a cache equals one run', async ({ page }) => {
  const { ids, greedy } = golden.prompts[0]!;
  const text = [...ids, ...greedy.ids.slice(0, 6)];
  const plan = addPlan(1.5, everywhere, [2, 3, 5]);
  const request = { ids: text, promptLength: ids.length, plan };
  const whole = await forward(page, request);
  const stepwise = await forward(page, { ...request, chunks: [ids.length, ...text.slice(ids.length).map(() => 1)] });
  expect(relativeError(stepwise.logits, whole.logits)).toBeLessThan(1e-4);
  expect(relativeError(stepwise.residuals, whole.residuals)).toBeLessThan(1e-4);
});

test('texts written on kept prompts and in batches equal recomputing them alone', async ({ page, engine }) => {
  const prompt = golden.prompts[1]!;
  const tokens = engine.device === 'wasm' ? 20 : 4;
  const plans = {
    first: addPlan(0.7, generatedOnly),
    second: addPlan(-1.3, generatedOnly, [2, 4]),
    both: addPlan(0.9, everywhere),
    held: planOf({ operator: 'clamp', strength: 0.4, scope: everywhere, layers: [3] }),
  };
  // The first call keeps the prompt; the second goes on from it with other plans, as rows of one batch.
  await page.evaluate(
    ([text, plan]) => window.engine.write({ prompt: text, rows: { only: plan }, sampling: { maxNewTokens: 2 } }),
    [prompt.text, plans.first] as const,
  );
  const { rows } = await page.evaluate(
    ([text, rows, most]) => window.engine.write({ prompt: text, rows, sampling: { maxNewTokens: most } }),
    [prompt.text, plans, tokens] as const,
  );
  for (const [name, plan] of Object.entries(plans)) {
    const row = rows[name]!;
    const ids = [...row.promptIds, ...row.ids];
    const alone = await forward(page, { ids, promptLength: row.promptIds.length, plan });
    row.ids.forEach((id, index) => {
      const at = row.promptIds.length + index - 1;
      const logits = alone.logits.slice(at * vocabulary, (at + 1) * vocabulary);
      const largest = Math.max(...logits);
      expect(logits[id]!).toBe(largest);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
      expect(Math.abs(row.logProbabilities[index]! + Math.log(total))).toBeLessThan(1e-3);
    });
    const norms = row.norms.flat();
    const expected = Array.from({ length: norms.length }, (_, at) =>
      Math.hypot(...alone.residuals.slice(at * width, (at + 1) * width)),
    );
    expect(relativeError(norms, expected)).toBeLessThan(1e-4);
  }
});

test('transformers.js generates the same greedy tokens from the same files', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'once is enough');
  const prompt = golden.prompts[2]!;
  const ids = await page.evaluate((text) => window.stock(text, 32), prompt.text);
  expect(ids).toEqual(prompt.greedy.ids.slice(0, 32));
});
