import type { ForkReport } from './forks.js';

/**
 * Points of a block that can be read and written, as TransformerLens names them. `resid_pre`: what the block reads;
 * `resid_mid`: after attention (sequential blocks only); `resid_post`: the block's output; `attn_out`, `mlp_out`: what
 * is added to the stream, after any norm of its own.
 */
export const hookNames = ['resid_pre', 'resid_mid', 'resid_post', 'attn_out', 'mlp_out'] as const;
export type HookName = (typeof hookNames)[number];

/** What a block reads is what the one before it wrote: one tensor, one name. Absent is `resid_post`. */
export function sameTensor(at: { readonly hook?: HookName; readonly layer: number }): {
  readonly hook: HookName;
  readonly layer: number;
} {
  const { hook = 'resid_post', layer } = at;
  return hook === 'resid_pre' && layer > 0 ? { hook: 'resid_post', layer: layer - 1 } : { hook, layer };
}

/**
 * How a hook is compiled. `full`: everything, also turns; some eighty nodes a layer. `bounded`: all but turns, so a diagonal,
 * limits and the norm beside what is affine, in less than half the nodes. `affine`: it takes b, U and V. `add`: b alone, which is one node a layer (on WebGPU every node is a dispatch). `read`: it changes
 * nothing and only gives its output.
 */
export type HookMode = 'full' | 'bounded' | 'affine' | 'add' | 'read';

/** Whether a hook takes what is not affine of low rank, {@link FullPorts}. */
export function takesMore(mode: HookMode): boolean {
  return mode === 'full' || mode === 'bounded';
}

/**
 * What can only be read: the outputs of attention's heads, side by side, before they are put together. It is of another width
 * than the stream, and what is added there is added at `attn_out` as well (attentionHeads.ts).
 */
export const headOutputs = 'head_out';
/** Whatever stands in a graph to be read. */
export const readPoints = [...hookNames, headOutputs] as const;
export type ReadPoint = (typeof readPoints)[number];

/** The hooks that a graph was given, and how; others of {@link HookReport.hooks} could be. */
export type CompiledHooks = Readonly<Partial<Record<HookName, HookMode> & Record<typeof headOutputs, 'read'>>>;

/** Name of an output: of a hook what {@link HookPorts} says; of the heads float32 [B, S, layers that have heads · H · size]. */
export function outputOf(point: ReadPoint): string {
  return `steer.${point}`;
}

/** Names of one hook's ports. B batch, S sequence, d width, K rank, L layers. */
export interface HookPorts {
  /** Input, float32 [B, L, d]: b of every layer. One input for all layers, as each costs time at every step. */
  readonly bias: string;
  /** Input, float32 [B, d, L·K]: U of every layer, layer-major in the last axis. K ≥ 1; zeros switch it off. */
  readonly read: string;
  /** Input, float32 [B, L·K, d]: V of every layer. */
  readonly write: string;
  /** Inputs of the modes `full` and `bounded`, which are the same; the latter does not read what is for turns. */
  readonly full: FullPorts;
  /** Output, float32 [B, S, L·d]: what the hook left behind at every layer, layer-major in the last axis. */
  readonly output: string;
}

/** Inputs for what is not affine of low rank (`BeyondLowRank`), float32, of every layer; zeros switch each part off. */
export interface FullPorts {
  /** [B, 4L, d]: of each layer D, b₁, b₂ and v̂, layer by layer. */
  readonly vectors: string;
  /** [B, d, L·C]: C of every layer, of C ≥ 1 limited projections each. */
  readonly capRead: string;
  /** [B, L·C, d]: W of every layer. */
  readonly capWrite: string;
  /** [B, 2L, C]: of each layer `low` and `high`. */
  readonly limits: string;
  /** [B, L, n]: of each layer what {@link fullNumbers} says. */
  readonly numbers: string;
}

/**
 * Ports of one hook. `resid_post` has the short names, as it is in every graph.
 *
 * `resid_pre` of a layer above 0 is the same tensor as `resid_post` of the layer below, in TransformerLens too: both
 * hooks act on it, `resid_post` first. Their outputs differ only when both write.
 */
export function portsOf(hook: HookName): HookPorts {
  const prefix = hook === 'resid_post' ? 'steer' : `steer.${hook}`;
  const full = {
    vectors: `${prefix}.vectors`,
    capRead: `${prefix}.C`,
    capWrite: `${prefix}.W`,
    limits: `${prefix}.limits`,
    numbers: `${prefix}.numbers`,
  };
  return { bias: `${prefix}.b`, read: `${prefix}.U`, write: `${prefix}.V`, full, output: outputOf(hook) };
}

/** Degree of the polynomials in {@link fullNumbers}; slerpCurve.ts says why it is enough. */
export const curveDegree = 8;

/** What a layer's row of the port `numbers` holds: names and sizes, in order. */
export const fullNumbers = [
  /** cos θ and sin θ of the turn. */
  { name: 'target', size: 2 },
  /** The turn happens where y·b₁ is above it. */
  { name: 'floor', size: 1 },
  /** 1 where the norm is kept. */
  { name: 'keep', size: 1 },
  /** The constants of the two polynomials that turn on the sphere, */
  { name: 'constants', size: 2 },
  /** and their coefficients of z, z², …, both of a power side by side. */
  { name: 'powers', size: 2 * curveDegree },
] as const;

/** Names and shapes of the ports that all hooks share, and of those of `resid_post`. */
export const hookPorts = {
  bias: portsOf('resid_post').bias,
  read: portsOf('resid_post').read,
  write: portsOf('resid_post').write,
  residuals: portsOf('resid_post').output,
  /** Input, float32 [B, S, 1]: 1 where the hooks act, 0 where not. */
  mask: 'steer.mask',
  /** Input, int64 [P]: the positions whose logits are computed, counted from the first token of this run. */
  logitPositions: 'steer.logit_positions',
} as const;

/** What the graph surgery found and did; shown to the user. */
export interface HookReport {
  readonly layers: number;
  readonly width: number;
  readonly vocabulary: number;
  /** Whether the residual is written by fused Skip*LayerNormalization nodes. */
  readonly fused: boolean;
  /** The tensor that carries each block's output in the original graph, in layer order. */
  readonly residualTensors: readonly string[];
  /** The points that this graph has at every layer. */
  readonly hooks: readonly HookName[];
  /** Whether attention and MLP follow each other or run side by side. */
  readonly blocks: 'sequential' | 'parallel';
  /** The hooks that were spliced in. */
  readonly compiled: CompiledHooks;
  readonly attention: AttentionFacts;
  /** What was done to the graph beside the hooks, for people; such as "two decoders merged into one". */
  readonly changes: readonly string[];
  /** Shape of each cache input: [B, heads, past, headDim]. */
  readonly cache: CacheLayout;
  /** Whether the graph has `attention_mask` / `position_ids` inputs. */
  readonly inputs: { readonly attentionMask: boolean; readonly positionIds: boolean };
  /** There where rows of the graph fork. */
  readonly forks?: ForkReport;
}

/** The caches of a decoder: how each past input pairs with its present output and what shape it has when it is empty. */
export interface CacheLayout {
  readonly entries: readonly CacheEntry[];
}
export interface CacheEntry {
  readonly past: string;
  readonly present: string;
  /** Dimensions with −1 for the batch axis and −2 for the axis that grows with the tokens. */
  readonly dims: readonly number[];
  readonly type: 'float32' | 'float16';
}

/** What the attention operators of a graph take. */
export interface AttentionFacts {
  /** Whether one fused operator computes it (GroupQueryAttention, MultiHeadAttention, Attention). */
  readonly fused: boolean;
  /** Whether the rows of a batch may differ in length, padded on the right. */
  readonly paddable: boolean;
  /** How many tokens a run may read when the cache holds some already: any, any of a single row, or one a row. */
  readonly afterCache: 'any' | 'any-of-one-row' | 'one';
}
