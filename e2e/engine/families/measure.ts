/** Opens one model in the page and runs everything that its checks need; numbers come back as base64. */
import type { Page } from '@playwright/test';
import type { Device } from '../../../src/protocol/api.js';
import { folderOf, type FamilyGolden, type FamilyModel } from './models.js';

interface Pass {
  /** [T, V] */
  readonly logits: Float32Array;
  /** [T, L, d] */
  readonly residuals: Float32Array;
}

export interface Measured {
  readonly hooks: { readonly layers: number; readonly width: number; readonly blocks: string };
  readonly hooked: Pass;
  readonly unedited: Pass;
  /** The same ids, read in several runs on one cache. */
  readonly cached: Pass;
  /** The prompt and its greedy continuation, without and with the add of `steered_layer`, in one run each. */
  readonly whole: { readonly base: Pass; readonly steered: Pass };
  /** By layer, as far as they were made. */
  readonly added: readonly Pass[];
  readonly ablated: readonly Pass[];
  /** Two texts written as one batch, with the log-probability of every token. */
  readonly texts: Readonly<Record<'base' | 'steered', { readonly ids: number[]; readonly logProbabilities: number[] }>>;
  readonly promptIds: readonly number[];
}

/** Why a device does not take a model. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** What loading a model that cannot be steered ends with. */
export function refusalOf(page: Page, model: FamilyModel, device: Device) {
  return page.evaluate(
    ([files, name, device]) => {
      return window.failure(window.engine.loadFolder(device, files, name));
    },
    [folderOf(model), model.folder, device] as const,
  );
}

/** @param layers at which the operators are tried */
export async function measure(
  page: Page,
  model: FamilyModel,
  golden: FamilyGolden,
  device: Device,
  direction: readonly number[],
  layers: readonly number[],
): Promise<Measured | Refusal> {
  const raw = await page.evaluate(
    async ([files, golden, device, direction, layers]) => {
      // One worker for all models: starting it takes longer than everything that is measured.
      const harness = window.engine;
      const loading = harness.loadFolder(device, files, golden.family);
      const refusal = await loading.then(
        () => null,
        ({ code, message }: Refusal) => ({ code, message }),
      );
      if (refusal) return refusal;
      const loaded = await loading;
      const plan = (operator?: 'add' | 'ablate', layer = 0) => ({
        terms:
          operator === undefined
            ? []
            : [
                {
                  operator,
                  strength: 1,
                  scope: { prompt: true, generated: true },
                  sites: [{ layer, vector: direction, residualNorm: golden.coefficients[layer]! }],
                },
              ],
        steerSpecialTokens: true,
      });
      const { ids } = golden;
      const forward = (how: ReturnType<typeof plan>, more: { ids?: readonly number[]; chunks?: number[] } = {}) =>
        harness.forward({ ids, promptLength: more.ids?.length ?? ids.length, plan: how, graph: 'hooked', ...more });
      // First of all, so that nothing is kept yet and both rows are read and written as one batch.
      const { rows } = await harness.write({
        prompt: golden.prompt,
        rows: { base: plan(), steered: plan('add', golden.steered_layer) },
        sampling: { maxNewTokens: golden.greedy.length },
      });
      const text = (row: string) => ({ ids: rows[row]!.ids, logProbabilities: rows[row]!.logProbabilities });
      const texts = { base: text('base'), steered: text('steered') };
      const added = [];
      const ablated = [];
      for (const layer of layers) {
        added.push(await forward(plan('add', layer)));
        ablated.push(await forward(plan('ablate', layer)));
      }
      return {
        hooks: { layers: loaded.hooks.layers, width: loaded.hooks.width, blocks: loaded.hooks.blocks },
        hooked: await forward(plan()),
        unedited: await harness.forward({ ids, promptLength: ids.length, plan: plan(), graph: 'unedited' }),
        cached: await forward(plan(), { chunks: [1, ids.length - 4, 3] }),
        whole: {
          base: await forward(plan(), { ids: [...ids, ...texts.base.ids] }),
          steered: await forward(plan('add', golden.steered_layer), { ids: [...ids, ...texts.steered.ids] }),
        },
        added,
        ablated,
        texts,
        promptIds: rows['base']!.promptIds,
      };
    },
    [folderOf(model), golden, device, direction, layers] as const,
  );
  if ('code' in raw) return raw;
  type RawPass = typeof raw.hooked;
  const pass = ({ logits, residuals }: RawPass): Pass => ({ logits: decode(logits), residuals: decode(residuals) });
  return {
    ...raw,
    hooked: pass(raw.hooked),
    unedited: pass(raw.unedited),
    cached: pass(raw.cached),
    whole: { base: pass(raw.whole.base), steered: pass(raw.whole.steered) },
    added: raw.added.map(pass),
    ablated: raw.ablated.map(pass),
  };
}

function decode(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}
