/** Gives a graph one more output: what every attention head left behind, float32, all layers side by side. */
import { TensorProto_DataType, type GraphProto } from 'onnx-buf';
import type { HeadLayers } from './attentionHeads.js';
import { makeNode, type GraphIndex } from './graph.js';
import { headOutputs, outputOf } from './hooks.js';
import { constant, int64Tensor, type Piece } from './pieces.js';
import { typeOfTensor } from './tensorFacts.js';

const { FLOAT } = TensorProto_DataType;

/**
 * Adds the nodes that write `steer.head_out`, [B, S, layers that have heads · H · size], layer-major in the last axis and head
 * by head within a layer. Nothing that was there is changed.
 *
 * @returns the size of the last axis
 */
export function readHeads(graph: GraphProto, index: GraphIndex, { layers, heads, size }: HeadLayers): number {
  const output = outputOf(headOutputs);
  const piece: Piece = { nodes: [], constants: [] };
  const shape = `${output}.shape`;
  shapeOfRows(piece, shape, heads * size);
  const read = layers.map(({ layer, found: { tensor } }) => {
    const [rows, x32] = [`${output}.${layer}.rows`, `${output}.${layer}.x32`];
    piece.nodes.push(makeNode('Reshape', rows, [tensor, shape], [rows]));
    if (typeOfTensor(index, tensor) === FLOAT) return rows;
    piece.nodes.push(makeNode('Cast', x32, [rows], [x32], { to: FLOAT }));
    return x32;
  });
  piece.nodes.push(makeNode('Concat', output, read, [output], { axis: -1 }));
  graph.node.push(...piece.nodes);
  graph.initializer.push(...piece.constants);
  return layers.length * heads * size;
}

/** [B, S, values], from the shape of the ids: some exporters have all rows in one axis before a product. */
function shapeOfRows(piece: Piece, name: string, values: number): void {
  const last = `${name}.last`;
  constant(piece, int64Tensor(last, [values]));
  piece.nodes.push(
    makeNode('Shape', `${name}.ids`, ['input_ids'], [`${name}.ids`]),
    makeNode('Concat', name, [`${name}.ids`, last], [name], { axis: 0 }),
  );
}
