/**
 * Finds the residual stream by structure. On the way from the token ids to the logits there are points where exactly
 * one tensor is alive: everything later is computed from it. These *cuts* are the embedding, the residual after every
 * sublayer, and the inside of the final norm. A block's branch reads the residual and adds to it, so inside a block two
 * tensors are alive and nothing else is ever a cut. No name is used; caches say which cut a block starts from.
 */
import type { GraphProto, NodeProto } from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { addendsOf, findCuts, traceFlow, type Flow, type FlowCut } from './flow.js';
import { GraphIndex } from './graph.js';

/** One tensor that everything after it is computed from. */
export interface Cut {
  /** The tensor, or for a fused sum that the graph does not name, a name that only the finder uses. */
  readonly tensor: string;
  readonly node: NodeProto;
  /** Whether a fused Skip*LayerNormalization (or EmbedLayerNormalization) computes it inside. */
  readonly fused: boolean;
}

/** What a block adds to the stream, by where the sum takes it in. */
export interface Branch {
  /** The sum. */
  readonly node: NodeProto;
  /** Which of its inputs. */
  readonly input: number;
}

export interface Block {
  /** After attention, where attention and MLP follow each other. */
  readonly mid: Cut | null;
  readonly post: Cut;
  /** Null where the graph has no such tensor, or more than one. */
  readonly attention: Branch | null;
  readonly mlp: Branch | null;
}

export interface ResidualStream {
  /** What the first block reads. */
  readonly embedding: Cut;
  readonly blocks: readonly Block[];
  /** Sums a block: 2 when attention and MLP follow each other, 1 when they run side by side. */
  readonly sumsPerBlock: number;
  /** Nodes on the way from the last block's output to the logits, in graph order. */
  readonly tail: readonly NodeProto[];
  /** Tensors that carry the text. */
  readonly flowing: ReadonlySet<string>;
}

/** The caches of a decoder, as tensors. */
export interface CacheTensors {
  readonly pasts: readonly string[];
  readonly presents: readonly string[];
}

/** A sum of the chain and the cut that it ends in, after a factor that scales the whole stream. */
interface Link {
  readonly sum: FlowCut;
  readonly cut: FlowCut;
}

const mostSumsPerBlock = 3;

/**
 * @param layers how many blocks the configuration says, for graphs in which not every block has a cache
 * @throws SteerboardError `model-not-decoder` when no chain of sums runs through the blocks
 */
export function findResidualStream(graph: GraphProto, caches: CacheTensors, layers?: number): ResidualStream {
  const flow = traceFlow(graph);
  const cuts = findCuts(flow);
  const starts = blockStarts(flow, cuts, caches.presents);
  if (starts[0] === undefined) {
    throw notFound(`no cache is computed from a residual stream`, { cuts: cuts.length, sums: 0 });
  }
  const isScale = scaleTest(graph, flow);
  const { first, links } = chainOf(flow, cuts, starts[0], isScale);
  // A block starts after so many sums; cuts that only scale the stream count as the sum before them.
  const at = starts.map((start) => links.findLastIndex((link) => cuts.indexOf(link.cut) <= start) + 1);
  const gap = sumsPerBlock(links.length, at, layers);
  if (gap === null) {
    throw notFound(
      `its caches are computed in ${starts.length} blocks, but the chain of sums after the embedding has ${links.length} links (1 or 2 for every block were expected)`,
      { sums: links.length, blocks: starts.length, cuts: cuts.length },
    );
  }
  const readings = cachedTensors(graph, flow, cuts, caches);
  const blocks = Array.from({ length: links.length / gap }, (_, layer) => {
    const own = links.slice(gap * layer, gap * (layer + 1));
    return blockOf(flow, layer === 0 ? first : links[gap * layer - 1]!.cut, own, readings);
  });
  const last = links.at(-1)!.cut;
  const end = flow.steps.findIndex((step) => step.writes[0] === last.tensor);
  const tail = new Set(flow.steps.slice(end + 1).map((step) => step.node));
  tail.delete(last.node);
  return { embedding: cutOf(first), blocks, sumsPerBlock: gap, tail: [...tail], flowing: flow.flowing };
}

function cutOf({ tensor, node, isFused }: FlowCut): Cut {
  return { tensor, node, fused: isFused };
}

/** The longest chain of sums around the cut that the first cached block starts from. */
function chainOf(flow: Flow, cuts: readonly FlowCut[], start: number, isScale: (cut: FlowCut) => boolean) {
  let from = start;
  // Blocks without a cache may come before it.
  for (;;) {
    let sum = from;
    while (sum > 0 && isScale(cuts[sum]!)) sum--;
    if (sum === 0 || !addsTo(flow, cuts[sum - 1]!, cuts[sum]!)) break;
    from = sum - 1;
  }
  const first = cuts[from]!;
  const links: Link[] = [];
  for (let i = from + 1; i < cuts.length; i++) {
    const [before, cut] = [cuts[i - 1]!, cuts[i]!];
    if (addsTo(flow, before, cut)) links.push({ sum: cut, cut });
    else if (links.length > 0 && isScale(cut)) links.push({ ...links.pop()!, cut });
    else break;
  }
  return { first, links };
}

/**
 * @param at after how many sums each cached block starts, ascending
 * @returns null when the blocks do not fit
 */
function sumsPerBlock(sums: number, at: readonly number[], layers: number | undefined): number | null {
  // Blocks without a cache of their own leave wider gaps, so the narrowest gap is one block.
  const gaps = at.slice(1).map((start, i) => start - at[i]!);
  const narrowest = gaps.length === 0 ? sums : Math.min(...gaps);
  const candidates = [...(layers ? [sums / layers] : []), narrowest];
  const fits = (gap: number) =>
    Number.isInteger(gap) &&
    gap >= 1 &&
    gap <= mostSumsPerBlock &&
    sums % gap === 0 &&
    at.every((start) => start % gap === 0 && start <= sums - gap);
  return candidates.find(fits) ?? null;
}

function notFound(found: string, fields: Record<string, number>): SteerboardError {
  return new SteerboardError(
    'model-not-decoder',
    `No residual stream was found in this graph: ${found}. Steerboard needs a causal decoder whose blocks add to one stream, exported with its cache.`,
    fields,
  );
}

/** For each cache, the last cut before it; each of them once, in order. */
function blockStarts(flow: Flow, cuts: readonly FlowCut[], presents: readonly string[]): readonly number[] {
  const indexOfCut = new Map(cuts.map((cut, i) => [cut.tensor, i]));
  const starts = new Set<number>();
  for (const present of presents) {
    const found = [...ancestors(flow, [present], (tensor) => indexOfCut.has(tensor))];
    const start = Math.max(-1, ...found.map((tensor) => indexOfCut.get(tensor) ?? -1));
    if (start >= 0) starts.add(start);
  }
  return [...starts].sort((a, b) => a - b);
}

/** Everything that tensors are computed from, up to and with those at which to stop. */
function ancestors(flow: Flow, of: readonly string[], stops: (tensor: string) => boolean): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = of.map(flow.root);
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    if (!stops(tensor)) open.push(...(flow.producer.get(tensor)?.reads ?? []));
  }
  return seen;
}

/** Whether a cut is the one before it times one number. */
function scaleTest(graph: GraphProto, flow: Flow): (cut: FlowCut) => boolean {
  const index = new GraphIndex(graph);
  return ({ node, reads }) =>
    (node.opType === 'Mul' || node.opType === 'Div') &&
    reads.length === 1 &&
    node.input.some((name) => {
      const weight = index.constant(flow.root(name));
      return weight !== null && weight.dims.every((dim) => Number(dim) === 1);
    });
}

/** Whether `next` is `cut` plus something computed from it, perhaps in several additions. */
function addsTo(flow: Flow, cut: FlowCut, next: FlowCut): boolean {
  if (!next.isSum) return false;
  const leaves = addends(flow, next.node, (tensor) => tensor !== cut.tensor).map(({ node, input }) =>
    flow.root(node.input[input]!),
  );
  return leaves.includes(cut.tensor) && leaves.some((tensor) => tensor !== cut.tensor);
}

/** What a sum adds, taking sums among its addends apart where wanted; constants (biases) left out. */
function addends(flow: Flow, node: NodeProto, takesApart: (tensor: string) => boolean): Branch[] {
  return addendsOf(node).flatMap((name, input): Branch[] => {
    const tensor = flow.root(name);
    if (!flow.flowing.has(tensor)) return [];
    const inner = flow.producer.get(tensor);
    const isApart = inner?.isSum && !inner.isFused && inner.reads.length > 1 && takesApart(tensor);
    return isApart ? addends(flow, inner.node, takesApart) : [{ node, input }];
  });
}

/** Tests whether a tensor's value depends on a cache of its own block. */
function cachedTensors(graph: GraphProto, flow: Flow, cuts: readonly FlowCut[], caches: CacheTensors) {
  const isCut = new Set(cuts.map((cut) => cut.tensor));
  const ports = new Set([...caches.pasts, ...caches.presents]);
  // A past may pass a few nodes (slices, casts) before it meets the text.
  for (const node of graph.node) {
    const meetsText = node.output.some((name) => flow.flowing.has(name));
    if (!meetsText && node.input.some((name) => ports.has(name))) for (const name of node.output) ports.add(name);
  }
  return (tensor: string) =>
    [...ancestors(flow, [tensor], (it) => isCut.has(it))].some((it) => {
      const node = isCut.has(it) ? undefined : flow.producer.get(it)?.node;
      return node !== undefined && [...node.input, ...node.output].some((name) => ports.has(name));
    });
}

function blockOf(flow: Flow, before: FlowCut, links: readonly Link[], isCached: (tensor: string) => boolean): Block {
  const previous = [before, ...links.map((link) => link.cut)];
  const branches = links.map(({ sum }, i) => {
    const stream = previous[i]!.tensor;
    const others = (found: readonly Branch[]) => found.filter((it) => flow.root(it.node.input[it.input]!) !== stream);
    const isInner = (tensor: string) => tensor !== stream;
    const holdsStream = (tensor: string) => {
      const producer = flow.producer.get(tensor);
      const own = producer === undefined ? [] : addends(flow, producer.node, isInner);
      return isInner(tensor) && own.some((it) => flow.root(it.node.input[it.input]!) === stream);
    };
    return {
      whole: others(addends(flow, sum.node, holdsStream)),
      pieces: others(addends(flow, sum.node, isInner)),
    };
  });
  const only = (found: readonly Branch[] | undefined) => (found?.length === 1 ? found[0]! : null);
  const post = cutOf(links.at(-1)!.cut);
  if (links.length === 2) {
    return { mid: cutOf(links[0]!.cut), post, attention: only(branches[0]?.whole), mlp: only(branches[1]?.whole) };
  }
  if (links.length > 2) return { mid: null, post, attention: null, mlp: null };
  const { pieces } = branches[0]!;
  const tensorOf = ({ node, input }: Branch) => flow.root(node.input[input]!);
  const cached = pieces.filter((piece) => isCached(tensorOf(piece)));
  const plain = pieces.filter((piece) => !isCached(tensorOf(piece)));
  return { mid: null, post, attention: only(cached), mlp: only(plain) };
}
