/** What the nodes of hooks are made with: names, constants that nodes share, and tensors taken apart. */
import { create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType,
  TensorProtoSchema,
  TensorProto_DataType,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { makeNode } from './graph.js';
import type { HookMode, HookName } from './hooks.js';

/** Ports are float32; a residual of another type is converted on the way in and out. */
export const portType = TensorProto_DataType.FLOAT;

/**
 * Parts that one node may split a tensor into: WebGPU's kernel binds a buffer for each, and adapters promise eight.
 * (onnxruntime's Concat knows that limit and works in passes; its Split does not.)
 */
export const mostParts = 7;

/** One hook at one layer. */
export interface Hook {
  readonly hook: HookName;
  readonly layer: number;
  readonly mode: HookMode;
  /** Element type of the tensor it acts on, as in TensorProto. */
  readonly type: number;
  /** Operator set of the graph. */
  readonly opset: number;
}

export const nameOf = ({ hook, layer }: Pick<Hook, 'hook' | 'layer'>, part: string) =>
  hook === 'resid_post' ? `steer.${layer}.${part}` : `steer.${hook}.${layer}.${part}`;

/** Nodes, and the small constants that they read. */
export interface Piece {
  readonly nodes: NodeProto[];
  readonly constants: TensorProto[];
}

export function reshape(piece: Piece, input: string, dims: readonly number[], output: string): void {
  const shape = `steer.shape.${dims.join('.')}`;
  constant(piece, int64Tensor(shape, dims));
  piece.nodes.push(makeNode('Reshape', output, [input, shape], [output]));
}

/**
 * Splits an axis into equal parts, in several steps where there are many.
 *
 * @param size of one part, needed where there are more than {@link mostParts}
 */
export function split(
  piece: Piece,
  input: string,
  axis: number,
  outputs: readonly string[],
  opset: number,
  size: number,
): void {
  const name = `${input}.split`;
  if (outputs.length <= mostParts) {
    // From operator set 18 on, equal parts have to be asked for.
    const count: Readonly<Record<string, number>> = opset >= 18 ? { num_outputs: outputs.length } : {};
    piece.nodes.push(makeNode('Split', name, [input], [...outputs], { axis, ...count }));
    return;
  }
  const most = Math.ceil(outputs.length / Math.min(mostParts, Math.ceil(outputs.length / mostParts)));
  const groups = Array.from({ length: Math.ceil(outputs.length / most) }, (_, i) => ({
    name: `${input}.${i}`,
    outputs: outputs.slice(i * most, (i + 1) * most),
  }));
  splitUnequally(
    piece,
    input,
    axis,
    groups.map((group) => ({ name: group.name, size: group.outputs.length * size })),
    opset,
  );
  for (const group of groups) split(piece, group.name, axis, group.outputs, opset, size);
}

/** Splits an axis into parts of given sizes, at most {@link mostParts}. */
export function splitUnequally(
  piece: Piece,
  input: string,
  axis: number,
  parts: readonly { readonly name: string; readonly size: number }[],
  opset: number,
): void {
  const outputs = parts.map((part) => part.name);
  const node = makeNode('Split', `${input}.split`, [input], outputs, { axis });
  const values = parts.map((part) => part.size);
  if (opset >= 13) {
    const sizes = `steer.sizes.${values.join('.')}`;
    constant(piece, int64Tensor(sizes, values));
    node.input.push(sizes);
  } else {
    const ints = values.map(BigInt);
    node.attribute.push(create(AttributeProtoSchema, { name: 'split', type: AttributeProto_AttributeType.INTS, ints }));
  }
  piece.nodes.push(node);
}

/** A constant that several nodes may read, once. */
export function constant({ constants }: Piece, tensor: TensorProto): void {
  if (!constants.some(({ name }) => name === tensor.name)) constants.push(tensor);
}

export function int64Tensor(name: string, values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.INT64,
    dims: [BigInt(values.length)],
    rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
  });
}
