/**
 * Every operator on the bundled model, through the worker: the residual at the hook is what the formula makes of the
 * unsteered one. The reference (`applyIntervention`) is itself held to NumPy's numbers in test/core/steering.
 */
import { applyIntervention } from '../../test/core/steering/apply.js';
import { compileTerms } from '../../src/core/steering/compile.js';
import type { PlanTerm } from '../../src/core/steering/plan.js';
import { everywhere, expect, forward, golden, goldenSite, noPlan, relativeError, test } from './fixtures.js';
import type { PlainPlan, PlainSite } from './harness.js';

const layers = 8;
const width = 192;
const layer = 3;
const prompt = golden.prompts.find(({ text }) => text === golden.steered_prompt)!;
const tokens = prompt.ids.length;

/** Golden directions of other layers serve as other directions; a plain map serves as a transport. */
const vector = golden.vectors[layer]!;
const others = [golden.vectors[6]!, golden.vectors[1]!] as const;
const site: PlainSite = {
  ...goldenSite(layer),
  second: others[0],
  centre: 0.4,
  transport: { scale: vector.map((value) => 1 + value), shift: others[1].map((value) => 2 * value) },
};

type PlainTerm = PlainPlan['terms'][number];
const term = (operator: PlainTerm['operator'], strength: number, more: Partial<PlainTerm> = {}): PlainTerm => ({
  operator,
  strength,
  scope: everywhere,
  sites: [site],
  ...more,
});
const along = (other: readonly number[]) => ({ sites: [{ ...site, vector: other }] });

const plans: Readonly<Record<string, readonly PlainTerm[]>> = {
  'add-keep-norm': [term('add-keep-norm', 1.2)],
  ablate: [term('ablate', 0)],
  cap: [term('cap', 0.02)],
  'cap from below': [term('cap', 0.1, { options: { side: 'below' } })],
  affine: [term('affine', 0.3)],
  scale: [term('scale', 4)],
  swap: [term('swap', 0)],
  spherical: [term('spherical', 0.4)],
  angular: [term('angular', 100)],
  'angular, adaptive': [term('angular', -60, { options: { adaptive: true } })],
  transport: [term('transport', 0.8)],
  'all stages': [
    term('spherical', 0.15, along(others[1])),
    term('angular', 45),
    term('cap', 0.2),
    term('add-keep-norm', 0.4, along(others[1])),
    term('clamp', 0.1, along(others[0])),
    term('scale', 2),
    term('transport', 0.5),
  ],
};

function toTerm({ sites, condition: _, ...rest }: PlainTerm): PlanTerm {
  return {
    ...rest,
    sites: sites.map((it) => ({
      layer: it.layer,
      residualNorm: it.residualNorm,
      vector: Float32Array.from(it.vector),
      second: Float32Array.from(it.second!),
      centre: it.centre!,
      transport: { scale: Float32Array.from(it.transport!.scale), shift: Float32Array.from(it.transport!.shift) },
    })),
  };
}

const at = (residuals: Float32Array, position: number, of: number) =>
  residuals.slice((position * layers + of) * width, (position * layers + of + 1) * width);

for (const [name, terms] of Object.entries(plans)) {
  test(`${name} does to the residual what its formula says`, async ({ page }) => {
    const request = { ids: prompt.ids, promptLength: tokens };
    const plain = await forward(page, { ...request, plan: noPlan });
    const { residuals } = await forward(page, { ...request, plan: { terms, steerSpecialTokens: false } });
    const [intervention] = compileTerms(terms.map(toTerm));
    let changed = 0;
    // BOS is left alone.
    expect(at(residuals, 0, layer)).toEqual(at(plain.residuals, 0, layer));
    for (let position = 1; position < tokens; position++) {
      const before = at(plain.residuals, position, layer);
      const expected = applyIntervention(before, intervention!);
      expect(relativeError(at(residuals, position, layer), expected)).toBeLessThan(1e-4);
      expect(at(residuals, position, layer - 1)).toEqual(at(plain.residuals, position, layer - 1));
      changed = Math.max(changed, relativeError(expected, before));
    }
    expect(changed).toBeGreaterThan(0.02);
  });
}

test('a graph that can do all of it leaves every number of an unsteered text as it was', async ({ page, engine }) => {
  // The hooks for everything are compiled by now, and stay.
  const request = { ids: prompt.ids, promptLength: tokens, plan: noPlan };
  await forward(page, { ...request, plan: { terms: plans.spherical!, steerSpecialTokens: false } });
  const hooked = await forward(page, { ...request, graph: 'hooked' });
  const unedited = await forward(page, { ...request, graph: 'unedited' });
  const largest = hooked.logits.reduce((most, value, i) => Math.max(most, Math.abs(value - unedited.logits[i]!)), 0);
  expect(largest).toBeLessThanOrEqual(engine.device === 'wasm' ? 1e-5 : 1e-3);
});

test('what cannot be done together is refused before anything is written', async ({ page }) => {
  const plan = { terms: [term('angular', 10), term('angular', 20, along(others[1]))], steerSpecialTokens: false };
  const refused = await page.evaluate(
    (it) =>
      window.engine.forward(it).then(
        () => null,
        (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
      ),
    { ids: prompt.ids, promptLength: tokens, plan, graph: 'hooked' as const },
  );
  expect(refused?.code).toBe('plan-impossible');
  expect(refused?.message).toContain('layer 3');
});
