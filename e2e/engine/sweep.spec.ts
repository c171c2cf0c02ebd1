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
