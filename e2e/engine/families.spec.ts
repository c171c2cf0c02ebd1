/**
 * Every family, exporter and dtype in the browser, against PyTorch (recipes/families). What a device cannot run is said
 * in the table, with the reason.
 */
import type { Device } from '../../src/protocol/api.js';
import { expect, largestDifference, pageTest as test, relativeError } from './fixtures.js';
import {
  familyModels,
  floats,
  otherModels,
  readGolden,
  type FamilyGolden,
  type FamilyModel,
} from './families/models.js';
import { measure, refusalOf, type Measured } from './families/measure.js';
import { writeCells, type Cell } from './families/table.js';

const cells: Cell[] = [];
test.afterAll(() => writeCells(cells));

/** On SwiftShader a graph takes seconds to compile: fp32 of every family, and 4-bit weights once. */
const onWebgpu = (model: FamilyModel) =>
  model.dtype === 'fp32' || (model.dtype === 'q4' && model.folder === 'llama-genai');

for (const model of familyModels()) {
  test(`${model.family} ${model.exporter} ${model.dtype}`, async ({ harness }, info) => {
    const device = (info.project.metadata as { device: Device }).device;
    test.skip(device === 'webgpu' && !onWebgpu(model), 'the same graph on WASM');
    if (device === 'webgpu') test.setTimeout(240_000);
    const golden = readGolden(model);
    const all = Array.from({ length: golden.layers }, (_, layer) => layer);
    const layers = device === 'wasm' ? all : [golden.steered_layer];
    const direction = floats(golden.direction);
    const cell = { ...model, device };
    try {
      const found = await measure(harness, model, golden, device, [...direction], layers);
      if ('code' in found) {
        expect(found).toMatchObject({ code: 'device-unavailable' });
        expect(found.message).toMatch(/half floats|q8 or fp32|another/i);
        cells.push(cellOf(cell, found.message, null));
        return;
      }
      const residuals = check(model, golden, found, layers, direction, device);
      cells.push(cellOf(cell, 'passed', residuals));
    } catch (error) {
      cells.push(cellOf(cell, 'failed', null));
      throw error;
    }
  });
}

for (const model of otherModels()) {
  test(`${model.family} is refused with what it is`, async ({ harness }, info) => {
    const device = (info.project.metadata as { device: Device }).device;
    test.skip(device === 'webgpu', 'the same on every device');
    const refusal = await refusalOf(harness, model, device);
    expect(refusal).toMatchObject({ name: 'SteerboardError', code: 'model-unsupported' });
    expect(refusal.message).toMatch(/an encoder|sees images/);
    expect(refusal.message).toContain('causal language model');
  });
}

function cellOf(model: FamilyModel & { device: string }, state: string, residuals: number | null): Cell {
  const { family, exporter, dtype, device } = model;
  return { family, exporter, dtype, device, state, residuals };
}

/**
 * Relative. Of quantized weights and half floats: what onnxruntime's Python package makes of the same file, times three, for
 * other kernels, and because an edited stream is quantized anew.
 */
function toleranceOf({ dtype, file }: FamilyModel, golden: FamilyGolden): number {
  if (dtype === 'fp32') return 1e-4;
  const python = golden.tolerance[file]!;
  return 3 * Math.max(python.logits, python.cached_logits, 1e-3);
}

/** Returns the largest relative error of a layer's residuals. */
function check(
  model: FamilyModel,
  golden: FamilyGolden,
  found: Measured,
  layers: readonly number[],
  direction: Float32Array,
  device: Device,
): number {
  const { width, vocabulary } = golden;
  const tokens = golden.ids.length;
  const exact = model.dtype === 'fp32';
  const tolerance = toleranceOf(model, golden);
  const same = exact ? (device === 'wasm' ? 1e-5 : 1e-3) : tolerance;

  expect(found.hooks).toEqual({ layers: golden.layers, width, blocks: golden.stream });
  expect(found.promptIds).toEqual(golden.ids);
  const post = floats(golden.resid_post);
  const size = tokens * width;
  const errors = Array.from({ length: golden.layers }, (_, layer) =>
    relativeError(layerOf(found.hooked.residuals, layer, golden), post.subarray(layer * size, (layer + 1) * size)),
  );
  expect(Math.max(...errors), 'residuals').toBeLessThan(tolerance);
  expect(relativeError(found.hooked.logits, floats(golden.logits)), 'logits').toBeLessThan(tolerance);
  const largest = floats(golden.logits).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largestDifference(found.hooked.logits, found.unedited.logits) / largest, 'zero plan').toBeLessThan(same);
  expect(relativeError(found.cached.logits, found.hooked.logits), 'cached').toBeLessThan(tolerance);

  for (const [index, layer] of layers.entries()) {
    const [added, ablated] = [found.added[index]!, found.ablated[index]!];
    const row = (all: Float32Array) => all.subarray(layer * vocabulary, (layer + 1) * vocabulary);
    expect(relativeError(added.logits.slice(-vocabulary), row(floats(golden.added))), `add ${layer}`).toBeLessThan(
      tolerance,
    );
    expect(
      relativeError(ablated.logits.slice(-vocabulary), row(floats(golden.ablated))),
      `ablate ${layer}`,
    ).toBeLessThan(tolerance);
    // Whatever the weights are: the stream is moved by exactly this.
    const before = layerOf(found.hooked.residuals, layer, golden);
    const moved = layerOf(added.residuals, layer, golden);
    const wanted = before.map((value, i) => value + golden.coefficients[layer]! * direction[i % width]!);
    expect(relativeError(moved, wanted), `stream after add ${layer}`).toBeLessThan(exact ? 1e-5 : 5e-3);
    const left = projections(layerOf(ablated.residuals, layer, golden), direction);
    expect(Math.max(...left.map(Math.abs)), `stream after ablate ${layer}`).toBeLessThan(
      (exact ? 1e-5 : 5e-3) * golden.coefficients[layer]!,
    );
  }

  // Written a token at a time in one batch, against one run over the whole text alone.
  for (const row of ['base', 'steered'] as const) {
    const { ids, logProbabilities } = found.texts[row];
    const alone = ids.map((id, at) =>
      logProbability(found.whole[row].logits.subarray((tokens - 1 + at) * vocabulary, (tokens + at) * vocabulary), id),
    );
    if (exact) expect(largestDifference(logProbabilities, alone), `${row} in a batch`).toBeLessThan(1e-3);
    else expect(relativeError(logProbabilities, alone), `${row} in a batch`).toBeLessThan(tolerance);
  }
  if (exact) {
    expect(found.texts.base.ids).toEqual(golden.greedy);
    expect(found.texts.steered.ids).toEqual(golden.steered_greedy);
  }
  return Math.max(...errors);
}

/** One layer of [T, L, d], as [T, d]. */
function layerOf(residuals: Float32Array, layer: number, { layers, width }: FamilyGolden): Float32Array {
  return residuals.filter((_, i) => Math.floor(i / width) % layers === layer);
}

function projections(residuals: Float32Array, direction: Float32Array): number[] {
  const width = direction.length;
  return Array.from({ length: residuals.length / width }, (_, token) =>
    direction.reduce((sum, value, i) => sum + value * residuals[token * width + i]!, 0),
  );
}

function logProbability(logits: Float32Array, id: number): number {
  const most = Math.max(...logits);
  return logits[id]! - most - Math.log(logits.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
