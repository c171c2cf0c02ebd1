/** Writes K rows of d as columns of a matrix [d, columns], from column `first` on. */
export function setColumns(
  matrix: Float32Array,
  columns: number,
  first: number,
  { rank, read }: { readonly rank: number; readonly read: Float32Array },
): void {
  const width = read.length / rank;
  for (let k = 0; k < rank; k++) {
    for (let i = 0; i < width; i++) matrix[i * columns + first + k] = read[k * width + i]!;
  }
}
