/** The logit lens and the scan of the worker: against PyTorch (recipes/lens), and against the model itself for every family. */
import { readFileSync } from 'node:fs';
import type { Device } from '../../src/protocol/api.js';
import {
  addPlan,
  expect,
  golden as tales,
  largestDifference,
  noPlan,
  pageTest,
  relativeError,
  test,
  type Numbers,
} from './fixtures.js';
import { familyModels, folderOf, readGolden } from './families/models.js';

interface Side {
  readonly ids: readonly (readonly (readonly number[])[])[];
  readonly topLogProbabilities: readonly (readonly (readonly number[])[])[];
  readonly ranks: readonly (readonly number[])[];
  readonly logProbabilities: readonly (readonly number[])[];
  readonly entropies: readonly (readonly number[])[];
}
interface Lens {
  readonly prompt: string;
  readonly layer: number;
  readonly strength: number;
  readonly promptLength: number;
  readonly written: readonly number[];
  readonly baseline: Side;
  readonly steered: Side;
  readonly kl: readonly (readonly number[])[];
  readonly scan: {
    readonly text: string;
    readonly ids: readonly number[];
    /** [T][L] */
    readonly norms: readonly (readonly number[])[];
    readonly projections: readonly (readonly number[])[];
  };
}

const golden = JSON.parse(readFileSync(new URL('../../test/golden/lens.json', import.meta.url), 'utf8')) as Lens;

test('every layer’s predictions with and without steering are PyTorch’s', async ({ page }) => {
  const plan = addPlan(golden.strength, { prompt: true, generated: true }, [golden.layer]);
  const { prompt, promptLength, written } = golden;
  const end = promptLength + written.length;
  const found = await page.evaluate(
    async ([prompt, plan, tokens, from, to]) => {
      const { rows } = await window.engine.write({ prompt, rows: { it: plan }, sampling: { maxNewTokens: tokens } });
      const text = rows['it']!;
      return { ids: text.ids, lens: await window.engine.lens(text.textId, plan, from, to) };
    },
    [prompt, plan, written.length, promptLength, end + 100] as const,
  );
  expect(found.ids).toEqual(written);
  const { lens } = found;
  expect([lens.layers, lens.positions, lens.from]).toEqual([8, written.length, promptLength]);
  for (const name of ['baseline', 'steered'] as const) {
    const [side, wanted] = [lens[name], golden[name]];
    expect(side.ids).toEqual(wanted.ids.flat(2));
    expect(largestDifference(side.probabilities.map(Math.log), wanted.topLogProbabilities.flat(2))).toBeLessThan(1e-4);
    expect(side.ranks).toEqual(wanted.ranks.flat());
    expect(largestDifference(side.logProbabilities, wanted.logProbabilities.flat())).toBeLessThan(1e-4);
    expect(largestDifference(side.entropies, wanted.entropies.flat())).toBeLessThan(1e-4);
  }
  expect(largestDifference(lens.kl, golden.kl.flat())).toBeLessThan(1e-4);
  // Every token that the grid names has its piece.
  const known = new Set(lens.pieces.map(([id]) => id));
  expect(lens.steered.ids.every((id) => known.has(id))).toBe(true);
});

test('with no plan the two states are one, and a text is written while the lens is made', async ({ page, engine }) => {
  test.skip(engine.device === 'webgpu', 'the same turns on every device; what the lens sees there is compared above');
  const found = await page.evaluate(
    async ([prompt, plan]) => {
      // Long enough that the lens is far from its end when it is cancelled.
      const { rows } = await window.engine.write({ prompt, rows: { it: plan }, sampling: { maxNewTokens: 200 } });
      const { textId, promptIds } = rows['it']!;
      const order: string[] = [];
      const lens = window.engine.lens(textId, plan, promptIds.length, promptIds.length + 20).then((it) => {
        order.push('lens');
        return it;
      });
      await window.engine.write({ prompt: 'A dog', rows: { it: plan }, sampling: { maxNewTokens: 1 } });
      order.push('text');
      const { kl } = await lens;
      const cancelled = await window.engine.cancelLens(textId, plan);
      // The head is opened again after it was let go.
      await window.engine.remote.releaseLens();
      const again = await window.engine.lens(textId, plan, promptIds.length, promptIds.length + 1);
      return { order, kl, cancelled: cancelled.code, positions: again.positions };
    },
    [golden.prompt, noPlan] as const,
  );
  expect(Math.max(...found.kl)).toBeLessThan(1e-9);
  expect(found.order).toEqual(['text', 'lens']);
  expect(found.cancelled).toBe('cancelled');
  expect(found.positions).toBe(1);
});

test('a scan reads what PyTorch reads, and the page’s own text token by token', async ({ page }) => {
  const { text, ids, norms, projections } = golden.scan;
  const { scanned, own, written } = await page.evaluate(
    async ([text, vectors, prompt, plan]) => {
      const { rows } = await window.engine.write({ prompt, rows: { it: plan }, sampling: { maxNewTokens: 12 } });
      const { textId, promptIds, ids, norms } = rows['it']!;
      return {
        scanned: await window.engine.scan([{ text }], [vectors, vectors.map(() => null)]),
        own: await window.engine.scan([{ textId }, { text: 'A dog' }], []),
        written: { ids: [...promptIds, ...ids], norms: norms.flat() },
      };
    },
    [text, tales.vectors, golden.prompt, noPlan] as const,
  );
  const [it] = scanned.texts;
  expect(it!.ids).toEqual(ids);
  expect(it!.special[0]).toBe(true);
  expect(it!.pieces.join('')).toContain('The dog was sad');
  expect(relativeError(it!.norms, norms.flat())).toBeLessThan(1e-5);
  const count = ids.length * 8;
  expect(relativeError(it!.projections.slice(0, count), projections.flat())).toBeLessThan(1e-4);
  expect(it!.projections.slice(count).every(Number.isNaN)).toBe(true);
  expect(own.texts.map(({ cut }) => cut)).toEqual([0, 0]);
  expect(own.texts[0]!.ids).toEqual(written.ids);
  expect(relativeError(own.texts[0]!.norms, written.norms)).toBeLessThan(1e-4);
});

test('a text longer than the context is read as far as it goes, and an empty one says what to do', async ({
  page,
  engine,
}) => {
  test.skip(engine.device === 'webgpu', 'the same code on every device, and long-prompts.spec reads long texts there');
  const found = await page.evaluate(async () => {
    const text = 'The dog was happy. '.repeat(150);
    const long = await window.engine.scan([{ text }], []);
    const { ids } = await window.engine.remote.tokenize(text);
    return {
      read: long.texts[0]!.ids.length,
      cut: long.texts[0]!.cut,
      all: ids.length,
      progress: long.progress,
      empty: await window.failure(window.engine.scan([{ text: '' }], [])),
    };
  });
  expect(found.read).toBe(512);
  expect(found.cut).toBe(found.all - 512);
  expect(found.progress.length).toBeGreaterThan(1);
  expect(found.progress.at(-1)).toBe(512);
  expect(found.empty).toMatchObject({ code: 'input-empty', message: expect.stringContaining('Type or paste') });
});

/** On SwiftShader a graph takes seconds to compile: the law is the same for all, so one of each form of the last norm. */
const onWebgpu = new Set(['llama-genai fp32', 'gpt2-optimum fp32', 'gemma3_text-optimum fp32']);

for (const model of familyModels()) {
  pageTest(
    `${model.family} ${model.exporter} ${model.dtype}: the last layer’s lens is the model`,
    async ({ harness }, info) => {
      const { device } = info.project.metadata as { device: Device };
      pageTest.skip(device === 'webgpu' && !onWebgpu.has(`${model.folder} ${model.dtype}`), 'the same graph on WASM');
      if (device === 'webgpu') pageTest.setTimeout(240_000);
      const family = readGolden(model);
      const { prompt, layers, steered_layer: layer, coefficients } = family;
      const found = await harness.evaluate(
        async ([files, device, prompt, layer, size, name]) => {
          const loading = window.engine.loadFolder(device, files, name);
          const refused = await loading.then(
            () => null,
            (error: { readonly code: string }) => error.code,
          );
          if (refused) return { refused };
          const { shape } = await loading;
          const vector = Array.from({ length: shape.width }, (_, i) => (i % 2 ? 1 : -1) / Math.sqrt(shape.width));
          const term = {
            operator: 'add' as const,
            strength: 1,
            scope: { prompt: true, generated: true },
            sites: [{ layer, vector, residualNorm: size }],
          };
          const plan = { terms: [term], steerSpecialTokens: true };
          const { rows } = await window.engine.write({ prompt, rows: { it: plan }, sampling: { maxNewTokens: 6 } });
          const { textId } = rows['it']!;
          const lens = await window.engine.lens(textId, plan, 1, 1000);
          const { kl, baselineNll, steeredNll } = await window.engine.compare(textId, plan);
          return { lens, kl: kl.slice(1), baseline: baselineNll.slice(1), steered: steeredNll.slice(1) };
        },
        [folderOf(model), device, prompt, layer, coefficients[layer]!, model.folder] as const,
      );
      if ('refused' in found) {
        expect(found.refused).toBe('device-unavailable');
        return;
      }
      const last = (values: readonly number[]): readonly number[] => values.slice((layers - 1) * found.lens.positions);
      const negative = (values: readonly number[]): Numbers => last(values).map((value) => -value);
      // In 8 bits the activations of one run share a scale, and the runs here are of other tokens: as for the model's own logits.
      const python = family.tolerance[model.file];
      const tolerance =
        model.dtype === 'fp32' ? 1e-4 : Math.max(2e-2, 3 * (python?.logits ?? 0), 3 * (python?.cached_logits ?? 0));
      expect(relativeError(negative(found.lens.baseline.logProbabilities), found.baseline)).toBeLessThan(tolerance);
      expect(relativeError(negative(found.lens.steered.logProbabilities), found.steered)).toBeLessThan(tolerance);
      if (model.dtype === 'fp32') expect(largestDifference(last(found.lens.kl), found.kl)).toBeLessThan(1e-4);
      // Below the layer that is steered nothing differs.
      expect(Math.max(0, ...found.lens.kl.slice(0, layer * found.lens.positions))).toBeLessThan(1e-6);
    },
  );
}
