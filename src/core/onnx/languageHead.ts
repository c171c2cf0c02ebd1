/** Logits of the wanted positions only: the others are dropped before the costliest product of a small model. */
import { create } from '@bufbuild/protobuf';
import { TensorProtoSchema, TensorProto_DataType, type GraphProto, type NodeProto } from 'onnx-buf';
import { makeNode, readsOf } from './graph.js';
import { hookPorts } from './hooks.js';
import type { ResidualStream } from './residualStream.js';

const projections = new Set([
  'MatMul',
  'FusedMatMul',
  'MatMulNBits',
  'MatMulInteger',
  'MatMulIntegerToFloat',
  'DynamicQuantizeMatMul',
  'Gemm',
]);
const allLogits = 'steer.all_logits';
const wantedHidden = 'steer.hidden';

/**
 * Makes `logits` [B, P, V] of the P positions in the port `steer.logit_positions`. Where the graph already takes some
 * positions (the last one, or `num_logits_to_keep`), that node is replaced.
 */
export function selectLogits(graph: GraphProto, stream: ResidualStream): void {
  bindLogitsToKeep(graph);
  const head = stream.tail.findLast((node) => projections.has(node.opType));
  const selecting = stream.tail.find((node) => isSelection(node, stream));
  const hidden = head?.input[0];
  if (selecting !== undefined) {
    replaceSelection(graph, selecting);
  } else if (head !== undefined && hidden !== undefined && !isFlattened(graph, stream, head)) {
    insert(graph, graph.node.indexOf(head), gatherPositions(hidden, wantedHidden));
    head.input = head.input.map((name, i) => (i === 0 ? wantedHidden : name));
    forgetShapes(graph, wantedHidden);
  } else {
    // A head that sees [B·S, d]: all logits are computed, and the wanted ones taken.
    const last = graph.node.findIndex((node) => node.output.includes('logits'));
    const node = graph.node[last]!;
    node.output = node.output.map((name) => (name === 'logits' ? allLogits : name));
    insert(graph, last + 1, gatherPositions(allLogits, 'logits'));
  }
}

function insert(graph: GraphProto, at: number, node: NodeProto): void {
  graph.node.splice(at, 0, node);
}

function gatherPositions(data: string, output: string): NodeProto {
  const inputs = [data, hookPorts.logitPositions];
  return makeNode('Gather', `${hookPorts.logitPositions}.take`, inputs, [output], { axis: 1 });
}

/** A Slice or Gather of hidden states between the last block and the head. */
function isSelection(node: NodeProto, stream: ResidualStream): boolean {
  return (node.opType === 'Slice' || node.opType === 'Gather') && stream.flowing.has(node.input[0] ?? '');
}

function replaceSelection(graph: GraphProto, selecting: NodeProto): void {
  const output = selecting.output[0]!;
  graph.node[graph.node.indexOf(selecting)] = gatherPositions(selecting.input[0]!, output);
  forgetShapes(graph, output);
}

/** Whether the head works on positions of all rows in one axis, so that they cannot be taken before it. */
function isFlattened(graph: GraphProto, stream: ResidualStream, head: NodeProto): boolean {
  const after = stream.tail.slice(stream.tail.indexOf(head));
  return head.opType === 'Gemm' || after.some((node) => node.opType === 'Reshape');
}

/** In exports that can keep the last n logits, n = 0 keeps all: what is kept is chosen by our port. */
function bindLogitsToKeep(graph: GraphProto): void {
  const name = ['num_logits_to_keep', 'logits_to_keep'].find((port) =>
    graph.input.some((value) => value.name === port),
  );
  if (name === undefined) return;
  const dims = graph.input.find((value) => value.name === name)?.type?.value;
  const rank = dims?.case === 'tensorType' ? (dims.value.shape?.dim.length ?? 0) : 0;
  graph.input = graph.input.filter((value) => value.name !== name);
  graph.initializer.push(
    create(TensorProtoSchema, {
      name,
      dataType: TensorProto_DataType.INT64,
      dims: rank === 0 ? [] : [1n],
      rawData: new Uint8Array(8),
    }),
  );
}

/** Drops declared shapes of everything after the selection: they said "sequence" where it is now P. */
function forgetShapes(graph: GraphProto, from: string): void {
  const after = new Set([from]);
  for (const node of graph.node) {
    if (readsOf(node).some((name) => after.has(name))) for (const output of node.output) after.add(output);
  }
  graph.valueInfo = graph.valueInfo.filter((value) => !after.has(value.name));
}
