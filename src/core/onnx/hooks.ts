/**
 * Points of a block that can be read and written, as TransformerLens names them. `resid_pre`: what the block reads;
 * `resid_mid`: after attention (sequential blocks only); `resid_post`: the block's output; `attn_out`, `mlp_out`: what
 * is added to the stream, after any norm of its own.
 */
export const hookNames = ['resid_pre', 'resid_mid', 'resid_post', 'attn_out', 'mlp_out'] as const;
export type HookName = (typeof hookNames)[number];

/** Names and shapes of the ports that {@link instrument} adds to a graph. B batch, S sequence, d width, K rank, L layers. */
export const hookPorts = {
  /** Input, float32 [B, L, d]: b of every layer. One input for all layers, as each costs time at every step. */
  bias: 'steer.b',
  /** Input, float32 [B, d, L·K]: U of every layer, layer-major in the last axis. K ≥ 1; zeros switch it off. */
  read: 'steer.U',
  /** Input, float32 [B, L·K, d]: V of every layer. */
  write: 'steer.V',
  /** Input, float32 [B, S, 1]: 1 where the hooks act, 0 where not. */
  mask: 'steer.mask',
  /** Input, int64 [P]: the positions whose logits are computed, counted from the first token of this run. */
  logitPositions: 'steer.logit_positions',
  /** Output, float32 [B, S, L·d]: every block's output after its hook (`resid_post`), layer-major in the last axis. */
  residuals: 'steer.resid_post',
  /** Output, float32 [B, S, L·K]: p of every layer, before the hook acted. */
  projections: 'steer.projections',
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
  /** Shape of each cache input: [B, heads, past, headDim]. */
  readonly cache: CacheLayout;
  /** Whether the graph has `attention_mask` / `position_ids` inputs. */
  readonly inputs: { readonly attentionMask: boolean; readonly positionIds: boolean };
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
