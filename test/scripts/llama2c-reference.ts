/**
 * An independent forward pass in the manner of llama2.c's run.c (float64, one position after the other, rotations of
 * neighbouring numbers), which reads the checkpoint's bytes by itself, and small files for it.
 */
export interface Llama2cShape {
  readonly width: number;
  readonly feedForward: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocabulary: number;
  readonly context: number;
}

/** Seeded weights, gains near 1, in the legacy format; the tables of angles are zeros, because nobody reads them. */
export function tinyCheckpoint(shape: Llama2cShape, tied: boolean, seed: number): Uint8Array {
  const { width: d, feedForward: f, layers: L, heads, kvHeads, vocabulary: V, context } = shape;
  const kv = (kvHeads * d) / heads;
  let state = seed;
  const noise = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const values: number[] = [];
  const matrix = (count: number, inward: number) => {
    for (let i = 0; i < count; i++) values.push((noise() * 2) / Math.sqrt(inward));
  };
  const gains = (count: number) => {
    for (let i = 0; i < count; i++) values.push(1 + 0.3 * noise());
  };
  matrix(V * d, 4);
  gains(L * d);
  for (const out of [d, kv, kv, d]) matrix(L * out * d, d);
  gains(L * d);
  matrix(L * f * d, d);
  matrix(L * d * f, f);
  matrix(L * f * d, d);
  gains(d);
  for (let i = 0; i < (context * d) / heads; i++) values.push(0);
  if (!tied) matrix(V * d, d);
  const header = Int32Array.of(d, f, L, heads, kvHeads, tied ? V : -V, context);
  const bytes = new Uint8Array(28 + 4 * values.length);
  bytes.set(new Uint8Array(header.buffer));
  bytes.set(new Uint8Array(Float32Array.from(values).buffer), 28);
  return bytes;
}

/** Special tokens, bytes, then nine pieces. */
export function tinyTokenizer(): Uint8Array {
  const hex = (n: number) => n.toString(16).toUpperCase().padStart(2, '0');
  const pieces = ['<unk>', '\n<s>\n', '\n</s>\n', ...Array.from({ length: 256 }, (_, i) => `<0x${hex(i)}>`)];
  pieces.push(' a', 'ab', 'aba', ' ', 'a', 'b', 'c', 'd', 'e');
  const parts = pieces.map((piece, id) => {
    const text = new TextEncoder().encode(piece);
    const head = new DataView(new ArrayBuffer(8));
    head.setFloat32(0, id < 259 ? 0 : 259 - id, true);
    head.setInt32(4, text.length, true);
    return [...new Uint8Array(head.buffer), ...text];
  });
  return Uint8Array.from([7, 0, 0, 0, ...parts.flat()]);
}

/** → logits [T][V] for ids [T] */
export function llama2cLogits(bytes: Uint8Array, ids: readonly number[]): Float64Array[] {
  const buffer = bytes.slice().buffer;
  const [d, f, L, heads, kvHeads, signed, context] = new Int32Array(buffer, 0, 7) as unknown as [number, ...number[]] &
    Record<1 | 2 | 3 | 4 | 5 | 6, number>;
  const all = new Float32Array(buffer, 28);
  const [V, hd] = [Math.abs(signed), d / heads];
  const kv = kvHeads * hd;
  let at = 0;
  const take = (count: number) => all.subarray(at, (at += count));
  const embedding = take(V * d);
  const [attentionGain, wq, wk, wv, wo] = [
    take(L * d),
    take(L * d * d),
    take(L * kv * d),
    take(L * kv * d),
    take(L * d * d),
  ];
  const [mlpGain, w1, w2, w3, gain] = [take(L * d), take(L * f * d), take(L * d * f), take(L * f * d), take(d)];
  at += context * hd;
  const head = signed > 0 ? embedding : take(V * d);

  const product = (w: Float32Array, layer: number, rows: number, x: Float64Array) =>
    Float64Array.from({ length: rows }, (_, r) =>
      x.reduce((sum, value, c) => sum + value * w[(layer * rows + r) * x.length + c]!, 0),
    );
  const norm = (x: Float64Array, g: Float32Array, layer: number) => {
    const scale = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / d + 1e-5);
    return x.map((value, i) => value * scale * g[layer * d + i]!);
  };
  const rotate = (x: Float64Array, position: number) => {
    for (let i = 0; i < x.length; i += 2) {
      const angle = position / 10000 ** ((i % hd) / hd);
      const [a, b] = [x[i]!, x[i + 1]!];
      x[i] = a * Math.cos(angle) - b * Math.sin(angle);
      x[i + 1] = a * Math.sin(angle) + b * Math.cos(angle);
    }
    return x;
  };
  const cache = Array.from({ length: L }, () => ({ keys: [] as Float64Array[], values: [] as Float64Array[] }));
  return ids.map((id, position) => {
    let x = Float64Array.from(embedding.subarray(id * d, (id + 1) * d));
    const add = (branch: Float64Array) => (x = x.map((value, i) => value + branch[i]!));
    for (let layer = 0; layer < L; layer++) {
      const h = norm(x, attentionGain, layer);
      const q = rotate(product(wq, layer, d, h), position);
      const { keys, values } = cache[layer]!;
      keys.push(rotate(product(wk, layer, kv, h), position));
      values.push(product(wv, layer, kv, h));
      const mixed = new Float64Array(d);
      for (let n = 0; n < heads; n++) {
        const from = Math.floor(n / (heads / kvHeads)) * hd;
        const scores = keys.map((key) => {
          let sum = 0;
          for (let i = 0; i < hd; i++) sum += q[n * hd + i]! * key[from + i]!;
          return Math.exp(sum / Math.sqrt(hd));
        });
        const total = scores.reduce((a, b) => a + b, 0);
        values.forEach((value, t) => {
          for (let i = 0; i < hd; i++) mixed[n * hd + i]! += (scores[t]! / total) * value[from + i]!;
        });
      }
      add(product(wo, layer, d, mixed));
      const m = norm(x, mlpGain, layer);
      const up = product(w3, layer, f, m);
      add(
        product(
          w2,
          layer,
          d,
          product(w1, layer, f, m).map((g, i) => (g / (1 + Math.exp(-g))) * up[i]!),
        ),
      );
    }
    return product(head, 0, V, norm(x, gain, 0));
  });
}
