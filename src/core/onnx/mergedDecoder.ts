/**
 * Old exports hold their decoder twice, in an `If` on `use_cache_branch`: once for a prompt, without a cache, and once for
 * what follows it. The second reads a prompt just as well when its cache is empty, so it alone is kept.
 */
import type { GraphProto, NodeProto } from 'onnx-buf';
import { readsOf } from './graph.js';

export interface MergedBranches {
  /** What was done, for people. */
  readonly changes: readonly string[];
  /** Whether the branch that is kept reads one token at a time only. */
  readonly oneToken: boolean;
}

const port = 'use_cache_branch';

/** Puts the branch with a cache in the place of the `If`. Null, and nothing is changed, for a graph that holds its decoder once. */
export function mergeBranches(graph: GraphProto): MergedBranches | null {
  if (!graph.input.some(({ name }) => name === port)) return null;
  const chooser = graph.node.find((node) => node.opType === 'If' && branchesOf(node).length === 2);
  if (chooser === undefined) return null;
  const pasts = new Set(graph.input.map(({ name }) => name).filter((name) => name.startsWith('past')));
  const readsPast = (branch: GraphProto) => branch.node.some((node) => readsOf(node).some((name) => pasts.has(name)));
  const branches = branchesOf(chooser);
  const kept = branches.find(readsPast);
  const dropped = branches.find((branch) => branch !== kept);
  if (kept === undefined || dropped === undefined) return null;
  rename(kept, new Map(kept.output.map(({ name }, i) => [name, chooser.output[i] ?? name])));
  // Shared weights are in the outer graph already.
  const outer = new Set(graph.initializer.map(({ name }) => name));
  graph.initializer.push(...kept.initializer.filter(({ name }) => !outer.has(name)));
  graph.node = graph.node.flatMap((node) => (node === chooser ? kept.node : [node]));
  graph.valueInfo.push(...kept.valueInfo);
  graph.input = graph.input.filter(({ name }) => name !== port);
  const oneToken = makesMask(dropped) && !makesMask(kept);
  const how = oneToken ? '; it reads a prompt one token after the other, as it has no causal mask' : '';
  return {
    changes: [`The file holds the decoder twice; the one with a cache is used for prompts too${how}.`],
    oneToken,
  };
}

function branchesOf(node: NodeProto): readonly GraphProto[] {
  return node.attribute.flatMap((attribute) => (attribute.g === undefined ? [] : [attribute.g]));
}

/**
 * A branch that was traced with a single token may lack the causal mask, since one token needs none; then several tokens
 * at once would see those after them.
 */
function makesMask(branch: GraphProto): boolean {
  const comparing = new Set(['Trilu', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual']);
  return branch.node.some((node) => comparing.has(node.opType));
}

/** Renames tensors of a graph; names that do not change cost nothing. */
function rename(graph: GraphProto, names: ReadonlyMap<string, string>): void {
  if ([...names].every(([from, to]) => from === to)) return;
  const to = (name: string) => names.get(name) ?? name;
  for (const node of graph.node) {
    node.input = node.input.map(to);
    node.output = node.output.map(to);
    for (const inner of branchesOf(node)) rename(inner, names);
  }
  for (const value of [...graph.valueInfo, ...graph.output]) value.name = to(value.name);
}
