import type { HookName } from '../onnx/hooks.js';

/** The MLPs around a point of the residual stream, by block; −1 or the number of layers where there is none. */
export interface Neighbours {
  /** The last block whose MLP has written into the stream there. */
  readonly writer: number;
  /** The first block whose MLP reads what stands there. */
  readonly reader: number;
}

/**
 * A block's output is what its MLP has written to and what the next block's MLP reads. Before a block's MLP (its input, or
 * after its attention) it is the block itself that reads. Side by side, MLP and attention read the same and add to the same.
 */
export function neighboursOf(hook: HookName, layer: number, blocks: 'sequential' | 'parallel'): Neighbours {
  const isBefore = hook === 'resid_pre' || (blocks === 'sequential' && (hook === 'resid_mid' || hook === 'attn_out'));
  return isBefore ? { writer: layer - 1, reader: layer } : { writer: layer, reader: layer + 1 };
}

/** The layer at which a hook stands directly before (`reader`) or after (`writer`) a block's MLP; it may lie outside of the model. */
export function layerBeside(
  side: keyof Neighbours,
  block: number,
  hook: HookName,
  blocks: 'sequential' | 'parallel',
): number {
  return block - neighboursOf(hook, 0, blocks)[side];
}
