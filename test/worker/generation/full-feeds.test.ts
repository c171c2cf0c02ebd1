/** Hooks of the modes `full` and `bounded`, on onnxruntime: each operator does to the residual what the formulas say. */
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeModel, encodeModel } from '../../../src/core/onnx/graph.js';
import { applyIntervention } from '../../core/steering/apply.js';
import { compileTerms } from '../../../src/core/steering/compile.js';
import { modeFor } from '../../../src/core/steering/hooks.js';
import type { LayerIntervention } from '../../../src/core/steering/intervention.js';
import type { OperatorName, PlanTerm } from '../../../src/core/steering/plan.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { norm, normalised } from '../../../src/core/tensors/vector.js';
import { steeringFeeds } from '../../../src/worker/generation/feeds.js';
import type { TensorConstructor } from '../../../src/worker/runtime/ort.js';
import { readGolden } from '../../core/onnx/golden.js';
import { Decoder, fixture, largestDifference, relativeDifference } from '../../core/onnx/session.js';

const width = 16;
const layers = 3;
const { ids } = readGolden('sequential');
const tokens = ids.flat().length;
const uniform = uniformSource(31);
const unit = () => normalised(gaussianVector(width, uniform));
const [first, second, third] = [unit(), unit(), unit()];
const transport = {
  scale: Float32Array.from(gaussianVector(width, uniform), (value) => 1 + 0.3 * value),
  shift: Float32Array.from(gaussianVector(width, uniform)),
};

function term(operator: OperatorName, strength: number, more: Partial<PlanTerm> = {}, vector = first): PlanTerm {
  const site = { layer: 1, vector, residualNorm: 4, second, transport, centre: 0.7 };
  return { operator, strength, scope: { prompt: true, generated: true }, sites: [site], ...more };
}

const plans: Readonly<Record<string, readonly PlanTerm[]>> = {
  scale: [term('scale', -1.5)],
  swap: [term('swap', 0)],
  affine: [term('affine', 0.5)],
  'norm kept': [term('add-keep-norm', 1.5)],
  'cap above': [term('cap', 0.05)],
  'cap below': [term('cap', 0.1, { options: { side: 'below' } })],
  'two caps': [term('cap', 0.05), term('cap', -0.02, {}, third)],
  spherical: [term('spherical', 0.35)],
  'all the way': [term('spherical', 1)],
  angular: [term('angular', 70)],
  adaptive: [term('angular', -120, { options: { adaptive: true } })],
  transport: [term('transport', 0.6)],
  everything: [
    term('spherical', 0.2, {}, third),
    term('cap', 0.3),
    term('add-keep-norm', 0.5, {}, third),
    term('transport', 0.5),
    term('angular', 30),
    term('scale', 2, {}, third),
    term('clamp', 0.2, {}, second),
    term('swap', 0),
  ],
};

/** What the hook left of each token at a layer, [B·S][d]. */
function residualsAt(data: Float32Array, layer: number): Float32Array[] {
  return Array.from({ length: tokens }, (_, at) =>
    data.slice((at * layers + layer) * width, (at * layers + layer + 1) * width),
  );
}

const feedsFor = (...rows: (readonly LayerIntervention[])[]) =>
  steeringFeeds(rows, { resid_post: 'full' }, { layers, width }, ort.Tensor as unknown as TensorConstructor) as Record<
    string,
    ort.Tensor
  >;

/** The fixture as of operator set 17, where a reduction's axes are no input yet. */
function olderFixture(name: string): Uint8Array {
  const model = decodeModel(fixture(name));
  model.opsetImport.find(({ domain }) => domain === '')!.version = 17n;
  // Equal parts need no attribute there.
  for (const node of model.graph.node) node.attribute = node.attribute.filter((it) => it.name !== 'num_outputs');
  return encodeModel(model);
}

describe.each([
  { name: 'sequential', tolerance: 2e-6 },
  { name: 'sequential-fused', tolerance: 2e-6 },
  { name: 'parallel', tolerance: 2e-6, read: olderFixture },
  // The residual is float16, whose spacing is 1e-3 of a number; the arithmetic between is not.
  { name: 'sequential-half', tolerance: 2e-3 },
])('$name', ({ name, tolerance, read = fixture }) => {
  let plain: Decoder;
  let affine: Decoder;
  let full: Decoder;
  let bounded: Decoder;
  let unsteered: Float32Array[];
  beforeAll(async () => {
    plain = await Decoder.plain(read(name));
    affine = await Decoder.hooked(read(name), { hooks: { resid_post: 'affine' } });
    full = await Decoder.hooked(read(name), { hooks: { resid_post: 'full' } });
    bounded = await Decoder.hooked(read(name), { hooks: { resid_post: 'bounded' } });
    unsteered = residualsAt((await affine.run({ ids })).residuals!.data, 1);
  });

  test('zeros in every port leave every number exactly as the affine hooks do', async () => {
    const zero = await full.run({ ids, steering: feedsFor([], []) });
    const before = await affine.run({ ids });
    expect(zero.residuals!.data).toEqual(before.residuals!.data);
    expect(zero.logits.data).toEqual(before.logits.data);
    const bare = await plain.run({ ids });
    expect(largestDifference(zero.logits.data, bare.logits.data)).toBeLessThanOrEqual(
      name.endsWith('half') ? 2e-3 : 1e-6,
    );
  });

  test.each(Object.entries(plans))('%s is what its formula says', async (_, terms) => {
    const interventions = compileTerms(terms);
    const { residuals } = await full.run({ ids, steering: feedsFor(interventions, interventions) });
    const steered = residualsAt(residuals!.data, 1);
    const expected = unsteered.map((residual) => applyIntervention(residual, interventions[0]!));
    expect(
      relativeDifference(
        steered.flatMap((it) => [...it]),
        expected.flatMap((it) => [...it]),
      ),
    ).toBeLessThan(tolerance);
    expect(
      largestDifference(
        steered.flatMap((it) => [...it]),
        unsteered.flatMap((it) => [...it]),
      ),
    ).toBeGreaterThan(0.05);
  });

  test('a row beside a steered one stays as it was, and the mask takes a part of the change', async () => {
    const interventions = compileTerms(plans.everything!);
    const mask = new Float32Array(tokens).fill(0.25);
    const { residuals } = await full.run({ ids, steering: feedsFor([], interventions), mask });
    const half = tokens / 2;
    const found = residualsAt(residuals!.data, 1);
    found.slice(0, half).forEach((residual, at) => expect(residual).toEqual(unsteered[at]));
    found.slice(half).forEach((residual, at) => {
      const before = unsteered[half + at]!;
      const whole = applyIntervention(before, interventions[0]!);
      const wanted = before.map((value, i) => value + 0.25 * (whole[i]! - value));
      expect(relativeDifference(residual, wanted)).toBeLessThan(tolerance);
    });
  });

  test('what does not turn needs less of the graph', async () => {
    for (const terms of Object.values(plans)) {
      const interventions = compileTerms(terms);
      const steering = feedsFor(interventions, interventions);
      if (!['affine', 'bounded'].includes(modeFor(interventions[0]!))) continue;
      const [less, more] = [await bounded.run({ ids, steering }), await full.run({ ids, steering })];
      expect(less.residuals!.data).toEqual(more.residuals!.data);
    }
    expect(bounded.session.inputNames).toEqual(full.session.inputNames);
  });

  test('the norm is kept', async () => {
    const interventions = compileTerms(plans['norm kept']!);
    const { residuals } = await full.run({ ids, steering: feedsFor(interventions, interventions) });
    residualsAt(residuals!.data, 1).forEach((residual, at) => {
      expect(Math.abs(norm(residual) / norm(unsteered[at]!) - 1)).toBeLessThan(tolerance);
    });
  });
});
