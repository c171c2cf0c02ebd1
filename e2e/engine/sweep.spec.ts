/** Many texts at once: the same texts as alone, figures that are those of a comparison, and manners towards other calls. */
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
  test,
} from './fixtures.js';
import type { PlainPlan, SweepOptions } from './harness.js';

const [first, second] = golden.prompts;
const vocabulary = 4096;
const mood = { id: 'mood', vectors: golden.vectors.map((vector, layer) => (layer === 5 ? null : vector)) };

const plans: Readonly<Record<string, PlainPlan>> = {
  baseline: noPlan,
  weak: addPlan(0.4, generatedOnly),
  everywhere: addPlan(-1.1, everywhere, [2, 4]),
  held: planOf({ operator: 'clamp', strength: 0.4, scope: everywhere, layers: [3] }),
  curved: {
    terms: [
      {
        operator: 'add',
        strength: 1,
        scope: {
          ...everywhere,
          curve: [
            { at: 0, factor: 1 },
            { at: 6, factor: 0 },
          ],
        },
        sites: [goldenSite(3)],
      },
    ],
    steerSpecialTokens: false,
  },
  conditional: {
    terms: [
      {
        operator: 'add',
        strength: 0.9,
        scope: everywhere,
        sites: [goldenSite(3)],
        condition: { layer: 3, vector: golden.vectors[3]!, figure: 'alignment', side: 'above', threshold: -1 },
      },
    ],
    steerSpecialTokens: false,
  },
};

type Cell = SweepOptions['cells'][number];

function cellsOf(prompts: readonly string[], names: readonly string[], seeds: readonly number[]): readonly Cell[] {
  return names.flatMap((name) =>
    prompts.flatMap((prompt, at) =>
      seeds.map((seed) => ({ id: `${name} ${at} ${seed}`, prompt, plan: plans[name]!, seed })),
    ),
  );
}

for (const temperature of [0, 1]) {
  test(`at temperature ${temperature} every text is the one that is written alone`, async ({ page, engine }) => {
    const onWasm = engine.device === 'wasm';
    const sampling = { temperature, topP: 0.95, maxNewTokens: onWasm ? 24 : 4 };
    const names = onWasm ? Object.keys(plans) : ['baseline', 'weak', 'everywhere'];
    const cells = cellsOf(onWasm ? [first!.text, second!.text] : [first!.text], names, temperature > 0 ? [7, 8] : [7]);
    const swept = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling });
    expect(swept.failed).toEqual([]);
    expect(swept.order.toSorted()).toEqual(cells.map(({ id }) => id).toSorted());
    for (const { id, prompt, plan, seed } of cells) {
      const { rows } = await page.evaluate((it) => window.engine.write(it), {
        prompt,
        rows: { alone: plan },
        sampling: { ...sampling, seed },
      });
      const { ids, text, reason, logProbabilities } = rows['alone']!;
      const cell = swept.cells[id]!;
      expect({ ids: cell.ids, text: cell.pieces.join(''), reason: cell.reason }, id).toEqual({ ids, text, reason });
      expect(
        largestDifference(
          cell.steeredNll,
          logProbabilities.map((it) => -it),
        ),
      ).toBeLessThan(1e-4);
    }
    expect(swept.progress.at(-1)).toEqual({ done: swept.progress[0]!.of, of: swept.progress[0]!.of });
  });
}

test('so many texts that rows fork are those that are written alone', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'rows fork on the CPU');
  const sampling = { maxNewTokens: 32 };
  const strengths = [-0.7, -0.2, 0.3, 0.8];
  const cells = strengths.flatMap((strength, at) =>
    golden.vectors.flatMap((_, layer) =>
      [first!, second!].map(({ text }, on) => ({
        id: `${strength} ${layer} ${on}`,
        prompt: text,
        plan: addPlan(strength, at % 2 ? everywhere : generatedOnly, [layer]),
        seed: 7,
      })),
    ),
  );
  const swept = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling });
  expect(swept.failed).toEqual([]);
  for (const { id, prompt, plan } of cells.filter((_, index) => index % 5 === 0)) {
    const [{ rows }, compared] = await page.evaluate(
      async ([prompt, plan, sampling]) => {
        const written = await window.engine.write({ prompt, rows: { alone: plan }, sampling });
        return [written, await window.engine.compare(written.rows['alone']!.textId, plan)] as const;
      },
      [prompt, plan, sampling] as const,
    );
    const { ids, promptIds } = rows['alone']!;
    const cell = swept.cells[id]!;
    expect(cell.ids, id).toEqual(ids);
    expect(largestDifference(cell.kl, compared.kl.slice(promptIds.length))).toBeLessThan(1e-4);
    expect(largestDifference(cell.normRatio, compared.normRatio)).toBeLessThan(1e-4);
  }
});

test('figures are those of a comparison, and of the unsteered model reading the text', async ({ page, engine }) => {
  const names = engine.device === 'wasm' ? Object.keys(plans) : ['weak', 'everywhere'];
  const sampling = { maxNewTokens: engine.device === 'wasm' ? 16 : 4 };
  const [toward, away] = golden.happy_sad.target_ids;
  const targets = { toward: [toward], away: [away] };
  const cells = cellsOf([first!.text], names, [7]);
  const swept = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling, probes: [mood], targets });
  const { layers, width } = engine.loaded.shape;
  for (const { id, prompt, plan } of cells) {
    const cell = swept.cells[id]!;
    const [compared, promptIds] = await page.evaluate(
      async ([prompt, plan, sampling]) => {
        const { rows } = await window.engine.write({ prompt, rows: { row: plan }, sampling });
        return [await window.engine.compare(rows['row']!.textId, plan), rows['row']!.promptIds] as const;
      },
      [prompt, plan, sampling] as const,
    );
    const generated = (values: readonly number[]) => values.slice(promptIds.length);
    expect(largestDifference(cell.kl, generated(compared.kl)), id).toBeLessThan(1e-4);
    expect(largestDifference(cell.baselineNll, generated(compared.baselineNll))).toBeLessThan(1e-4);
    expect(largestDifference(cell.steeredNll, generated(compared.steeredNll))).toBeLessThan(1e-4);
    expect(largestDifference(cell.normRatio, compared.normRatio)).toBeLessThan(1e-4);
    const ids = [...promptIds, ...cell.ids];
    const read = (plan: PlainPlan) => forward(page, { ids, promptLength: promptIds.length, plan });
    const [plain, steered] = [await read(noPlan), await read(plan)];
    cell.ids.forEach((_, token) => {
      for (let layer = 0; layer < layers; layer++) {
        const at = ((promptIds.length + token) * layers + layer) * width;
        const residual = plain.residuals.subarray(at, at + width);
        expect(Math.abs(cell.norms[token * layers + layer]! - Math.hypot(...residual))).toBeLessThan(1e-3);
        const vector = mood.vectors[layer];
        const projection = cell.projections[token * layers + layer]!;
        if (!vector) expect(projection).toBeNaN();
        else {
          const wanted = vector.reduce((sum, value, i) => sum + value * residual[i]!, 0);
          expect(Math.abs(projection - wanted)).toBeLessThan(1e-3);
        }
      }
      for (const [name, { logits }] of Object.entries({ unsteered: plain, steered })) {
        const at = (promptIds.length + token - 1) * vocabulary;
        const odds = cell.logOdds![name as 'steered' | 'unsteered'][token]!;
        expect(Math.abs(odds - (logits[at + toward]! - logits[at + away]!))).toBeLessThan(1e-3);
      }
    });
  }
});

test('the texts are PyTorch’s, and so is what the first token costs', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'the devices write the same, which is tested above');
  const cells = golden.steered.map((it, index) => ({
    id: String(index),
    prompt: golden.steered_prompt,
    plan: planOf(it),
    seed: 7,
  }));
  cells.push({ id: 'plain', prompt: first!.text, plan: noPlan, seed: 7 });
  const most = Math.max(...golden.steered.map(({ greedy }) => greedy.ids.length));
  const swept = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling: { maxNewTokens: most } });
  for (const [index, it] of golden.steered.entries()) {
    expect(swept.cells[index]!.ids.slice(0, it.greedy.ids.length)).toEqual(it.greedy.ids);
  }
  const { ids, kl, baselineNll, normRatio } = swept.cells['plain']!;
  const logits = first!.logits as readonly number[];
  const largest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  expect(baselineNll[0]!).toBeCloseTo(Math.log(total) + largest - logits[ids[0]!]!, 4);
  expect(kl).toEqual(ids.map(() => 0));
  expect(normRatio).toEqual(golden.vectors.map(() => 1));
});

test('texts that end at different lengths are those of one call', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'rows leave the batch on the CPU only');
  const sampling = { temperature: 1, topP: 0.95, maxNewTokens: 300 };
  const rows = Object.fromEntries([-1, -0.5, 0, 0.5, 1].map((strength) => [String(strength), addPlan(strength)]));
  const cells = Object.entries(rows).map(([id, plan]) => ({ id, prompt: first!.text, plan, seed: 7 }));
  const request = { prompt: first!.text, rows, sampling };
  const [swept, written] = await page.evaluate(
    async ([options, request]) => [await window.engine.sweep(options), await window.engine.write(request)] as const,
    [{ cells, sampling }, request] as const,
  );
  const lengths = new Set<number>();
  for (const { id } of cells) {
    const { ids, reason } = written.rows[id]!;
    expect({ ids: swept.cells[id]!.ids, reason: swept.cells[id]!.reason }).toEqual({ ids, reason });
    if (reason === 'end-of-text') lengths.add(ids.length);
  }
  expect(lengths.size).toBeGreaterThan(1);
});

test('a wish that is put as an instruction is measured after the plain prompt', async ({ page, engine }) => {
  const most = engine.device === 'wasm' ? 10 : 3;
  const prompt = `This story is happy. ${first!.text}`;
  const cells = [{ id: 'told', prompt, reference: first!.text, plan: noPlan, seed: 7 }];
  const swept = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling: { maxNewTokens: most } });
  const { ids, baselineNll, steeredNll, kl } = swept.cells['told']!;
  const nlls = async (text: string) => {
    const { ids: promptIds } = await page.evaluate((it) => window.engine.remote.tokenize(it), text);
    const { logits } = await forward(page, {
      ids: [...promptIds, ...ids],
      promptLength: promptIds.length,
      plan: noPlan,
    });
    return ids.map((id, token) => {
      const own = logits.slice((promptIds.length + token - 1) * vocabulary, (promptIds.length + token) * vocabulary);
      return Math.log(own.reduce((sum, logit) => sum + Math.exp(logit), 0)) - own[id]!;
    });
  };
  expect(largestDifference(baselineNll, await nlls(first!.text))).toBeLessThan(1e-3);
  expect(largestDifference(steeredNll, await nlls(prompt))).toBeLessThan(1e-3);
  expect(Math.min(...kl)).toBeGreaterThan(0);
});

test('a text that is asked for meanwhile goes first, and neither changes the other', async ({ page, engine }) => {
  const most = engine.device === 'wasm' ? 32 : 4;
  const sampling = { maxNewTokens: most };
  const strengths = engine.device === 'wasm' ? [-1, -0.8, -0.6, -0.4, -0.2, 0.2, 0.4, 0.6, 0.8, 1] : [-1, 1];
  const cells = strengths.flatMap((strength) =>
    (engine.device === 'wasm' ? [2, 3, 4] : [3]).map((layer) => ({
      id: `${strength} ${layer}`,
      prompt: first!.text,
      plan: addPlan(strength, generatedOnly, [layer]),
      seed: 7,
    })),
  );
  // It acts where no hook was compiled, so the graph is opened anew between two steps of the sweep.
  const term = { operator: 'add', strength: 0.5, scope: everywhere } as const;
  const plan = {
    terms: [{ ...term, sites: [{ ...goldenSite(2), hook: 'mlp_out' as const }] }],
    steerSpecialTokens: false,
  };
  const alone = { prompt: second!.text, rows: { row: plan }, sampling: { maxNewTokens: 3 } };
  const disturbed = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling, meanwhile: alone });
  const { written, begunAt, endedAt } = disturbed.meanwhile!;
  expect(begunAt).toBeLessThan(cells.length);
  expect(endedAt).toBeLessThan(cells.length);
  const quiet = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling });
  for (const { id } of cells) {
    expect(disturbed.cells[id]!.ids).toEqual(quiet.cells[id]!.ids);
    expect(largestDifference(disturbed.cells[id]!.kl, quiet.cells[id]!.kl)).toBeLessThan(1e-4);
  }
  const again = await page.evaluate((it) => window.engine.write(it), { ...alone, sampling: { maxNewTokens: 4 } });
  expect(again.rows['row']!.ids.slice(0, 3)).toEqual(written.rows['row']!.ids);
});

test('cancelled and asked for the rest, it gives what one sweep gives; the page’s text is still kept', async ({
  page,
  engine,
}) => {
  test.skip(engine.device !== 'wasm', 'the same code on every device');
  // Steps that are left when the first cells are told are more than the page may lag behind, so the cancel comes in time.
  const sampling = { temperature: 0.8, maxNewTokens: 24 };
  const cells = Array.from({ length: 20 }, (_, index) => ({
    id: String(index),
    prompt: [first!, second!][index % 2]!.text,
    plan: addPlan(0.1 * index, generatedOnly),
    seed: index % 3,
  }));
  const page0 = { prompt: first!.text, rows: { baseline: noPlan }, sampling: { maxNewTokens: 6 } };
  await page.evaluate((it) => window.engine.write(it), page0);
  const part = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling, cancelAfter: 1 });
  expect(part.result).toBeNull();
  expect(part.order.length).toBeGreaterThan(0);
  expect(part.order.length).toBeLessThan(cells.length);
  const missing = cells.filter(({ id }) => !(id in part.cells));
  const rest = await page.evaluate((it) => window.engine.sweep(it), { cells: missing, sampling });
  const whole = await page.evaluate((it) => window.engine.sweep(it), { cells, sampling });
  for (const { id } of cells) {
    const piecewise = part.cells[id] ?? rest.cells[id]!;
    expect(piecewise.ids).toEqual(whole.cells[id]!.ids);
    expect(largestDifference(piecewise.kl, whole.cells[id]!.kl)).toBeLessThan(1e-4);
  }
  const again = await page.evaluate((it) => window.engine.write(it), page0);
  expect(again.result.rows[0]!.reused).toBe(true);
});

test('cells that cannot be done fail alone', async ({ page, engine }) => {
  test.skip(engine.device !== 'wasm', 'the same code on every device');
  const cell = { prompt: first!.text, plan: noPlan, seed: 7 };
  const cells = [
    { ...cell, id: 'empty', prompt: '' },
    { ...cell, id: 'long', prompt: ' happy'.repeat(engine.loaded.shape.context) },
    { ...cell, id: 'layer', plan: planOf({ operator: 'add', strength: 1, scope: everywhere, layers: [3] }) },
    { ...cell, id: 'overflow', plan: addPlan(1e38, everywhere) },
    { ...cell, id: 'fine' },
  ].map((it) =>
    it.id === 'layer'
      ? {
          ...it,
          plan: {
            ...it.plan,
            terms: it.plan.terms.map((term) => ({ ...term, sites: [{ ...goldenSite(3), layer: 99 }] })),
          },
        }
      : it,
  );
  const { cells: done, failed } = await page.evaluate((it) => window.engine.sweep(it), {
    cells,
    sampling: { maxNewTokens: 3 },
  });
  expect(Object.keys(done)).toEqual(['fine']);
  expect(done['fine']!.ids).toEqual(first!.greedy.ids.slice(0, 3));
  const codes = Object.fromEntries(failed.map(({ id, error }) => [id, error.code]));
  expect(codes).toEqual({
    empty: 'input-empty',
    long: 'input-too-long',
    layer: 'document-other-model',
    overflow: 'overflow',
  });
});
