/**
 * Finds the residual stream by structure. On the way from the token ids to the logits there are points where exactly
 * one tensor is alive: everything later is computed from it. These *cuts* are the embedding, the residual after every
 * sublayer, and the inside of the final norm. A block's branch reads the residual and adds to it, so inside a block two
 * tensors are alive and nothing else is ever a cut. No name is used; caches say which cut a block starts from.
 */
import type { GraphProto, NodeProto } from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { readsOf } from './graph.js';

/** A node as the finder sees it; a fused Skip node is two of these: its sum and its norm. */
interface Step {
  readonly node: NodeProto;
  readonly isSum: boolean;
  readonly isFused: boolean;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** One tensor that everything after it is computed from. */
export interface Cut {
  /** The tensor, or for a fused sum that the graph does not name, a name that only the finder uses. */
  readonly tensor: string;
  readonly node: NodeProto;
  /** Whether a fused Skip*LayerNormalization computes it inside. */
  readonly fused: boolean;
}

export interface ResidualStream {
  /** Each block's output (`resid_post`), in layer order. */
  readonly posts: readonly Cut[];
  /** Cuts a block: 2 when attention and MLP follow each other, 1 when they run side by side. */
  readonly sumsPerBlock: 1 | 2;
  /** Nodes on the way from the last block's output to the logits, in graph order. */
  readonly tail: readonly NodeProto[];
  /** Tensors that are computed from the token ids, shapes left out. */
  readonly flowing: ReadonlySet<string>;
}

const skipOperators = new Set(['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization']);
/** Operators whose output is their first input for our purpose. Clip guards some fp16 exports against overflow. */
const aliasOperators = new Set(['Cast', 'Identity', 'Clip', 'Dropout']);

/** Index of the fused operator's optional output that is input + skip (+ bias). */
export const fusedSumOutput = 3;
const embedSumOutput = 2;

export function isSkipNode(node: NodeProto): boolean {
  return skipOperators.has(node.opType);
}

/**
 * @param presents the graph's cache outputs, in any order
 * @throws SteerboardError `model-not-decoder` when no chain of sums runs through the blocks
 */
export function findResidualStream(graph: GraphProto, presents: readonly string[]): ResidualStream {
  const flow = traceFlow(graph);
  const cuts = findCuts(flow);
  const starts = blockStarts(flow, cuts, presents);
  const first = starts[0];
  if (first === undefined)
    throw notFound(`no cache is computed from a residual stream`, { cuts: cuts.length, sums: 0 });
  let last = first;
  while (last + 1 < cuts.length && addsTo(flow, cuts[last]!, cuts[last + 1]!)) last++;
  const sums = last - first;
  // Blocks without a cache of their own leave wider gaps, so the narrowest gap is one block.
  const gaps = starts.slice(1).map((start, i) => start - starts[i]!);
  const gap = gaps.length === 0 ? sums : Math.min(...gaps);
  const fits = starts.every((start) => (start - first) % gap === 0 && start <= last - gap);
  if ((gap !== 1 && gap !== 2) || sums % gap !== 0 || !fits) {
    throw notFound(
      `its caches are computed in ${starts.length} blocks, but the chain of sums after the embedding has ${sums} links (1 or 2 for every block were expected)`,
      { sums, blocks: starts.length, cuts: cuts.length },
    );
  }
  const posts = Array.from({ length: sums / gap }, (_, layer) => cuts[first + gap * (layer + 1)]!);
  const end = flow.steps.findIndex((step) => step.writes[0] === cuts[last]!.tensor);
  const tail = new Set(flow.steps.slice(end + 1).map((step) => step.node));
  tail.delete(cuts[last]!.node);
  return {
    posts: posts.map(({ tensor, node, isFused }) => ({ tensor, node, fused: isFused })),
    sumsPerBlock: gap,
    tail: [...tail],
    flowing: flow.flowing,
  };
}

function notFound(found: string, fields: Record<string, number>): SteerboardError {
  return new SteerboardError(
    'model-not-decoder',
    `No residual stream was found in this graph: ${found}. Steerboard needs a causal decoder whose blocks add to one stream, exported with its cache.`,
    fields,
  );
}

interface Flow {
  /** Steps between the token ids and the logits, in graph order. */
  readonly steps: readonly Step[];
  readonly producer: ReadonlyMap<string, Step>;
  readonly flowing: ReadonlySet<string>;
  /** The tensor that a Cast or Identity of it stands for. */
  readonly root: (tensor: string) => string;
}

function traceFlow(graph: GraphProto): Flow {
  const alias = new Map<string, string>();
  const root = (tensor: string) => alias.get(tensor) ?? tensor;
  const flowing = new Set(['input_ids']);
  const producer = new Map<string, Step>();
  const reached: Step[] = [];
  for (const node of graph.node) {
    const [input, output] = [node.input[0], node.output[0]];
    if (aliasOperators.has(node.opType) && input !== undefined && output !== undefined) {
      alias.set(output, root(input));
      if (flowing.has(root(input))) flowing.add(output);
      continue;
    }
    for (const step of stepsOf(node)) {
      const reads = step.reads.map(root);
      if (!reads.some((tensor) => flowing.has(tensor))) continue;
      const traced = { ...step, reads: reads.filter((tensor) => flowing.has(tensor)) };
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
  // What is computed from a shape does not carry the text.
  if (node.opType === 'Shape' || node.opType === 'Size') return [];
  if (isSkipNode(node)) {
    const sum = node.output[fusedSumOutput] || `${node.output[0]}.sum`;
    const addends = [node.input[0], node.input[1]].filter((name) => name !== undefined);
    return [step(addends, [sum], true, true), step([sum], node.output.slice(0, 1), false, true)];
  }
  if (node.opType === 'EmbedLayerNormalization') {
    const sum = node.output[embedSumOutput] || `${node.output[0]}.sum`;
    return [step(node.input.slice(0, 1), [sum], false, true), step([sum], node.output.slice(0, 1), false, true)];
  }
  return [step(readsOf(node), node.output, node.opType === 'Add' || node.opType === 'Sum', false)];
}

interface FlowCut extends Step {
  readonly tensor: string;
}

/** Sweeps the steps in order; a tensor that is alone alive separates what is before it from what is after it. */
function findCuts(flow: Flow): readonly FlowCut[] {
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

/** For each cache, the last cut before it; each of them once, in order. */
function blockStarts(flow: Flow, cuts: readonly FlowCut[], presents: readonly string[]): readonly number[] {
  const indexOfCut = new Map(cuts.map((cut, i) => [cut.tensor, i]));
  const starts = new Set<number>();
  for (const present of presents) {
    const seen = new Set<string>();
    const open = [flow.root(present)];
    let start = -1;
    for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
      if (seen.has(tensor)) continue;
      seen.add(tensor);
      const index = indexOfCut.get(tensor);
      if (index !== undefined) start = Math.max(start, index);
      else open.push(...(flow.producer.get(tensor)?.reads ?? []));
    }
    if (start >= 0) starts.add(start);
  }
  return [...starts].sort((a, b) => a - b);
}

/** Whether `next` is `cut` plus something computed from it, perhaps in several additions. */
function addsTo(flow: Flow, cut: FlowCut, next: FlowCut): boolean {
  if (!next.isSum) return false;
  const leaves: string[] = [];
  const open = [...next.reads];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const producer = flow.producer.get(tensor);
    if (tensor !== cut.tensor && producer?.isSum && !producer.isFused) open.push(...producer.reads);
    else leaves.push(tensor);
  }
  return leaves.includes(cut.tensor) && leaves.some((tensor) => tensor !== cut.tensor);
}
