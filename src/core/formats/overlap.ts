/** A tensor's bytes in a file. */
export interface Span {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Two tensors that have bytes in common, if any do. No writer lets them: a small file whose many tensors lie over each other
 * would be a large one in memory. Without them, tensors within a file are together no longer than it.
 */
export function overlapOf(spans: readonly Span[]): readonly [Span, Span] | null {
  const inOrder = spans.filter(({ length }) => length > 0).sort((a, b) => a.offset - b.offset);
  for (let index = 1; index < inOrder.length; index++) {
    const [before, span] = [inOrder[index - 1]!, inOrder[index]!];
    if (before.offset + before.length > span.offset) return [before, span];
  }
  return null;
}
