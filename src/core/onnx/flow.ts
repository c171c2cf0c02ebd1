/**
 * How a text flows through a graph: the steps between the embedding of the token ids and the logits, and the *cuts*
 * among their results, which are the tensors that everything after them is computed from.
 */
import type { GraphProto, NodeProto } from 'onnx-buf';
import { readsOf } from './graph.js';

/** A node as the finder sees it; a fused Skip node is two of these: its sum and its norm. */
export interface Step {
  readonly node: NodeProto;
  readonly isSum: boolean;
  readonly isFused: boolean;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

export interface Flow {
  /** Steps between the embedding and the logits, in graph order. */
  readonly steps: readonly Step[];
  readonly producer: ReadonlyMap<string, Step>;
  readonly flowing: ReadonlySet<string>;
  /** The tensor that a Cast, Identity or Clip of it stands for. */
  readonly root: (tensor: string) => string;
}

export interface FlowCut extends Step {
  readonly tensor: string;
}

const skipOperators = new Set(['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization']);
/** Operators whose output is their first input for our purpose. Clip guards some fp16 exports against overflow. */
const aliasOperators = new Set(['Cast', 'Identity', 'Clip', 'Dropout']);
/** Which input holds the ids where a table is looked up. */
const idsInput: Readonly<Record<string, number>> = { Gather: 1, GatherBlockQuantized: 1, EmbedLayerNormalization: 0 };

/** Index of the fused operator's optional output that is input + skip (+ bias). */
export const fusedSumOutput = 3;
export const embedSumOutput = 2;

export function isSkipNode(node: NodeProto): boolean {
  return skipOperators.has(node.opType);
}

/**
 * Follows the text from where token ids become vectors. What is computed from the ids otherwise (their shape, a padding
 * mask, positions) does not carry it.
 */
export function traceFlow(graph: GraphProto): Flow {
  const alias = new Map<string, string>();
  const root = (tensor: string) => alias.get(tensor) ?? tensor;
  const ids = new Set(['input_ids']);
  const flowing = new Set<string>();
  const producer = new Map<string, Step>();
  const reached: Step[] = [];
  for (const node of graph.node) {
    const [input, output] = [node.input[0], node.output[0]];
    if (aliasOperators.has(node.opType) && input !== undefined && output !== undefined) {
      alias.set(output, root(input));
      if (flowing.has(root(input))) flowing.add(output);
      if (ids.has(root(input))) ids.add(output);
      continue;
    }
    // What is computed from a shape does not carry the text.
    if (node.opType === 'Shape' || node.opType === 'Size') continue;
    const reads = readsOf(node).map(root);
    const starts = !reads.some((tensor) => flowing.has(tensor));
    if (starts && !ids.has(root(node.input[idsInput[node.opType] ?? -1] ?? ''))) {
      if (reads.some((tensor) => ids.has(tensor))) for (const name of node.output) ids.add(name);
      continue;
    }
    for (const step of stepsOf(node)) {
      const own = step.reads.map(root);
      const isFirst = starts && own.some((tensor) => ids.has(tensor));
      if (!isFirst && !own.some((tensor) => flowing.has(tensor))) continue;
      const traced = { ...step, reads: own.filter((tensor) => flowing.has(tensor)) };
      reached.push(traced);
      for (const tensor of step.writes) {
        flowing.add(tensor);
        producer.set(tensor, traced);
      }
    }
  }
  const needed = new Set([root('logits')]);
  const steps = reached.reverse().filter((step) => {
    if (!step.writes.some((tensor) => needed.has(tensor))) return false;
    for (const tensor of step.reads) needed.add(tensor);
    return true;
  });
  return { steps: steps.reverse(), producer, flowing, root };
}

function stepsOf(node: NodeProto): readonly Step[] {
  const step = (reads: readonly string[], writes: readonly string[], isSum: boolean, isFused: boolean): Step => ({
    node,
    isSum,
    isFused,
    reads,
    writes: writes.filter((name) => name !== ''),
  });
  if (isSkipNode(node)) {
    const sum = node.output[fusedSumOutput] || `${node.output[0]}.sum`;
    return [step(addendsOf(node), [sum], true, true), step([sum], node.output.slice(0, 1), false, true)];
  }
  if (node.opType === 'EmbedLayerNormalization') {
    const sum = node.output[embedSumOutput] || `${node.output[0]}.sum`;
    return [step(node.input.slice(0, 1), [sum], false, true), step([sum], node.output.slice(0, 1), false, true)];
  }
  return [step(readsOf(node), node.output, node.opType === 'Add' || node.opType === 'Sum', false)];
}

/** The inputs of a sum that may carry the text; a fused node's others are its gain and biases. */
export function addendsOf(node: NodeProto): readonly string[] {
  return isSkipNode(node) ? node.input.slice(0, 2) : node.input;
}

/** Sweeps the steps in order; a tensor that is alone alive separates what is before it from what is after it. */
export function findCuts(flow: Flow): readonly FlowCut[] {
  const lastRead = new Map<string, number>();
  flow.steps.forEach((step, i) => step.reads.forEach((tensor) => lastRead.set(tensor, i)));
  const alive = new Set<string>();
  const cuts: FlowCut[] = [];
  flow.steps.forEach((step, i) => {
    for (const tensor of step.writes) if (lastRead.has(tensor)) alive.add(tensor);
    for (const tensor of step.reads) if (lastRead.get(tensor) === i) alive.delete(tensor);
    const [only] = alive;
    if (alive.size !== 1 || only === undefined || only === cuts.at(-1)?.tensor) return;
    cuts.push({ ...flow.producer.get(only)!, tensor: only });
  });
  return cuts;
}
