/** Element types and sizes that a file need not declare, read off the weights instead. */
import { TensorProto_DataType, type NodeProto } from 'onnx-buf';
import { dimensionsOf, elementTypeOf, integerAttribute, type GraphIndex } from './graph.js';
import { isSkipNode } from './flow.js';
import type { Cut, ResidualStream } from './residualStream.js';

/** Which input has the type of the first output, where it is not the first one. */
const typeGivingInput: Readonly<Record<string, number>> = {
  DequantizeLinear: 1,
  DynamicQuantizeMatMul: 2,
  EmbedLayerNormalization: 2,
  GatherBlockQuantized: 2,
  MatMulIntegerToFloat: 2,
  MatMulNBits: 2,
  SkipLayerNormalization: 2,
  SkipSimplifiedLayerNormalization: 2,
  Where: 1,
};

/** The element type of a tensor, followed back to where it is declared; UNDEFINED when it is nowhere. */
export function typeOfTensor(index: GraphIndex, tensor: string): number {
  const seen = new Set<string>();
  for (let name = tensor; name !== '' && !seen.has(name);) {
    seen.add(name);
    const declared = index.value.get(name);
    const type = index.constant(name)?.dataType ?? (declared === undefined ? 0 : elementTypeOf(declared));
    if (type !== TensorProto_DataType.UNDEFINED) return type;
    const node = index.producer.get(name);
    if (node === undefined) break;
    if (node.opType === 'Shape' || node.opType === 'Size') return TensorProto_DataType.INT64;
    if (node.opType === 'Cast') return integerAttribute(node, 'to') ?? TensorProto_DataType.UNDEFINED;
    name = node.input[typeGivingInput[node.opType] ?? 0] ?? '';
  }
  return TensorProto_DataType.UNDEFINED;
}

/** Element type of a residual; a fused sum that has no name has the type of its norm. */
export function typeOfCut(index: GraphIndex, cut: Cut): number {
  return typeOfTensor(index, index.producer.has(cut.tensor) ? cut.tensor : (cut.node.output[0] ?? ''));
}

/** Width of the residual stream: as declared, else by the gain of a norm that reads it, else by the embedding. */
export function widthOf(index: GraphIndex, stream: ResidualStream): number | null {
  for (const { tensor, node } of stream.blocks.map((block) => block.post)) {
    const declared = index.value.get(tensor);
    const last = declared === undefined ? null : dimensionsOf(declared)?.at(-1);
    if (typeof last === 'number') return last;
    const gain = isSkipNode(node) ? index.constant(node.input[2] ?? '') : null;
    if (gain?.dims.length === 1) return Number(gain.dims[0]);
  }
  return gainOfTail(index, stream.tail) ?? embeddingOf(index)?.width ?? null;
}

/** Number of tokens the model knows: as the logits declare, else rows of the embedding. */
export function vocabularyOf(index: GraphIndex): number | null {
  const logits = index.value.get('logits');
  const last = logits === undefined ? null : dimensionsOf(logits)?.at(-1);
  return typeof last === 'number' ? last : (embeddingOf(index)?.rows ?? null);
}

/** The final norm's gain is the first one-dimensional weight after the last block. */
function gainOfTail(index: GraphIndex, tail: readonly NodeProto[]): number | null {
  for (const node of tail) {
    for (const name of node.input) {
      const weight = index.constant(name);
      if (weight?.dims.length === 1 && Number(weight.dims[0]) > 1) return Number(weight.dims[0]);
    }
  }
  return null;
}

function embeddingOf(index: GraphIndex): { rows: number; width: number } | null {
  for (const node of index.graph.node) {
    const isLookUp = node.opType === 'Gather' || node.opType === 'GatherBlockQuantized';
    if (!isLookUp && node.opType !== 'EmbedLayerNormalization') continue;
    const table = tableOf(index, node.input[isLookUp ? 0 : 2] ?? '');
    if (table?.length !== 2 || table[0] === undefined || table[1] === undefined) continue;
    // Four-bit tables are packed: the scales, one for every block, know the width.
    const scales = node.opType === 'GatherBlockQuantized' ? index.constant(node.input[2] ?? '') : null;
    const blocks = scales?.dims[1];
    const block = integerAttribute(node, 'block_size') ?? 128;
    return { rows: table[0], width: blocks === undefined ? table[1] : Number(blocks) * block };
  }
  return null;
}

/** Dimensions of a table, followed back through what only unpacks or turns it. */
function tableOf(index: GraphIndex, name: string): readonly number[] | null {
  const held = index.constant(name);
  if (held !== null) return held.dims.map(Number);
  const node = index.producer.get(name);
  if (node === undefined || !['DequantizeLinear', 'Cast', 'Identity', 'Transpose'].includes(node.opType)) return null;
  const dims = tableOf(index, node.input[0] ?? '');
  return node.opType === 'Transpose' ? (dims?.toReversed() ?? null) : dims;
}
