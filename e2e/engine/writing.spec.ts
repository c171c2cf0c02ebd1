/** How texts are written: seeds, kept texts, cancelling, what ends a text, and what cannot be begun. */
import { addPlan, expect, forward, generatedOnly, golden, noPlan, test } from './fixtures.js';

const prompt = golden.prompts[0]!;

test('the adapter that the project asks for is there', async ({ page, engine }) => {
  const environment = await page.evaluate(() => window.engine.remote.environment());
  expect(environment.crossOriginIsolated).toBe(true);
  expect(environment.threads).toBeGreaterThan(1);
  if (engine.device === 'webgpu') expect(environment.adapter).not.toBeNull();
  else expect(environment.webgpuMissing).not.toBeNull();
  expect(engine.loaded.device).toBe(engine.device);
});

test('the same seed gives the same text, another seed another', async ({ page, engine }) => {
  const tokens = engine.device === 'wasm' ? 24 : 6;
  const write = (seed: number, most: number) =>
    page.evaluate(
      ([prompt, plan, seed, most]) =>
        window.engine.write({
          prompt,
          rows: { row: plan },
          sampling: { temperature: 1, topP: 0.95, seed, maxNewTokens: most },
        }),
      [prompt.text, noPlan, seed, most] as const,
    );
  const first = await write(11, tokens);
  // One token more, so that the text that is kept does not answer.
  const again = await write(11, tokens + 1);
  const other = await write(12, tokens);
  expect(again.result.rows[0]!.reused).toBe(false);
  expect(again.rows['row']!.ids.slice(0, tokens)).toEqual(first.rows['row']!.ids);
  expect(other.rows['row']!.ids).not.toEqual(first.rows['row']!.ids);
});

test('a finished text is told again without a run, and a plan without effect is the baseline', async ({ page }) => {
  const request = {
    prompt: prompt.text,
    sampling: { maxNewTokens: 5 },
    rows: { baseline: noPlan, steered: addPlan(0, generatedOnly) },
  };
  const first = await page.evaluate((it) => window.engine.write(it), request);
  expect(first.rows['steered']).toEqual(first.rows['baseline']);
  expect(first.rows['baseline']!.ids).toEqual(prompt.greedy.ids.slice(0, 5));
  const again = await page.evaluate((it) => window.engine.write(it), { ...request, rows: { baseline: noPlan } });
  expect(again.result.rows[0]!.reused).toBe(true);
  expect(again.rows['baseline']).toEqual(first.rows['baseline']);
});

test('every token has its readout, the last one too', async ({ page, engine }) => {
  const probes = [{ id: 'mood', vectors: golden.vectors.map((vector, layer) => (layer === 5 ? null : vector)) }];
  const { rows } = await page.evaluate(
    ([prompt, plan, probes]) =>
      window.engine.write({ prompt, rows: { row: plan }, probes, sampling: { maxNewTokens: 3 } }),
    [prompt.text, noPlan, probes] as const,
  );
  const { promptIds, ids, norms, projections, textId, reason } = rows['row']!;
  expect(reason).toBe('length');
  expect(norms.length).toBe(promptIds.length + ids.length);
  for (const [position, token] of projections.entries()) {
    expect(token.length).toBe(engine.loaded.shape.layers);
    for (const [layer, projection] of token.entries()) {
      if (layer === 5) expect(projection).toBeNaN();
      else expect(Math.abs(projection)).toBeLessThanOrEqual(norms[position]![layer]! * 1.0001);
    }
  }
  const read = await page.evaluate((id) => window.engine.readNorms(id), textId);
  expect(read).toEqual(norms);
});

test('a cancelled call rejects and leaves everything usable', async ({ page }) => {
  const plan = addPlan(0.31, generatedOnly);
  const failure = await page.evaluate(
    ([prompt, plan]) =>
      window.failure(
        window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 400 }, cancelAfter: 2 }),
      ),
    [prompt.text, plan] as const,
  );
  expect(failure).toMatchObject({ name: 'SteerboardError', code: 'cancelled' });
  const after = await page.evaluate(
    ([prompt, plan]) => window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 4 } }),
    [prompt.text, noPlan] as const,
  );
  expect(after.rows['row']!.ids).toEqual(prompt.greedy.ids.slice(0, 4));
});

test('a second call waits for the first one', async ({ page }) => {
  const plans = [addPlan(0.41, generatedOnly), addPlan(0.42, generatedOnly)] as const;
  const texts = await page.evaluate(
    ([prompt, one, other]) =>
      Promise.all(
        [one, other].map((plan) => window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 3 } })),
      ),
    [prompt.text, ...plans] as const,
  );
  for (const text of texts) expect(text.rows['row']!.ids.length).toBe(3);
});

test('writing stops where the context is full', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'the same code on every device');
  const context = engine.loaded.shape.context;
  const long = ' happy'.repeat(context - 4);
  const { rows } = await page.evaluate(
    ([prompt, plan]) => window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: 50 } }),
    [long, noPlan] as const,
  );
  const row = rows['row']!;
  if (row.reason !== 'end-of-text') {
    expect(row.reason).toBe('context-full');
    expect(row.promptIds.length + row.ids.length).toBe(context);
    expect(row.norms.length).toBe(context);
  }
});

test('prompts that cannot be continued are refused with numbers', async ({ page, engine }) => {
  const attempt = (text: string) =>
    page.evaluate(([prompt, plan]) => window.failure(window.engine.write({ prompt, rows: { row: plan } })), [
      text,
      noPlan,
    ] as const);
  expect(await attempt('')).toMatchObject({ name: 'SteerboardError', code: 'input-empty' });
  const { context } = engine.loaded.shape;
  const tooLong = await attempt(' happy'.repeat(context));
  expect(tooLong).toMatchObject({ code: 'input-too-long', fields: { tokens: context + 1, context } });
});

test('rows that end early leave the others going', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'rows leave the batch on the CPU only');
  const plans = Object.fromEntries([-1, -0.5, 0, 0.5, 1].map((strength) => [String(strength), addPlan(strength)]));
  const { rows } = await page.evaluate(
    ([prompt, rows]) =>
      window.engine.write({ prompt, rows, sampling: { temperature: 1, topP: 0.95, maxNewTokens: 400 } }),
    [prompt.text, plans] as const,
  );
  const byLength = Object.entries(rows).toSorted(([, a], [, b]) => a.ids.length - b.ids.length);
  expect(byLength[0]![1].reason).toBe('end-of-text');
  // The one that went on longest was in batches of every size: it still is what it would be alone.
  const [name, longest] = byLength.at(-1)!;
  expect(longest.ids.length).toBeGreaterThan(byLength[0]![1].ids.length);
  const ids = [...longest.promptIds, ...longest.ids];
  const alone = await forward(page, { ids, promptLength: longest.promptIds.length, plan: plans[name]! });
  longest.logProbabilities.forEach((logProbability, index) => {
    const at = longest.promptIds.length + index - 1;
    const logits = alone.logits.subarray(at * 4096, (at + 1) * 4096);
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    expect(Math.abs(logits[longest.ids[index]!]! - Math.log(total) - logProbability)).toBeLessThan(1e-3);
  });
});

test('comparison: no plan differs nowhere, a plan where it acts', async ({ page, engine }) => {
  const tokens = engine.device === 'wasm' ? 12 : 4;
  const plan = addPlan(1, generatedOnly);
  const [base, steered, promptLength] = await page.evaluate(
    async ([prompt, none, plan, most]) => {
      const { rows } = await window.engine.write({ prompt, rows: { row: plan }, sampling: { maxNewTokens: most } });
      const { textId, promptIds } = rows['row']!;
      return [
        await window.engine.compare(textId, none),
        await window.engine.compare(textId, plan),
        promptIds.length,
      ] as const;
    },
    [prompt.text, noPlan, plan, tokens] as const,
  );
  expect(Math.max(...base.kl)).toBeLessThan(1e-6);
  expect(base.baselineNll).toEqual(base.steeredNll);
  expect(steered.promptLength).toBe(promptLength);
  // The prediction for position promptLength still comes from the prompt, which this plan leaves alone.
  expect(Math.max(...steered.kl.slice(0, promptLength + 1))).toBeLessThan(1e-5);
  expect(Math.max(...steered.kl.slice(promptLength + 1))).toBeGreaterThan(1e-2);
  // Greedy under the plan: the text's own token is the steered model's likeliest candidate.
  steered.candidates.slice(promptLength).forEach((list, index) => {
    const likeliest = list.toSorted((a, b) => b.steered - a.steered)[0]!;
    expect(Math.abs(-Math.log(likeliest.steered) - steered.steeredNll[promptLength + index]!)).toBeLessThan(1e-4);
  });
  expect(steered.normRatio[2]!).toBeCloseTo(1, 3);
  expect(Math.abs(steered.normRatio[3]! - 1)).toBeGreaterThan(1e-3);
  // PyTorch's logits at the prompt's last position say what the first generated token should cost.
  const logits = prompt.logits as readonly number[];
  const largest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  const nll = Math.log(total) + largest - logits[prompt.greedy.ids[0]!]!;
  expect(steered.baselineNll[promptLength]!).toBeCloseTo(nll, 3);
});
