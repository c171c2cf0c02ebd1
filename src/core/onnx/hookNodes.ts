/**
 * The nodes of a hook. Everything is computed as a change that is added to what the graph already does, so that ports
 * full of zeros leave every number as it was:
 *
 *     p = x U     change = m ∘ (b + p V)     x' = x + change
 */
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
import { hookPorts, portsOf, type HookMode, type HookName } from './hooks.js';

/** Ports are float32; a residual of another type is converted on the way in and out. */
export const portType = TensorProto_DataType.FLOAT;

/**
 * Parts that one node may split a tensor into: WebGPU's kernel binds a buffer for each, and adapters promise eight.
 * (onnxruntime's Concat knows that limit and works in passes; its Split does not.)
 */
const mostParts = 7;

/** One hook at one layer. */
export interface Hook {
  readonly hook: HookName;
  readonly layer: number;
  readonly mode: HookMode;
  /** Element type of the tensor it acts on, as in TensorProto. */
  readonly type: number;
}

const nameOf = ({ hook, layer }: Pick<Hook, 'hook' | 'layer'>, part: string) =>
  hook === 'resid_post' ? `steer.${layer}.${part}` : `steer.${hook}.${layer}.${part}`;

/** From x to the change, both of the hook's type. */
export function changeNodes(hook: Hook, x: string): { readonly nodes: readonly NodeProto[]; readonly change: string } {
  const name = (part: string) => nameOf(hook, part);
  const converts = hook.type !== portType;
  const change = name('change');
  const change32 = converts ? name('change32') : change;
  const down = converts ? [castNode(change, change32, change, hook.type)] : [];
  if (hook.mode === 'add') return { nodes: down, change };
  const x32 = converts ? name('x32') : x;
  const nodes = [
    ...(converts ? [castNode(x32, x, x32, portType)] : []),
    makeNode('MatMul', name('p'), [x32, name('read')], [name('p')]),
    makeNode('MatMul', name('pV'), [name('p'), name('write')], [name('pV')]),
    makeNode('Add', name('unmasked'), [name('pV'), name('bias')], [name('unmasked')]),
    makeNode('Mul', change32, [name('unmasked'), hookPorts.mask], [change32]),
    ...down,
  ];
  return { nodes, change };
}

/** Gives a tensor in the ports' type. */
export function readNodes(hook: Hook, x: string): { readonly nodes: readonly NodeProto[]; readonly read: string } {
  if (hook.type === portType) return { nodes: [], read: x };
  const read = nameOf(hook, 'x32.after');
  return { nodes: [castNode(read, x, read, portType)], read };
}

export function tensorOf(hook: Hook, part: 'x' | 'sum' | 'biased' | 'skip'): string {
  return nameOf(hook, part);
}

/** Nodes, and the small constants that they read. */
interface Piece {
  readonly nodes: NodeProto[];
  readonly constants: TensorProto[];
}

/**
 * What takes one hook's inputs, which hold all layers, apart; to stand before everything else.
 *
 * @param hooks the hook at every layer, in layer order
 */
export function portNodes(hooks: readonly Hook[], width: number, opset: number): Piece {
  const piece: Piece = { nodes: [], constants: [] };
  const [first] = hooks;
  if (first === undefined || first.mode === 'read') return piece;
  const ports = portsOf(first.hook);
  const layers = hooks.length;
  const parts = (part: string) => hooks.map((hook) => nameOf(hook, part));
  if (first.mode === 'add') {
    // Masked for all layers at once, so that each layer's hook is one addition: [B, L, d] → [B, 1, L·d] ∘ [B, S, 1].
    const [flat, masked] = [`${ports.bias}.flat`, `${ports.bias}.masked`];
    reshape(piece, ports.bias, [0, 1, -1], flat);
    piece.nodes.push(makeNode('Mul', masked, [flat, hookPorts.mask], [masked]));
    const changes = hooks.map((hook) => nameOf(hook, hook.type === portType ? 'change' : 'change32'));
    split(piece, masked, 2, changes, opset, width);
    return piece;
  }
  split(piece, ports.bias, 1, parts('bias'), opset, 1);
  if (layers <= mostParts) {
    split(piece, ports.read, 2, parts('read'), opset, 1);
    split(piece, ports.write, 1, parts('write'), opset, 1);
    return piece;
  }
  // K is not known here, so the layers get an axis of their own: groups of them need not be equal.
  const apart = (port: string, dims: readonly number[], axis: number, part: string, joined: readonly number[]) => {
    reshape(piece, port, dims, `${port}.apart`);
    split(piece, `${port}.apart`, axis, parts(`${part}.apart`), opset, 1);
    for (const hook of hooks) reshape(piece, nameOf(hook, `${part}.apart`), joined, nameOf(hook, part));
  };
  apart(ports.read, [0, 0, layers, -1], 2, 'read', [0, 0, -1]);
  apart(ports.write, [0, layers, -1, width], 1, 'write', [0, -1, width]);
  return piece;
}

function reshape({ nodes, constants }: Piece, input: string, dims: readonly number[], output: string): void {
  const shape = `steer.shape.${dims.join('.')}`;
  if (!constants.some((tensor) => tensor.name === shape)) constants.push(int64Tensor(shape, dims));
  nodes.push(makeNode('Reshape', output, [input, shape], [output]));
}

/**
 * Splits an axis into equal parts, in several steps where there are many.
 *
 * @param size of one part, needed where there are more than {@link mostParts}
 */
function split(piece: Piece, input: string, axis: number, outputs: readonly string[], opset: number, size: number) {
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
  const sizes = groups.map((group) => group.outputs.length * size);
  const node = makeNode(
    'Split',
    name,
    [input],
    groups.map((group) => group.name),
    { axis },
  );
  if (opset >= 13) {
    piece.constants.push(int64Tensor(`${name}.sizes`, sizes));
    node.input.push(`${name}.sizes`);
  } else {
    const ints = sizes.map(BigInt);
    node.attribute.push(create(AttributeProtoSchema, { name: 'split', type: AttributeProto_AttributeType.INTS, ints }));
  }
  piece.nodes.push(node);
  for (const group of groups) split(piece, group.name, axis, group.outputs, opset, size);
}

export function int64Tensor(name: string, values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.INT64,
    dims: [BigInt(values.length)],
    rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
  });
}

function castNode(name: string, input: string, output: string, to: number): NodeProto {
  return makeNode('Cast', name, [input], [output], { to });
}
