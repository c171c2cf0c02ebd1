/**
 * What stands between the last block and the logits (the final norm, the head, and whatever a family puts around them), as a
 * graph of its own: a residual goes in, logits come out. Nothing of it is written anew, so that a residual of any layer is read
 * just as the model reads its last one, in the head's own dtype.
 */
import type { GraphProto, NodeProto } from 'onnx-buf';
import { TensorProto_DataType } from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { describeCaches } from './caches.js';
import { isSkipNode } from './flow.js';
import { decodeModel, encodeModel, GraphIndex, makeNode, readsOf } from './graph.js';
import { hookPorts } from './hooks.js';
import { port } from './instrument.js';
import { selectLogits } from './languageHead.js';
import { mergeBranches } from './mergedDecoder.js';
import { int64Tensor } from './pieces.js';
import { findResidualStream, type Cut } from './residualStream.js';
import { typeOfCut, vocabularyOf, widthOf } from './tensorFacts.js';
import { bytesOfWeights, filesBeside, referToFile } from './weights.js';

/** Input, float32 [1, P, d]: residuals as a block leaves them. */
export const residualPort = 'steer.residual';

/** Names of the cut graph's ports beside {@link residualPort}. */
export const headPorts = {
  /** Input, int64 [P]: 0…P − 1, since the model's own graph chooses positions here. */
  positions: hookPorts.logitPositions,
  /** Output, [1, P, V], in the head's own type. */
  logits: 'logits',
} as const;

export interface CutHead {
  /** The graph without its weights: a session needs the model's bytes beside it as external data. */
  readonly graph: Uint8Array;
  readonly width: number;
  readonly vocabulary: number;
  /** What its weights take. */
  readonly bytes: number;
  /** Other files that hold weights of it, and how many bytes each has at least. */
  readonly filesBeside: ReadonlyMap<string, number>;
}

/**
 * @param model bytes of an `.onnx` file, or its outline
 * @param weightsFile the name under which a session will be given those bytes
 * @param layers how many blocks the model has
 * @throws SteerboardError as {@link findResidualStream} does, and `model-not-decoder` when the logits depend on more than the
 *   last block's output
 */
export function cutHead(model: Uint8Array, weightsFile: string, layers: number): CutHead {
  const decoded = decodeModel(model);
  const { graph } = decoded;
  mergeBranches(graph);
  const { entries } = describeCaches(graph);
  const caches = { pasts: entries.map(({ past }) => past), presents: entries.map(({ present }) => present) };
  const stream = findResidualStream(graph, caches, layers);
  const before = new GraphIndex(graph);
  const [width, vocabulary] = [widthOf(before, stream), vocabularyOf(before)];
  const last = stream.blocks.at(-1)?.post;
  if (width === null || vocabulary === null || last === undefined) throw refuseHead('its sizes cannot be read off it');
  const type = typeOfCut(before, last);
  selectLogits(graph, stream, vocabulary);
  startFromResidual(graph, last, type);
  shapeFromResidual(graph);
  keepOnlyNeeded(graph);
  declare(graph, width);
  const bytes = bytesOfWeights(graph);
  const beside = filesBeside(graph);
  referToFile(graph, model, weightsFile);
  return { graph: encodeModel(decoded), width, vocabulary, bytes, filesBeside: beside };
}

/** Puts the port in the place of the last block's output. */
function startFromResidual(graph: GraphProto, { tensor, node, fused }: Cut, type: number): void {
  const typed = 'steer.residual.typed';
  const first = makeNode('Cast', typed, [residualPort], [typed], { to: type });
  if (fused && isSkipNode(node)) {
    // The fused node is the sum and the norm in one: with nothing as the skip it is the norm of what comes in.
    const nothing = 'steer.residual.nothing';
    const norm = isWithBeta(node) ? node.input.slice(2, 4) : node.input.slice(2, 3);
    const at = graph.node.indexOf(node);
    node.input = [typed, nothing, ...norm];
    graph.node.splice(at, 0, makeNode('Sub', nothing, [typed, typed], [nothing]));
  } else {
    node.output = node.output.map((name) => (name === tensor ? `${tensor}__unused` : name));
    graph.node.unshift(makeNode('Identity', `${tensor}.given`, [typed], [tensor]));
  }
  graph.node.unshift(first);
}

/** Some exports put the logits' axes back by the shape of the ids; the residual has the same first two axes. */
function shapeFromResidual(graph: GraphProto): void {
  const ids = new Set(['input_ids']);
  const reading: NodeProto[] = [];
  for (const node of graph.node) {
    if (!ids.has(node.input[0] ?? '')) continue;
    if (node.opType === 'Shape') reading.push(node);
    else if (node.opType === 'Cast' || node.opType === 'Identity') ids.add(node.output[0]!);
  }
  if (reading.length === 0) return;
  const [whole, axes, shape] = ['steer.residual.shape', 'steer.residual.axes', 'steer.residual.ids_shape'];
  graph.initializer.push(int64Tensor(axes, [0, 1]));
  for (const node of reading) {
    node.opType = 'Identity';
    node.input = [shape];
    node.attribute = [];
  }
  graph.node.unshift(
    makeNode('Shape', whole, [residualPort], [whole]),
    makeNode('Gather', shape, [whole, axes], [shape], { axis: 0 }),
  );
}

/** Input 3 is the norm's beta in the one operator, a bias of the branch in the other. */
function isWithBeta(node: NodeProto): boolean {
  return node.opType === 'SkipLayerNormalization';
}

/** Drops every node, weight and shape that the logits do not need. */
function keepOnlyNeeded(graph: GraphProto): void {
  const { producer } = new GraphIndex(graph);
  const needed = new Set<string>();
  const nodes = new Set<NodeProto>();
  const open: string[] = [headPorts.logits];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const node = producer.get(name);
    if (node === undefined || nodes.has(node)) continue;
    nodes.add(node);
    open.push(...readsOf(node));
  }
  const own = new Set<string>([residualPort, headPorts.positions]);
  const held = new Set(graph.initializer.map(({ name }) => name));
  const foreign = graph.input.filter(({ name }) => needed.has(name) && !own.has(name) && !held.has(name));
  if (foreign.length > 0) {
    throw refuseHead(`its logits also depend on ${foreign.map(({ name }) => name).join(', ')}`);
  }
  graph.node = graph.node.filter((node) => nodes.has(node));
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
  graph.quantizationAnnotation = [];
  // Declared shapes speak of axes that are not there any more.
  graph.valueInfo = [];
}

function declare(graph: GraphProto, width: number): void {
  const { FLOAT, INT64 } = TensorProto_DataType;
  graph.input = [
    port(residualPort, FLOAT, [1, 'steer_logits', width]),
    port(headPorts.positions, INT64, ['steer_logits']),
  ];
  graph.output = graph.output.filter(({ name }) => name === headPorts.logits);
}

function refuseHead(why: string): SteerboardError {
  return new SteerboardError(
    'model-not-decoder',
    `The final norm and the head of this graph cannot be taken alone: ${why}. There is no logit lens for it; all else works.`,
  );
}
