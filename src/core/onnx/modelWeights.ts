/**
 * The weights that read and write the residual stream, found by structure: of every block's MLP the matrices that the
 * residual goes into (through a norm) and the one whose result is added to it, the embedding and the unembedding. No
 * name is used. What is not found or cannot be read says why; the rest is there all the same.
 */
import type { GraphProto, NodeProto } from 'onnx-buf';
import { describeCaches } from './caches.js';
import { isSkipNode } from './flow.js';
import { decodeModel, GraphIndex } from './graph.js';
import { mergeBranches } from './mergedDecoder.js';
import { embeddingTable, isUnreadable, projectionOf, type Projection, type Unreadable } from './projections.js';
import { findAttentionHeads, type AttentionHeads } from './attentionHeads.js';
import { findResidualStream, type Block, type ResidualStream } from './residualStream.js';
import { widthOf } from './tensorFacts.js';
import { widthOfSet, type VectorSet } from './vectorSet.js';
import { passing, streamTensors, vectorIn, walkBack } from './walkBack.js';

/** Rows of a neuron that read the residual: `gate` and `up` of gated MLPs, whose product is the activation; `in` of others. */
export type ReadingPart = 'in' | 'gate' | 'up';

export interface MlpWeights {
  /** How many neurons. */
  readonly neurons: number;
  /** What neurons read, a set of `neurons` vectors for each part; the part that goes through the activation function first. */
  readonly reading: readonly { readonly part: ReadingPart; readonly vectors: VectorSet }[];
  /** What an active neuron adds to the residual. */
  readonly writing: VectorSet;
}

export interface ModelWeights {
  readonly width: number;
  /** By layer. */
  readonly mlps: readonly (MlpWeights | Unreadable)[];
  /** By layer. */
  readonly attention: readonly (AttentionHeads | Unreadable)[];
  /** A vector for every token, with the final norm's gain: what raises the token's logit. */
  readonly unembedding: VectorSet | Unreadable;
  /** A vector for every token: what the first block is given. */
  readonly embedding: VectorSet | Unreadable;
}

/**
 * @param model bytes of an `.onnx` file, or its outline
 * @param layers how many blocks the model has
 * @throws SteerboardError as {@link findResidualStream} does
 */
export function findModelWeights(model: Uint8Array, layers: number): ModelWeights {
  const { graph } = decodeModel(model);
  mergeBranches(graph);
  const cache = describeCaches(graph);
  const { entries } = cache;
  const caches = { pasts: entries.map(({ past }) => past), presents: entries.map(({ present }) => present) };
  const stream = findResidualStream(graph, caches, layers);
  const index = new GraphIndex(graph);
  const width = widthOf(index, stream) ?? 0;
  const stops = streamTensors(stream);
  const mlps = stream.blocks.map((block) => mlpOf(graph, index, block, stops, width));
  return {
    width,
    mlps,
    attention: findAttentionHeads(index, stream, cache, width),
    unembedding: unembeddingOf(index, stream, stops, width),
    embedding: embeddingOf(index, width),
  };
}

function mlpOf(
  graph: GraphProto,
  index: GraphIndex,
  { mlp }: Block,
  stops: ReadonlySet<string>,
  width: number,
): MlpWeights | Unreadable {
  if (mlp === null) return { unreadable: 'its MLP’s output was not told apart from what else the block adds' };
  const output = walkBack(index, mlp.node.input[mlp.input] ?? '', stops);
  if (output.node === null) return { unreadable: 'what its MLP adds is not the result of one product with a matrix' };
  const last = projectionOf(index, output.node);
  if (last === null) return { unreadable: 'what its MLP adds is not the result of one product with a matrix' };
  if (isUnreadable(last)) return last;
  const writing: VectorSet = { ...inputsOf(last), gain: output.gain };
  if (widthOfSet(writing) !== width) return { unreadable: `its MLP ends in a matrix of ${widthOfSet(writing)} values` };
  const neurons = writing.count;
  const reading: Reader[] = [];
  for (const node of nodesBefore(graph, index, last.node.input[0] ?? '', stops)) {
    const projection = projectionOf(index, node);
    if (projection === null) continue;
    if (isUnreadable(projection)) return projection;
    const input = walkBack(index, node.input[0] ?? '', stops);
    const vectors = { ...outputsOf(projection), gain: input.gain };
    if (input.node !== null || widthOfSet(vectors) !== width) continue;
    reading.push(...split(index, { vectors, output: projection.output }, neurons));
  }
  const found = reading.filter(({ vectors }) => vectors.count === neurons);
  const parts = partsOf(index, found);
  if (parts === null) {
    const message = `${reading.length} matrices read the residual for its ${neurons} neurons; one, or a gate and another, were expected`;
    return { unreadable: message };
  }
  return { neurons, reading: parts, writing };
}

/** A matrix that reads the residual, or the half of one, and the tensor that it gives. */
interface Reader {
  readonly vectors: VectorSet;
  readonly output: string;
}

/** The gate goes first: of two matrices it is the one whose result meets an activation function before the product of both. */
function partsOf(index: GraphIndex, found: readonly Reader[]): MlpWeights['reading'] | null {
  const [first, second] = found;
  if (first === undefined || found.length > 2) return null;
  if (second === undefined) return [{ part: 'in', vectors: first.vectors }];
  const isFirstGate = isActivated(index, first.output) || !isActivated(index, second.output);
  const [gate, up] = isFirstGate ? [first, second] : [second, first];
  return [
    { part: 'gate', vectors: gate.vectors },
    { part: 'up', vectors: up.vectors },
  ];
}

/** Whether what a product gives is used by anything but one multiplication, after a bias and changes of type or shape. */
function isActivated(index: GraphIndex, output: string): boolean {
  const names = new Set([output]);
  const uses: NodeProto[] = [];
  for (const node of index.graph.node) {
    if (node.opType === 'Shape' || !node.input.some((name) => names.has(name))) continue;
    if (passing.has(node.opType) || isBias(index, node)) names.add(node.output[0] ?? '');
    else uses.push(node);
  }
  return uses.length !== 1 || uses[0]!.opType !== 'Mul';
}

function isBias(index: GraphIndex, { opType, input }: NodeProto): boolean {
  return opType === 'Add' && vectorIn(index, input) !== null;
}

/** One matrix may hold gate and up side by side; a Split, or two Slices, take its result apart. */
function split(index: GraphIndex, reader: Reader, neurons: number): readonly Reader[] {
  const { vectors, output } = reader;
  if (vectors.count !== 2 * neurons) return [reader];
  const names = new Set([output]);
  const halves: string[] = [];
  for (const next of index.graph.node) {
    if (!next.input.some((name) => names.has(name))) continue;
    if (next.opType === 'Split') halves.push(...next.output);
    else if (next.opType === 'Slice') halves[sliceStart(index, next) === 0 ? 0 : 1] = next.output[0] ?? '';
    else if (passing.has(next.opType) || isBias(index, next)) names.add(next.output[0] ?? '');
  }
  return [0, 1].map((half) => ({
    vectors: { ...vectors, from: half * neurons, count: neurons },
    output: halves[half] ?? '',
  }));
}

function sliceStart(index: GraphIndex, node: NodeProto): number | null {
  const starts = index.constant(node.input[1] ?? '');
  if (starts === null) return null;
  const values = starts.rawData.length > 0 ? starts.rawData : [...starts.int64Data, ...starts.int32Data];
  return values.length === 0 ? null : Number(values[0]);
}

function unembeddingOf(
  index: GraphIndex,
  { tail }: ResidualStream,
  stops: ReadonlySet<string>,
  width: number,
): VectorSet | Unreadable {
  const products = tail.toReversed().map((node) => projectionOf(index, node));
  const head = products.find((it) => it !== null) ?? null;
  if (head === null) return { unreadable: 'no product with a matrix was found before the logits' };
  if (isUnreadable(head)) return head;
  const vectors = { ...outputsOf(head), gain: walkBack(index, head.node.input[0] ?? '', stops).gain };
  return widthOfSet(vectors) === width ? vectors : { unreadable: `it reads ${widthOfSet(vectors)} values` };
}

function embeddingOf(index: GraphIndex, width: number): VectorSet | Unreadable {
  const table = embeddingTable(index);
  if (table === null) return { unreadable: 'no table was found in which token ids are looked up' };
  if (isUnreadable(table)) return table;
  const { matrix, isTransposed } = table;
  const along = isTransposed ? 'columns' : 'rows';
  const vectors: VectorSet = { matrix, along, from: 0, count: isTransposed ? matrix.columns : matrix.rows, gain: null };
  return widthOfSet(vectors) === width ? vectors : { unreadable: `its vectors have ${widthOfSet(vectors)} values` };
}

/** A vector for every input of a product: what the input adds. */
function inputsOf({ matrix, inputsAre }: Projection): VectorSet {
  return { matrix, along: inputsAre, from: 0, count: inputsAre === 'rows' ? matrix.rows : matrix.columns, gain: null };
}

/** A vector for every output of a product: what the output reads. */
function outputsOf({ matrix, inputsAre }: Projection): VectorSet {
  const along = inputsAre === 'rows' ? 'columns' : 'rows';
  return { matrix, along, from: 0, count: along === 'rows' ? matrix.rows : matrix.columns, gain: null };
}

/** Nodes that a tensor is computed from, up to the stream, in graph order. */
function nodesBefore(graph: GraphProto, index: GraphIndex, tensor: string, stops: ReadonlySet<string>) {
  const found = new Set<NodeProto>();
  const open = [tensor];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = stops.has(name) ? undefined : index.producer.get(name);
    if (node === undefined || found.has(node) || isSkipNode(node)) continue;
    found.add(node);
    open.push(...node.input);
  }
  return graph.node.filter((node) => found.has(node));
}
