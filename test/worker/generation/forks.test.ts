/** Rows that fork against rows that go through every layer by themselves, on the files of every family. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { forkPorts } from '../../../src/core/onnx/forks.js';
import { decodeModel, encodeModel } from '../../../src/core/onnx/graph.js';
import type { CompiledHooks } from '../../../src/core/onnx/hooks.js';
import { instrument } from '../../../src/core/onnx/instrument.js';
import type { LayerIntervention } from '../../../src/core/steering/intervention.js';
import type { BatchCache } from '../../../src/worker/generation/cache.js';
import type { Decoder, DecoderResult } from '../../../src/worker/generation/decoder.js';
import { steeringFeeds } from '../../../src/worker/generation/feeds.js';
import { ForkedRows, type ForkedRow } from '../../../src/worker/generation/forks.js';
import type { TensorConstructor } from '../../../src/worker/runtime/ort.js';
import { relativeDifference } from '../../core/onnx/session.js';
import { modelFile, openedDecoder } from './opened-decoder.js';

const Tensor = ort.Tensor as unknown as TensorConstructor;
const tolerance = 1e-5;

/** Fills vectors with numbers that are the same in every run. */
function numbers(seed: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(seed * 37 + i * (1 + 0.1 * seed)));
}

function intervention(layer: number, width: number, hook: LayerIntervention['hook'] = 'resid_post'): LayerIntervention {
  const rank = hook === 'resid_post' ? 1 : 0;
  const [read, write] = [numbers(layer + 5, rank * width), numbers(layer + 9, rank * width)];
  return { layer, hook, bias: numbers(layer, width), rank, read, write };
}

interface Text {
  readonly ids: readonly number[];
  readonly interventions: readonly LayerIntervention[];
}

interface Fork extends ForkedRow, Text {}

/**
 * Reads the first tokens of all texts without interventions, and the others a token at a time under them: as many rows as
 * texts by one decoder, rows that fork by the other.
 */
async function readBoth(plain: Decoder, forked: Decoder, first: readonly Text[], forks: readonly Fork[]) {
  const { layers, width } = plain.report;
  const texts = [...first, ...forks];
  const prompt = 3;
  const caches: BatchCache[] = [];
  for (const { ids } of texts) {
    const steering = steeringFeeds([[]], plain.report.compiled, { layers, width }, Tensor);
    const head = { ids: ids.slice(0, prompt), rows: 1, length: prompt, past: plain.empty(1), steering };
    caches.push((await plain.run({ ...head, mask: new Float32Array(prompt), logits: 'last' })).cache);
  }
  const rows = await Promise.all(caches.map((cache) => plain.caches.split(cache)));
  let past = plain.caches.join(rows.flat());
  const plan = new ForkedRows(layers, first.length, forks);
  let forkedPast = plan.cacheOf(forked, rows.flat());
  const feeds = (decoder: Decoder) =>
    steeringFeeds(
      texts.map(({ interventions }) => interventions),
      decoder.report.compiled,
      { layers, width },
      Tensor,
    );
  const comingIn = texts.slice(0, plan.at(-1));
  const results: [DecoderResult, DecoderResult][] = [];
  for (let at = prompt; at < texts[0]!.ids.length; at++) {
    // A mask that differs between rows, and is 0 somewhere.
    const mask = Float32Array.from(texts, (_, row) => (row + at) % 3);
    const step = { length: 1, mask, logits: 'last' } as const;
    const ids = (some: readonly Text[]) => some.map((text) => text.ids[at]!);
    const [own, shared] = [
      await plain.run({ ...step, ids: ids(texts), rows: texts.length, past, steering: feeds(plain) }),
      await forked.run({
        ...step,
        ids: ids(comingIn),
        rows: comingIn.length,
        past: forkedPast,
        steering: { ...feeds(forked), ...plan.feeds(Tensor) },
      }),
    ];
    results.push([own, shared]);
    past = own.cache;
    forkedPast = shared.cache;
  }
  return results;
}

/** Two texts without interventions; of both, texts that fork at every layer, and at some layer two. */
function textsFor({ layers, width, vocabulary }: Decoder['report'], hooks: readonly LayerIntervention['hook'][] = []) {
  const first: Text[] = [1, 2].map((seed) => ({
    ids: Array.from({ length: 6 }, (_, at) => (seed * 7 + at * at * 3) % vocabulary),
    interventions: [],
  }));
  const fork = (level: number, origin: number, interventions: readonly LayerIntervention[]): Fork => {
    return { level, origin, ids: first[origin]!.ids, interventions };
  };
  const forks = [
    // It comes in at the bottom, and is changed inside the first block.
    ...hooks.map((hook) => fork(-1, 0, [intervention(0, width, hook)])),
    fork(-1, 1, [intervention(layers - 1, width)]),
    ...Array.from({ length: layers }, (_, level) => fork(level, level % 2, [intervention(level, width)])),
    fork(layers - 1, 1, [intervention(layers - 1, width)]),
  ];
  // Changed at its first layer, and inside the block after it.
  for (const hook of hooks) {
    forks.push(fork(0, 0, [intervention(0, width), ...(layers > 1 ? [intervention(1, width, hook)] : [])]));
  }
  return { first, forks: forks.toSorted((a, b) => a.level - b.level) };
}

async function expectAlike(plain: Decoder, forked: Decoder, hooks?: readonly LayerIntervention['hook'][]) {
  const { first, forks } = textsFor(plain.report, hooks);
  for (const [own, shared] of await readBoth(plain, forked, first, forks)) {
    expect(relativeDifference(shared.logits, own.logits)).toBeLessThan(tolerance);
    expect(relativeDifference(shared.residuals, own.residuals)).toBeLessThan(tolerance);
  }
}

it('says which row of the level below every row goes on from', () => {
  // Two rows, one that comes in beside them, and three that fork: two at the first block's output, one at the third's.
  const forks = new ForkedRows(3, 2, [
    { level: -1, origin: 1 },
    { level: 0, origin: 1 },
    { level: 0, origin: 0 },
    { level: 2, origin: 1 },
  ]);
  expect([-1, 0, 1, 2].map((level) => forks.at(level))).toEqual([3, 5, 5, 6]);
  const feeds = forks.feeds(Tensor);
  expect([...(feeds[forkPorts.sizes]!.data as BigInt64Array)].map(Number)).toEqual([5, 5, 6]);
  const rows = [0, 1, 2, 1, 0, /* */ 0, 1, 2, 3, 4, /* */ 0, 1, 2, 3, 4, 1];
  expect([...(feeds[forkPorts.rows]!.data as BigInt64Array)].map(Number)).toEqual(rows);
  // The head is worth a layer here: 3 + 5 + 5 rows of layers and 6 of the head, of 4 each.
  expect(forks.cost({ width: 10, vocabulary: 120 })).toBeCloseTo(19 / 4, 12);
});

interface Fixture {
  readonly folder: string;
  readonly causal: boolean;
  readonly files: readonly { readonly file: string; readonly dtype: string; readonly external: readonly string[] }[];
}
const { models } = JSON.parse(new TextDecoder().decode(modelFile('index.json'))) as { models: readonly Fixture[] };
/** Weights that lie in files of their own are opened by the tests in a browser. */
const files = models
  .filter(({ causal }) => causal)
  .flatMap(({ folder, files }) =>
    files.flatMap(({ file, dtype, external }) =>
      dtype === 'fp32' && external.length === 0 ? `${folder}/${file}` : [],
    ),
  );
const bundled = new Uint8Array(readFileSync(new URL('../../../public/models/tales/onnx/model.onnx', import.meta.url)));
const hooks = { resid_post: 'affine' } as const;

it('has files of many families', () => {
  expect(files.length).toBeGreaterThan(15);
});

it.each(files)('%s: rows that fork give what rows by themselves give', async (path) => {
  const bytes = modelFile(path);
  const plain = await openedDecoder(bytes, undefined, { hooks });
  const forked = await openedDecoder(bytes, undefined, { hooks, forks: true });
  expect(forked.report.forks).toBeDefined();
  await expectAlike(plain, forked);
});

describe('the bundled model', () => {
  const inside = { resid_pre: 'add', resid_mid: 'add', attn_out: 'add', mlp_out: 'add' } as const;
  it.each<[string, CompiledHooks]>([
    ['at the output of blocks', hooks],
    ['everywhere', { ...hooks, ...inside }],
    ['everywhere, and more than affine at the output', { ...inside, resid_post: 'full' }],
  ])('hooked %s gives what rows by themselves give', async (_, hooks) => {
    const plain = await openedDecoder(bundled, undefined, { hooks });
    const forked = await openedDecoder(bundled, undefined, { hooks, forks: true });
    // The caches of a block hold the rows that it reads, those of its keys like those of its values.
    expect(forked.report.forks?.cacheLevels).toEqual(Array.from({ length: 16 }, (_, i) => Math.floor(i / 2) - 1));
    await expectAlike(plain, forked, hooks.attn_out ? ['resid_pre', 'resid_mid', 'attn_out', 'mlp_out'] : []);
  });

  it('does not fork where the file says how many rows there are', () => {
    const decoded = decodeModel(bundled.slice());
    const ids = decoded.graph.input.find(({ name }) => name === 'input_ids')!;
    if (ids.type?.value.case !== 'tensorType') throw new Error('The ids are a tensor.');
    ids.type.value.value.shape!.dim[0]!.value = { case: 'dimValue', value: 4n };
    const { report } = instrument(encodeModel(decoded), { weightsFile: 'model.onnx', forks: true });
    expect(report.forks).toBeUndefined();
    expect(report.layers).toBe(8);
  });
});
