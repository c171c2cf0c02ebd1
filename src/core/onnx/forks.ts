/**
 * Rows that fork. Below the first layer that is changed, a text is what the same tokens are without the change. So of texts that
 * read the same tokens only one goes through the lower layers, and at the output of a block copies of its residual go on as rows
 * of their own, which the hooks there then change. A *level* is the part of the graph between two such places: what comes before
 * the first block's output has level −1, and what follows the output of block l has level l. Rows only come in, so those of a
 * level are the first of the next one's.
 */
import type { GraphProto, NodeProto } from 'onnx-buf';
import { makeNode } from './graph.js';
import type { Cut, ResidualStream } from './residualStream.js';

/** Names of the inputs that say which rows fork where. */
export const forkPorts = {
  /** Input, int64 [n₀ + n₁ + …]: for every level from 0 on and each of its rows, the row of the level below that it goes on from. */
  rows: 'steer.fork.rows',
  /** Input, int64 [L]: how many rows each of these levels has. */
  sizes: 'steer.fork.sizes',
} as const;

/** What a graph whose rows fork says beside a {@link HookReport}. */
export interface ForkReport {
  /** For every entry of the cache the level of its rows. */
  readonly cacheLevels: readonly number[];
}

/** Name of what the split of {@link forkPorts.rows} gives for a level, int64 [rows of the level]. */
export function forkedRows(level: number): string {
  return `${forkPorts.rows}.${level}`;
}

/** The level that a node begins, by copying rows of the one below; null for other nodes. */
export function levelBegunBy(node: NodeProto): number | null {
  const level = node.opType === 'Gather' ? /^steer\.fork\.(\d+)\./.exec(node.name)?.[1] : undefined;
  return level === undefined ? null : Number(level);
}

/** Lets rows come in at every block's output, before hooks are put there. The stream that is returned is to be hooked. */
export function forkStream(graph: GraphProto, stream: ResidualStream): ResidualStream {
  const blocks = stream.blocks.map((block, level) => ({ ...block, post: forkAt(graph, block.post, level) }));
  const outputs = blocks.map((_, level) => forkedRows(level));
  graph.node.unshift(
    makeNode('Split', `${forkPorts.rows}.split`, [forkPorts.rows, forkPorts.sizes], outputs, { axis: 0 }),
  );
  return { ...stream, blocks };
}

function forkAt(graph: GraphProto, cut: Cut, level: number): Cut {
  const { tensor, node } = cut;
  const fork = (name: string, from: string, to: string) =>
    makeNode('Gather', `steer.fork.${level}.${name}`, [from, forkedRows(level)], [to], { axis: 0 });
  const at = graph.node.indexOf(node);
  if (cut.fused) {
    // The fused node adds input and skip inside, so that both fork.
    const forks = node.input.slice(0, 2).map((from, i) => fork(String(i), from, `steer.fork.${level}.${i}`));
    node.input = node.input.map((name, i) => forks[i]?.output[0] ?? name);
    graph.node.splice(at, 0, ...forks);
    return cut;
  }
  const below = `${tensor}__below`;
  node.output = node.output.map((name) => (name === tensor ? below : name));
  const forked = fork('x', below, tensor);
  graph.node.splice(at + 1, 0, forked);
  return { ...cut, node: forked };
}
