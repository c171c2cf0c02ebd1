/** Weights as directions on the bundled model, against its weights as they were read by name (recipes/weights). */
import { readFileSync } from 'node:fs';
import type { FeatureLists, NeuronLists, TokenLists } from '../../src/protocol/api.js';
import { expect, golden as tales, largestDifference, test } from './fixtures.js';

interface Ends {
  readonly top: readonly (readonly [number, number])[];
  readonly bottom: readonly (readonly [number, number])[];
}
interface Weights {
  readonly layer: number;
  readonly gate: Ends;
  readonly up: Ends;
  readonly writing: Ends;
  readonly logits: Ends;
  readonly happyRow: string;
  readonly happyUnembedding: string;
  readonly writtenBy7: string;
  readonly readBy7: string;
}

const { tales: golden } = JSON.parse(
  readFileSync(new URL('../../test/golden/weights.json', import.meta.url), 'utf8'),
) as { readonly tales: Weights };
const { layer } = golden;
const vector = tales.vectors[layer]!;
const [happy] = tales.happy_sad.target_ids;
const happyText = ' happy';

const floats = (base64: string) => new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);

/** A vector at length 1, and its length. */
function unit(base64: string): { readonly vector: readonly number[]; readonly scale: number } {
  const values = [...floats(base64)];
  const scale = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { vector: values.map((value) => value / scale), scale };
}

/** Both lists have the same order and values. */
function expectEnds(
  found: readonly (readonly [number, number])[],
  wanted: readonly (readonly [number, number])[],
): void {
  expect(found.map(([index]) => index)).toEqual(wanted.map(([index]) => index));
  found.forEach(([, value], rank) => expect(Math.abs(value - wanted[rank]![1])).toBeLessThan(1e-5));
}

test('neurons that read and write happy − sad, and tokens that it promotes, are those of the weights', async ({
  page,
}) => {
  const nearest = await page.evaluate(([vector, layer]) => window.engine.nearest(vector, layer, { count: 8 }), [
    vector,
    layer,
  ] as const);
  const [reads, writes, tokens] = [
    nearest.reads as NeuronLists,
    nearest.writes as NeuronLists,
    nearest.tokens as TokenLists,
  ];
  expect([reads.block, writes.block, reads.hasGain, writes.hasGain, tokens.hasGain]).toEqual([
    layer + 1,
    layer,
    true,
    false,
    true,
  ]);
  // Gate and up are in one list.
  for (const side of ['top', 'bottom'] as const) {
    const both = (['gate', 'up'] as const).flatMap((part) =>
      golden[part][side].map(([neuron, cosine]) => ({ part, neuron, cosine })),
    );
    const sign = side === 'top' ? -1 : 1;
    const wanted = both.sort((a, b) => sign * (a.cosine - b.cosine)).slice(0, 8);
    expect(reads[side].map(({ part, neuron }) => [part, neuron])).toEqual(
      wanted.map(({ part, neuron }) => [part, neuron]),
    );
    reads[side].forEach(({ cosine }, rank) => expect(Math.abs(cosine - wanted[rank]!.cosine)).toBeLessThan(1e-5));
    expectEnds(
      writes[side].map(({ neuron, cosine }) => [neuron, cosine] as const),
      golden.writing[side],
    );
    expectEnds(
      tokens[side].map(({ id, logit }) => [id, logit] as const),
      golden.logits[side],
    );
  }
});

test('at the ends of the model what is not there is said', async ({ page, engine }) => {
  const last = engine.loaded.shape.layers - 1;
  const nearest = (hook: 'resid_pre' | 'resid_post', at: number) =>
    page.evaluate(([vector, at, hook]) => window.engine.nearest(vector, at, { hook }), [vector, at, hook] as const);
  expect((await nearest('resid_post', last)).reads).toEqual({
    missing: expect.stringMatching(/after the last block/),
  });
  const first = await nearest('resid_pre', 0);
  expect(first.writes).toEqual({ missing: expect.stringMatching(/before the first block/) });
  expect(first.reads).toMatchObject({ block: 0 });
  const other = await page.evaluate(() => window.failure(window.engine.nearest([1, 0, 0], 0)));
  expect(other).toMatchObject({ code: 'document-other-model', fields: { given: 3, width: vector.length } });
});

test('a token, two tokens and a neuron are directions', async ({ page, engine }) => {
  const { layers } = engine.loaded.shape;
  const take = (method: string, options: Record<string, string | number | boolean>, hook?: 'resid_pre') =>
    page.evaluate(([method, options, hook]) => window.engine.take(method, options, hook), [
      method,
      options,
      hook,
    ] as const);
  const expectVector = (found: { vector: readonly number[]; scale: number }, base64: string) => {
    const wanted = unit(base64);
    expect(largestDifference(found.vector, wanted.vector)).toBeLessThan(1e-6);
    expect(Math.abs(found.scale / wanted.scale - 1)).toBeLessThan(1e-6);
  };
  const { ids } = await page.evaluate((text) => window.engine.remote.tokenize(text), happyText);
  expect(ids.at(-1)).toBe(happy);
  const token = await take('token', { token: happyText });
  expect(token.layers.map((it) => it.layer)).toEqual(Array.from({ length: layers }, (_, index) => index));
  expectVector(token.layers[2]!, golden.happyUnembedding);
  expectVector((await take('token', { token: happyText, from: 'embedding' })).layers[0]!, golden.happyRow);
  // Strength is in units of the residuals of neutral texts, which grow from block to block here.
  for (const { residualNorm, separation } of token.layers) {
    expect(residualNorm).toBeGreaterThan(0.1);
    expect(separation).toBeNull();
  }
  const difference = await take('token-difference', { positive: happyText, negative: ' sad' });
  const sadToken = await take('token', { token: ' sad' });
  const [one, other] = [token.layers[0]!, sadToken.layers[0]!];
  const expected = one.vector.map((value, i) => value * one.scale - other.vector[i]! * other.scale);
  expect(
    largestDifference(
      difference.layers[0]!.vector.map((value) => value * difference.layers[0]!.scale),
      expected,
    ),
  ).toBeLessThan(1e-5);

  const written = await take('neuron', { block: layer, neuron: 7 });
  expect(written.layers.map((it) => it.layer)).toEqual([layer]);
  expectVector(written.layers[0]!, golden.writtenBy7);
  // What block 4 reads stands after block 3, or before block 4.
  const read = await take('neuron', { block: layer + 1, neuron: 7, part: 'reads' });
  expect(read.layers.map((it) => it.layer)).toEqual([layer]);
  expectVector(read.layers[0]!, golden.readBy7);
  const before = await take('neuron', { block: layer + 1, neuron: 7, part: 'reads' }, 'resid_pre');
  expect(before.layers.map((it) => it.layer)).toEqual([layer + 1]);
});

test('what is not in the weights is refused by what was asked', async ({ page }) => {
  const failing = (method: string, options: Record<string, string | number | boolean>) =>
    page.evaluate(([method, options]) => window.failure(window.engine.take(method, options)), [
      method,
      options,
    ] as const);
  expect(await failing('token', { token: 'happy birthday to you' })).toMatchObject({ code: 'token-unknown' });
  expect(await failing('token', { token: '' })).toMatchObject({ code: 'token-unknown' });
  const same = { positive: happyText, negative: happyText };
  expect(await failing('token-difference', same)).toMatchObject({ code: 'direction-degenerate' });
  expect(await failing('neuron', { block: 99, neuron: 0 })).toMatchObject({
    code: 'input-empty',
    fields: { given: 99 },
  });
  expect(await failing('neuron', { block: 0, neuron: 480 })).toMatchObject({ fields: { given: 480, count: 480 } });
  // Nothing stands before the first block's MLP at a block's output.
  expect(await failing('neuron', { block: 0, neuron: 1, part: 'reads' })).toMatchObject({
    code: 'document-other-model',
  });
  expect(await failing('sae-feature', { dictionary: 'nothing', feature: 0 })).toMatchObject({ code: 'input-empty' });
});

test('a feature of an imported dictionary is a direction, and is found along it', async ({ page, engine }) => {
  const { width, layers } = engine.loaded.shape;
  // Three features; the second one is the direction itself, three times as long.
  const rows = [1, 2, 3].map((feature) =>
    vector.map((value, i) => (feature === 2 ? 3 * value : Math.sin(feature * (i + 1)))),
  );
  const base64 = safetensors('W_dec', rows);
  const info = await page.evaluate(([base64]) => window.engine.importDictionary('sae', base64), [base64] as const);
  expect(info).toEqual({ name: 'sae', features: 3, width, bytes: 12 * width, lasting: true });
  const feature = await page.evaluate(() => window.engine.take('sae-feature', { dictionary: 'sae', feature: 1 }));
  expect(feature.layers).toHaveLength(layers);
  expect(largestDifference(feature.layers[0]!.vector, vector)).toBeLessThan(1e-6);
  expect(feature.layers[0]!.scale).toBeCloseTo(3, 4);
  const { features } = await page.evaluate(
    ([vector, layer]) => window.engine.nearest(vector, layer, { dictionary: 'sae' }),
    [vector, layer] as const,
  );
  expect((features as FeatureLists).top[0]).toMatchObject({ feature: 1 });
  expect((features as FeatureLists).top[0]!.cosine).toBeCloseTo(1, 6);
  const wrong = safetensors('W_dec', [[1, 2, 3]]);
  const refused = await page.evaluate(([base64]) => window.failure(window.engine.importDictionary('wrong', base64)), [
    wrong,
  ] as const);
  expect(refused).toMatchObject({ code: 'document-other-model', fields: { second: 3, width } });
  await page.evaluate(() => window.engine.remote.removeDictionary('sae'));
  expect(await page.evaluate(() => window.engine.remote.dictionaries())).toEqual([]);
});

/** A safetensors file with one matrix of float32, by the format's description. */
function safetensors(name: string, rows: readonly (readonly number[])[]): string {
  const data = Float32Array.from(rows.flat());
  const shape = [rows.length, rows[0]!.length];
  const header = Buffer.from(JSON.stringify({ [name]: { dtype: 'F32', shape, data_offsets: [0, data.byteLength] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(data.buffer)]).toString('base64');
}
