/**
 * How fine a grid has to be before each of `count` values in a row is part of it: 0 for the two ends, 1 for the one in
 * the middle, 2 for those in the middle of the halves, and so on.
 */
export function finenessOf(count: number): readonly number[] {
  const fineness = Array.from({ length: count }, () => 0);
  let gaps: readonly (readonly [number, number])[] = count > 2 ? [[0, count - 1]] : [];
  for (let level = 1; gaps.length > 0; level++) {
    gaps = gaps.flatMap(([from, to]) => {
      const middle = (from + to) >> 1;
      fineness[middle] = level;
      const halves: readonly (readonly [number, number])[] = [
        [from, middle],
        [middle, to],
      ];
      return halves.filter(([low, high]) => high - low > 1);
    });
  }
  return fineness;
}
