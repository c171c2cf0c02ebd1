/** Old exports that hold a decoder twice, with a cache and without one, in an `If` on `use_cache_branch`. */
import type { GraphProto } from 'onnx-buf';

export interface MergedBranches {
  /** What was done, for people. */
  readonly changes: readonly string[];
  /** Whether the branch reads one token at a time only. */
  readonly oneToken: boolean;
}

/** Null for a graph that holds its decoder once. */
export function mergeBranches(graph: GraphProto): MergedBranches | null {
  return graph.input.some(({ name }) => name === 'use_cache_branch') ? null : null;
}
