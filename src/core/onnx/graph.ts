/**
 * An ONNX model as messages, and the questions that graph surgery asks of it. Decoding never copies weights: every
 * `bytes` field is a view into the file's own bytes, so an fp32 model of hundreds of megabytes decodes in milliseconds.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { SteerboardError } from '../errors.js';

export type DecodedModel = ModelProto & { graph: GraphProto };

/**
 * Reads the bytes of an `.onnx` file.
 *
 * @throws SteerboardError `file-not-onnx` when the bytes are no ONNX model, or only the beginning of one.
 */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const fail = (why: string) =>
    new SteerboardError(
      'file-not-onnx',
      `This file of ${bytes.length} bytes is not a complete ONNX model: ${why}. Download or export it again and check that its size is right.`,
      { bytes: bytes.length },
    );
  if (bytes.length === 0) throw fail('it is empty');
  if (startsWith(bytes, 'version https://git-lfs')) throw fail('it is a Git LFS pointer, not the file it points to');
  if (startsWith(bytes, '<')) throw fail('it is a web page');
  let model: ModelProto;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    throw fail(`it ends early or is another format (${error instanceof Error ? error.message : String(error)})`);
  }
  if (model.graph === undefined || model.graph.node.length === 0) throw fail('there is no graph in it');
  if (model.opsetImport.length === 0) throw fail('it does not say which operator set it uses');
  // The default domain has two spellings.
  const spelt = (domain: string) => (domain === 'ai.onnx' ? '' : domain);
  const known = new Set(model.opsetImport.map(({ domain }) => spelt(domain)));
  const foreign = model.graph.node.find(({ domain }) => !known.has(spelt(domain)));
  if (foreign !== undefined) throw fail(`it does not say which operators of "${foreign.domain}" it uses`);
  const short = model.graph.initializer.find((tensor) => isShort(tensor));
  if (short !== undefined) throw fail(`the weight "${short.name}" has fewer bytes than its shape needs`);
  return model as DecodedModel;
}

/** Writes a model; what its `bytes` fields still hold is copied, so take the weights out first (weights.ts). */
export function encodeModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

/** Version of the default operator set. */
export function operatorSet(model: ModelProto): number {
  return Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((character, i) => bytes[i] === character.charCodeAt(0));
}

const bytesOfType: Readonly<Partial<Record<number, number>>> = {
  [TensorProto_DataType.FLOAT]: 4,
  [TensorProto_DataType.FLOAT16]: 2,
  [TensorProto_DataType.BFLOAT16]: 2,
  [TensorProto_DataType.INT8]: 1,
  [TensorProto_DataType.UINT8]: 1,
  [TensorProto_DataType.INT32]: 4,
  [TensorProto_DataType.INT64]: 8,
};

function isShort(tensor: TensorProto): boolean {
  const size = bytesOfType[tensor.dataType];
  if (size === undefined || tensor.rawData.length === 0) return false;
  return tensor.rawData.length < tensor.dims.reduce((product, dim) => product * Number(dim), size);
}

/** A dimension of a declared shape: its size, its symbol, or null when the file does not say. */
export type Dimension = number | string | null;

export function dimensionsOf(value: ValueInfoProto): readonly Dimension[] | null {
  if (value.type?.value.case !== 'tensorType') return null;
  const shape = value.type.value.value.shape;
  if (shape === undefined) return null;
  return shape.dim.map(({ value: dim }) => {
    if (dim.case === 'dimValue') return Number(dim.value);
    return dim.case === 'dimParam' && dim.value !== '' ? dim.value : null;
  });
}

export function elementTypeOf(value: ValueInfoProto): number {
  return value.type?.value.case === 'tensorType' ? value.type.value.value.elemType : TensorProto_DataType.UNDEFINED;
}

export function integerAttribute(node: NodeProto, name: string): number | null {
  const attribute = node.attribute.find((candidate) => candidate.name === name);
  return attribute === undefined ? null : Number(attribute.i);
}

/** The tensors a node reads, with those that its subgraphs (the branches of an `If`) take from outside. */
export function readsOf(node: NodeProto): readonly string[] {
  const captured = node.attribute.flatMap((attribute) => (attribute.g === undefined ? [] : capturedBy(attribute.g)));
  return [...node.input.filter((name) => name !== ''), ...captured];
}

function capturedBy(graph: GraphProto): string[] {
  const own = new Set([
    ...graph.input.map((value) => value.name),
    ...graph.initializer.map((tensor) => tensor.name),
    ...graph.node.flatMap((node) => node.output),
  ]);
  const read = [...graph.node.flatMap((node) => [...readsOf(node)]), ...graph.output.map((value) => value.name)];
  return read.filter((name) => !own.has(name));
}

/** Look-up tables over a graph, as it was when they were made. */
export class GraphIndex {
  readonly producer = new Map<string, NodeProto>();
  readonly initializer = new Map<string, TensorProto>();
  readonly value = new Map<string, ValueInfoProto>();

  constructor(readonly graph: GraphProto) {
    for (const tensor of graph.initializer) this.initializer.set(tensor.name, tensor);
    for (const value of [...graph.valueInfo, ...graph.input, ...graph.output]) this.value.set(value.name, value);
    for (const node of graph.node) for (const output of node.output) if (output !== '') this.producer.set(output, node);
  }

  /** A weight that the graph holds as it is: an initializer or the value of a Constant node. */
  constant(name: string): TensorProto | null {
    const held = this.initializer.get(name);
    if (held !== undefined) return held;
    const node = this.producer.get(name);
    if (node?.opType !== 'Constant') return null;
    return node.attribute.find((attribute) => attribute.name === 'value')?.t ?? null;
  }
}

/** A node of the default operator set with integer attributes. */
export function makeNode(
  opType: string,
  name: string,
  input: string[],
  output: string[],
  integers: Readonly<Record<string, number>> = {},
): NodeProto {
  const attribute = Object.entries(integers).map(([key, value]) =>
    create(AttributeProtoSchema, { name: key, type: AttributeProto_AttributeType.INT, i: BigInt(value) }),
  );
  return create(NodeProtoSchema, { opType, name, input, output, attribute });
}
