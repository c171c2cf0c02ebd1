import { test as base, expect, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import type { Device, LoadedModel } from '../../src/protocol/api.js';
import type { PlainPlan, PlainSite } from './harness.js';

export { expect };

interface Engine {
  readonly device: Device;
  readonly page: Page;
  readonly loaded: LoadedModel;
}

/** One page with the bundled model for all tests of a project: on SwiftShader, starting a model takes long. */
export const test = base.extend<{ page: Page }, { engine: Engine }>({
  engine: [
    async ({ browser }, use, info) => {
      const device = (info.project.metadata as { device: Device }).device;
      const page = await openHarness(await browser.newPage({ baseURL: info.project.use.baseURL! }));
      const loaded = await page.evaluate((on) => window.engine.load(on), device);
      await use({ device, page, loaded });
      await page.close();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  page: async ({ engine }, use, info) => {
    // SwiftShader computes on the CPU, and slowly when others compute there too.
    if (engine.device === 'webgpu') info.setTimeout(Math.max(info.timeout, 240_000));
    await use(engine.page);
  },
});

/** One page for all tests of a file that open models of their own in it. */
export const pageTest = base.extend<object, { harness: Page }>({
  harness: [
    async ({ browser }, use, info) => {
      const page = await openHarness(await browser.newPage({ baseURL: info.project.use.baseURL! }));
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
});

export async function openHarness(page: Page): Promise<Page> {
  await page.goto('/e2e/engine/harness.html');
  await page.waitForFunction(() => 'engine' in window);
  return page;
}

export const noPlan: PlainPlan = { terms: [], steerSpecialTokens: false };
export const everywhere = { prompt: true, generated: true };
export const generatedOnly = { prompt: false, generated: true };

interface Greedy {
  readonly ids: readonly number[];
  readonly text: string;
}
interface Steered {
  readonly operator: 'add' | 'ablate' | 'clamp';
  readonly layers: readonly number[];
  readonly strength: number;
  readonly scope: { readonly prompt: boolean; readonly generated: boolean };
  readonly logits: Readonly<Record<'top' | 'fixed', { readonly ids: number[]; readonly logits: number[] }>>;
  readonly last_residual_norms: readonly number[];
  readonly greedy: Greedy;
}

/** What PyTorch says about the bundled model; recipes/export wrote it, and the conventions are in the file. */
export interface Golden {
  readonly tokenization: readonly { readonly text: string; readonly ids: number[]; readonly decoded: string }[];
  readonly prompts: readonly {
    readonly text: string;
    readonly ids: number[];
    readonly residuals: readonly { readonly position: number; readonly layers: readonly number[][] }[];
    /** At the last position: the first prompt's all, of the others a choice. */
    readonly logits: readonly number[] | Steered['logits'];
    readonly greedy: Greedy;
  }[];
  readonly direction: {
    readonly positive: readonly string[];
    readonly negative: readonly string[];
    readonly scale: readonly number[];
    readonly residual_norm: readonly number[];
  };
  readonly vectors: readonly (readonly number[])[];
  readonly steered_prompt: string;
  readonly steered: readonly Steered[];
  /** Mean over prompts of log p(first target) − log p(second), the vector added in full size times each coefficient. */
  readonly happy_sad: {
    readonly prompts: readonly string[];
    readonly target_ids: readonly [number, number];
    readonly coefficients: readonly number[];
    readonly best_layer: number;
    readonly times_scale: readonly { readonly layer: number; readonly values: readonly number[] }[];
  };
}

export const golden = JSON.parse(
  readFileSync(new URL('../../test/golden/tales.json', import.meta.url), 'utf8'),
) as Golden;

export function goldenSite(layer: number): PlainSite {
  return { layer, vector: golden.vectors[layer]!, residualNorm: golden.direction.residual_norm[layer]! };
}

export function planOf(it: Pick<Steered, 'operator' | 'strength' | 'scope' | 'layers'>): PlainPlan {
  const { operator, strength, scope } = it;
  return { terms: [{ operator, strength, scope, sites: it.layers.map(goldenSite) }], steerSpecialTokens: false };
}

/** An add of the golden direction at its best layer. */
export function addPlan(strength: number, scope = everywhere, layers: readonly number[] = [3]): PlainPlan {
  return planOf({ operator: 'add', strength, scope, layers });
}

export interface Numbers {
  readonly length: number;
  readonly [index: number]: number;
}

/** One forward pass on the shared page. */
export async function forward(
  page: Page,
  request: {
    readonly ids: readonly number[];
    readonly promptLength: number;
    readonly plan: PlainPlan;
    readonly graph?: 'hooked' | 'unedited';
    readonly chunks?: readonly number[];
  },
) {
  const { logits, residuals } = await page.evaluate((it) => window.engine.forward({ graph: 'hooked', ...it }), request);
  return { logits: toFloats(logits), residuals: toFloats(residuals) };
}

function toFloats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

/** Largest |a − b|. */
export function largestDifference(a: Numbers, b: Numbers): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** ‖a − b‖ / ‖b‖ */
export function relativeError(a: Numbers, b: Numbers): number {
  expect(a.length).toBe(b.length);
  let [error, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    error += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(error / size);
}
