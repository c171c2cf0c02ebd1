/** Reads what PyTorch says of the fixtures (fixtures/make.py). */
import { readFileSync } from 'node:fs';
import type { Numbers } from './session.js';

interface Encoded {
  readonly dims: readonly number[];
  readonly float32: string;
}

export interface GoldenCase {
  readonly layer: number;
  readonly operator: string;
  /** U [d, K], V [K, d], b [d], mask [B, S]. */
  readonly read: Numbers;
  readonly write: Numbers;
  readonly bias: Numbers;
  readonly mask: Numbers;
  /** [L, B, S, d], [B, S, K], [B, S, V]. */
  readonly residuals: Numbers;
  readonly projections: Numbers;
  readonly logits: Numbers;
}

export interface Golden {
  readonly layers: number;
  readonly width: number;
  readonly vocabulary: number;
  readonly ids: readonly (readonly number[])[];
  readonly residuals: Numbers;
  readonly logits: Numbers;
  readonly cases: readonly GoldenCase[];
}

export function readGolden(family: string): Golden {
  const text = readFileSync(new URL(`fixtures/${family}.golden.json`, import.meta.url), 'utf8');
  return JSON.parse(text, (_, value: unknown) => (isEncoded(value) ? decode(value) : value)) as Golden;
}

function isEncoded(value: unknown): value is Encoded {
  return typeof value === 'object' && value !== null && 'float32' in value;
}

function decode({ dims, float32 }: Encoded): Numbers {
  const bytes = Uint8Array.from(Buffer.from(float32, 'base64'));
  return { dims, data: new Float32Array(bytes.buffer) };
}

/** From the hook's [B, S, L·d] to PyTorch's [L, B, S, d]. */
export function layerMajor(residuals: Numbers, layers: number): Float32Array {
  const [batch = 0, length = 0, all = 0] = residuals.dims;
  const d = all / layers;
  const out = new Float32Array(residuals.data.length);
  for (let layer = 0; layer < layers; layer++) {
    for (let position = 0; position < batch * length; position++) {
      const from = position * all + layer * d;
      out.set(residuals.data.subarray(from, from + d), (layer * batch * length + position) * d);
    }
  }
  return out;
}
