/** Tiny models of many families, made by the real exporters (recipes/families): what is found, and every site's numbers. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hookNames, type HookName } from '../../../src/core/onnx/hooks.js';
import { describeDecoder } from '../../../src/core/onnx/instrument.js';
import { Decoder, relativeDifference, type LayerPorts } from './session.js';

const folder = new URL('../../fixtures/models/', import.meta.url);

interface Packed {
  readonly shape: readonly number[];
  readonly float32: string;
}
interface Golden {
  readonly stream: 'sequential' | 'parallel';
  readonly layers: number;
  readonly width: number;
  readonly vocabulary: number;
  readonly ids: readonly number[];
  readonly direction: Packed;
  readonly coefficients: readonly number[];
  readonly embedding: Packed;
  readonly resid_mid?: Packed;
  readonly resid_post: Packed;
  readonly attn_out: Packed;
  readonly mlp_out: Packed;
  readonly logits: Packed;
  readonly added: Packed;
  readonly ablated: Packed;
  readonly tensors: { readonly resid_post: readonly (readonly string[])[] };
}

interface Listed {
  readonly folder: string;
  readonly causal: boolean;
  readonly files: readonly { readonly file: string; readonly dtype: string; readonly external: readonly string[] }[];
}

const { models } = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8')) as { models: readonly Listed[] };
const causal = models
  .filter((model) => model.causal)
  .flatMap(({ folder, files }) => files.filter(({ dtype }) => dtype === 'fp32').map((file) => ({ folder, ...file })));

/** The form for WebGPU, in which a hook only adds, is the same nodes everywhere: tried with and without fused sums. */
const addTried = new Set(['llama-optimum', 'llama-genai']);

test.each(
  models.filter((model) => !model.causal).flatMap(({ folder, files }) => files.map((it) => ({ folder, ...it }))),
)('$folder: $file is refused with what was found and what was expected', ({ folder: name, file }) => {
  const bytes = new Uint8Array(readFileSync(new URL(`${name}/${file}`, folder)));
  const refusal = (() => {
    try {
      describeDecoder(bytes);
    } catch (error) {
      return error;
    }
    return null;
  })();
  expect(refusal).toMatchObject({ name: 'SteerboardError', code: 'model-not-decoder' });
  expect((refusal as Error).message).toMatch(/images|encoder|exported without|takes "input_ids"/);
});

describe.each(causal)('$folder', ({ folder: name, file, external }) => {
  const read = (path: string) => new Uint8Array(readFileSync(new URL(`${name}/${path}`, folder)));
  const golden = JSON.parse(readFileSync(new URL(`${name}/golden.json`, folder), 'utf8')) as Golden;
  const bytes = read(file);
  const beside = external.map((path) => ({ path: path.slice(path.lastIndexOf('/') + 1), data: read(path) }));
  const { layers, width, vocabulary } = golden;
  const ids = [golden.ids];
  const tokens = golden.ids.length;
  const direction = floats(golden.direction);
  const sites: Readonly<Partial<Record<HookName, Packed | undefined>>> = {
    resid_mid: golden.resid_mid,
    resid_post: golden.resid_post,
    attn_out: golden.attn_out,
    mlp_out: golden.mlp_out,
  };

  test('every site is found and has PyTorch’s numbers', async () => {
    const hooks = Object.fromEntries(hookNames.map((hook) => [hook, 'read' as const]));
    const hooked = await Decoder.hooked(bytes, { hooks, device: 'wasm', expected: { layers, width } }, beside);
    expect(hooked.report).toMatchObject({ layers, width, vocabulary, blocks: golden.stream });
    expect(hooked.report.hooks).toEqual(
      hookNames.filter((hook) => hook !== 'resid_mid' || golden.stream === 'sequential'),
    );
    // Tensors of the file whose values are PyTorch's; a sum inside a fused node has no name.
    golden.tensors.resid_post.forEach((names, layer) => {
      if (names.length > 0) expect(names).toContain(hooked.report.residualTensors[layer]);
    });
    const { logits, outputs } = await hooked.run({ ids });
    for (const hook of hooked.report.hooks) {
      const expected = hook === 'resid_pre' ? residPre(golden) : floats(sites[hook]!);
      expect(relativeDifference(layerMajor(outputs[hook]!.data, layers, width), expected), hook).toBeLessThan(1e-4);
    }
    expect(relativeDifference(logits.data, floats(golden.logits))).toBeLessThan(1e-4);
    const plain = await Decoder.plain(bytes, beside);
    expect(relativeDifference(logits.data, (await plain.run({ ids })).logits.data)).toBeLessThan(1e-5);
  });

  const modes = addTried.has(name) ? (['add', 'affine'] as const) : (['affine'] as const);
  test.each(modes)('%s acts as PyTorch’s hooks do', async (mode) => {
    const hooks = Object.fromEntries(hookNames.map((hook) => [hook, mode]));
    const hooked = await Decoder.hooked(bytes, { hooks, device: 'wasm' }, beside);
    const last = { ids, positions: [tokens - 1] };
    const at = (packed: Packed, layer: number) => floats(packed).subarray(layer * vocabulary, (layer + 1) * vocabulary);
    const zero = await hooked.run(last);
    const all = floats(golden.logits);
    expect(relativeDifference(zero.logits.data, all.subarray(all.length - vocabulary))).toBeLessThan(1e-4);
    for (let layer = 0; layer < layers; layer++) {
      const bias = direction.map((value) => value * golden.coefficients[layer]!);
      const add: LayerPorts = { bias, read: new Float32Array(width), write: new Float32Array(width) };
      const added = await hooked.run({ ...last, layers: { [layer]: add } });
      expect(relativeDifference(added.logits.data, at(golden.added, layer)), `add ${layer}`).toBeLessThan(1e-4);
      // The next block's input is the same tensor; a write to the last sum of the block goes nowhere else either.
      for (const [hook, to] of [['resid_pre', layer + 1] as const, ['mlp_out', layer] as const]) {
        if (to === layers) continue;
        const same = await hooked.run({ ...last, hooks: { [hook]: { [to]: add } } });
        expect(relativeDifference(same.logits.data, at(golden.added, layer)), `${hook} ${to}`).toBeLessThan(1e-4);
      }
      if (mode === 'add') continue;
      const ablate: LayerPorts = {
        bias: new Float32Array(width),
        read: direction,
        write: direction.map((value) => -value),
      };
      const ablated = await hooked.run({ ...last, layers: { [layer]: ablate } });
      expect(relativeDifference(ablated.logits.data, at(golden.ablated, layer)), `ablate ${layer}`).toBeLessThan(1e-4);
    }
  });
});

/** What each block reads: the embedding, then the outputs of the blocks before. */
function residPre({ embedding, resid_post: post }: Golden): Float32Array {
  const [first, after] = [floats(embedding), floats(post)];
  return Float32Array.from([...first, ...after.subarray(0, after.length - first.length)]);
}

/** From the hook's [T, L, d] to PyTorch's [L, T, d]. */
function layerMajor(values: Float32Array, layers: number, width: number): Float32Array {
  const tokens = values.length / layers / width;
  const out = new Float32Array(values.length);
  for (let layer = 0; layer < layers; layer++) {
    for (let token = 0; token < tokens; token++) {
      const from = (token * layers + layer) * width;
      out.set(values.subarray(from, from + width), (layer * tokens + token) * width);
    }
  }
  return out;
}

function floats({ float32 }: Packed): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(float32, 'base64')).buffer);
}
