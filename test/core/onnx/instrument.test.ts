import { beforeAll, describe, expect, test } from 'vitest';
import { instrument } from '../../../src/core/onnx/instrument.js';
import { layerMajor, readGolden, type Golden, type GoldenCase } from './golden.js';
import {
  Decoder,
  externalise,
  fixture,
  largestDifference,
  relativeDifference,
  weightsFile,
  type LayerPorts,
} from './session.js';

/** Fixture, the family whose golden numbers it has, and the largest relative difference to them. */
const decoders = [
  { name: 'sequential', family: 'sequential', tolerance: 1e-5, fused: false },
  { name: 'sequential-fused', family: 'sequential', tolerance: 1e-5, fused: true },
  { name: 'parallel', family: 'parallel', tolerance: 1e-5, fused: false },
  { name: 'sandwich', family: 'sandwich', tolerance: 1e-5, fused: false },
  // The residual is float16, whose spacing is 1e-3 of a number.
  { name: 'sequential-half', family: 'sequential', tolerance: 5e-3, fused: false },
];

describe.each(decoders)('$name', ({ name, family, tolerance, fused }) => {
  const bytes = fixture(name);
  const golden = readGolden(family);
  let plain: Decoder;
  let hooked: Decoder;
  beforeAll(async () => {
    plain = await Decoder.plain(bytes);
    hooked = await Decoder.hooked(bytes);
  });

  test('the report says what the model is', () => {
    const { report } = instrument(bytes, { weightsFile, expected: { layers: golden.layers, width: golden.width } });
    expect(report).toMatchObject({ layers: 3, width: 16, vocabulary: 40, fused });
    expect(report.inputs).toEqual({ attentionMask: true, positionIds: !fused });
    const half = name.endsWith('half');
    expect(report.cache.entries).toHaveLength(6);
    expect(report.cache.entries[1]).toEqual({
      past: 'past_key_values.0.value',
      present: 'present.0.value',
      dims: [-1, family === 'parallel' ? 2 : 1, -2, 16],
      type: half ? 'float16' : 'float32',
    });
  });

  test('with zeros in every port the logits are those of the file', async () => {
    const before = await plain.run({ ids: golden.ids });
    const after = await hooked.run({ ids: golden.ids });
    expect(after.logits.dims).toEqual(before.logits.dims);
    expect(largestDifference(after.logits.data, before.logits.data)).toBeLessThanOrEqual(
      name.endsWith('half') ? 2e-3 : 1e-6,
    );
  });

  test('residuals and logits are PyTorch’s', async () => {
    const { residuals, logits } = await hooked.run({ ids: golden.ids });
    expect(residuals!.dims).toEqual([2, 6, 3 * 16]);
    expect(relativeDifference(layerMajor(residuals!, 3), golden.residuals.data)).toBeLessThan(tolerance);
    expect(relativeDifference(logits.data, golden.logits.data)).toBeLessThan(tolerance);
  });

  test.each(golden.cases)('$operator at block $layer is PyTorch’s', async (planted) => {
    const layers = { [planted.layer]: portsOf(planted, 2) };
    const { residuals, logits } = await hooked.run({
      ids: golden.ids,
      rank: 2,
      layers,
      mask: planted.mask.data,
    });
    expect(relativeDifference(layerMajor(residuals!, 3), planted.residuals.data)).toBeLessThan(tolerance);
    expect(relativeDifference(logits.data, planted.logits.data)).toBeLessThan(tolerance);
    expect(largestDifference(logits.data, golden.logits.data)).toBeGreaterThan(0.1);
  });

  test('rows of a batch equal their solo runs', async () => {
    const [add, ablate] = [caseOf(golden, 'add', 1), caseOf(golden, 'ablate', 1)];
    const ids = golden.ids[0]!;
    const solo = async (layers: Record<number, LayerPorts>) =>
      (await hooked.run({ ids: [ids], rank: 2, layers })).logits;
    const [first, second, third] = [
      await solo({}),
      await solo({ 1: portsOf(add, 1) }),
      await solo({ 1: portsOf(ablate, 1) }),
    ];
    const zeros: LayerPorts = { bias: new Float32Array(16), read: new Float32Array(32), write: new Float32Array(32) };
    const rows = [zeros, portsOf(add, 1), portsOf(ablate, 1)];
    const together = joined(rows);
    const { logits } = await hooked.run({ ids: [ids, ids, ids], rank: 2, layers: { 1: together } });
    const expected = [...first.data, ...second.data, ...third.data];
    expect(relativeDifference(logits.data, expected)).toBeLessThan(tolerance / 5);
  });

  test('only the wanted positions have logits', async () => {
    const all = await hooked.run({ ids: golden.ids });
    const some = await hooked.run({ ids: golden.ids, positions: [5, 2] });
    expect(some.logits.dims).toEqual([2, 2, 40]);
    const at = (row: number, position: number) =>
      all.logits.data.slice((row * 6 + position) * 40, (row * 6 + position + 1) * 40);
    const expected = [...at(0, 5), ...at(0, 2), ...at(1, 5), ...at(1, 2)];
    expect(relativeDifference(some.logits.data, expected)).toBeLessThan(tolerance / 5);
  });

  test('a cached continuation equals the whole run', async () => {
    const add = caseOf(golden, 'add', 0);
    const layers = { 0: portsOf(add, 2) };
    // One token at a time: GroupQueryAttention takes several rows or several tokens beside a cache, not both.
    let { past } = await hooked.run({ ids: golden.ids.map((row) => row.slice(0, 4)), rank: 2, layers });
    for (const at of [4, 5]) {
      const ids = golden.ids.map((row) => row.slice(at, at + 1));
      const next = await hooked.run({ ids, past, pastLength: at, rank: 2, layers });
      const row = (b: number) => add.logits.data.subarray((b * 6 + at) * 40, (b * 6 + at + 1) * 40);
      expect(relativeDifference(next.logits.data, [...row(0), ...row(1)])).toBeLessThan(tolerance);
      past = next.past;
    }
  });

  test('the graph refers to the weights in the file, and copies none', async () => {
    const { graph } = instrument(bytes, { weightsFile });
    expect(graph.length).toBeLessThan(bytes.length);
    const untouched = await Decoder.beside(externalise(bytes, weightsFile), bytes);
    const [before, after] = [await plain.run({ ids: golden.ids }), await untouched.run({ ids: golden.ids })];
    expect(after.logits.data).toEqual(before.logits.data);
  });
});

test('a file that is a part of a larger buffer is referred to by its own offsets', async () => {
  const bytes = fixture('sequential');
  const buffer = new Uint8Array(bytes.length + 100);
  buffer.set(bytes, 37);
  const part = buffer.subarray(37, 37 + bytes.length);
  expect(instrument(part, { weightsFile }).graph).toEqual(instrument(bytes, { weightsFile }).graph);
});

describe.each(['last', 'keep', 'flat'])('a head of the kind %s', (kind) => {
  const golden = readGolden('sequential');
  test('gives the logits of the wanted positions', async () => {
    const hooked = await Decoder.hooked(fixture(`sequential-${kind}`));
    expect(hooked.session.inputNames).not.toContain('num_logits_to_keep');
    const { logits } = await hooked.run({ ids: golden.ids });
    expect(relativeDifference(logits.data, golden.logits.data)).toBeLessThan(1e-5);
    const one = await hooked.run({ ids: golden.ids, positions: [3] });
    expect(one.logits.dims).toEqual([2, 1, 40]);
    const expected = [0, 1].flatMap((row) => [...golden.logits.data.subarray((row * 6 + 3) * 40, (row * 6 + 4) * 40)]);
    expect(relativeDifference(one.logits.data, expected)).toBeLessThan(1e-5);
  });
});

test('an int8 head is quantized over all positions, so taking some changes nothing', async () => {
  const { ids } = readGolden('sequential');
  const bytes = fixture('sequential-int8');
  const [plain, hooked] = [await Decoder.plain(bytes), await Decoder.hooked(bytes)];
  const before = await plain.run({ ids });
  const after = await hooked.run({ ids, positions: [5] });
  const expected = [0, 1].flatMap((row) => [...before.logits.data.subarray((row * 6 + 5) * 40, (row + 1) * 6 * 40)]);
  expect(largestDifference(after.logits.data, expected)).toBeLessThan(1e-6);
});

function caseOf(golden: Golden, operator: string, layer: number): GoldenCase {
  return golden.cases.find((candidate) => candidate.operator === operator && candidate.layer === layer)!;
}

function portsOf({ bias, read, write }: GoldenCase, rows: number): LayerPorts {
  return joined(new Array<LayerPorts>(rows).fill({ bias: bias.data, read: read.data, write: write.data }));
}

function joined(rows: readonly LayerPorts[]): LayerPorts {
  const join = (part: keyof LayerPorts) => Float32Array.from(rows.flatMap((row) => [...row[part]]));
  return { bias: join('bias'), read: join('read'), write: join('write') };
}
