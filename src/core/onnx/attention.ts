/** What a graph's attention operators take, and which of their kernels they run on the CPU. */
import { create } from '@bufbuild/protobuf';
import { TensorProtoSchema, TensorProto_DataType, type GraphProto, type NodeProto } from 'onnx-buf';
import { integerAttribute, type GraphIndex } from './graph.js';
import type { AttentionFacts } from './hooks.js';
import type { MergedBranches } from './mergedDecoder.js';
import { typeOfTensor } from './tensorFacts.js';

const groupQuery = 'GroupQueryAttention';
const fusedOperators = new Set([
  groupQuery,
  'Attention',
  'MultiHeadAttention',
  'DecoderMaskedMultiHeadAttention',
  'DecoderMaskedSelfAttention',
  'PackedMultiHeadAttention',
  'SparseAttention',
]);

export function attentionFacts(graph: GraphProto, merged: MergedBranches | null): AttentionFacts {
  const operators = graph.node.filter(({ opType, domain }) => fusedOperators.has(opType) && domain === 'com.microsoft');
  const fused = operators.length > 0;
  const groups = operators.some(({ opType }) => opType === groupQuery);
  return {
    fused,
    paddable: !fused,
    afterCache: merged?.oneToken ? 'one' : groups ? 'any-of-one-row' : 'any',
  };
}

const headSinkInput = 11;

/**
 * onnxruntime's CPU kernel reads prompts much faster where GroupQueryAttention has a `head_sink`: one more score a head
 * that takes part in the softmax. With a score that is hugely negative its share is exactly zero.
 */
export function chooseFastPromptKernel(graph: GraphProto, index: GraphIndex): void {
  for (const node of graph.node) {
    const heads = integerAttribute(node, 'num_heads');
    if (node.opType !== groupQuery || heads === null || (node.input[headSinkInput] ?? '') !== '') continue;
    if (integerAttribute(node, 'smooth_softmax') === 1) continue;
    const type = typeOfTensor(index, node.input[0] ?? '');
    if (type !== TensorProto_DataType.FLOAT && type !== TensorProto_DataType.FLOAT16) continue;
    const name = sinkTensor(graph, heads, type);
    addInput(node, headSinkInput, name);
  }
}

function sinkTensor(graph: GraphProto, heads: number, type: number): string {
  const half = type === TensorProto_DataType.FLOAT16;
  const name = `steer.head_sink.${heads}${half ? '.half' : ''}`;
  if (graph.initializer.some((tensor) => tensor.name === name)) return name;
  // The most negative half float is −65504, whose bits are 0xFBFF.
  const values = half ? new Uint16Array(heads).fill(0xfbff) : new Float32Array(heads).fill(-1e30);
  const rawData = new Uint8Array(values.buffer);
  graph.initializer.push(create(TensorProtoSchema, { name, dataType: type, dims: [BigInt(heads)], rawData }));
  return name;
}

/** Optional inputs between are left empty. */
function addInput(node: NodeProto, at: number, name: string): void {
  while (node.input.length < at) node.input.push('');
  node.input[at] = name;
}
