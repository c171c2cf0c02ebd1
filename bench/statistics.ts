/** One line of bench/results.json. `ratio` is always ours / peer, so smaller is better for everything measured here. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  readonly unit: string;
  readonly ratio: number;
  /** How many times each side ran; `ours` and `peer` are medians over them. */
  readonly runs: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

type Side = (run: number) => Promise<number>;

/** Runs both sides in turn, the first one changing from run to run, so that what the machine does besides hits both. */
export async function compare(name: string, unit: string, runs: number, ours: Side, peer: Side): Promise<Row> {
  const measured = { ours: [] as number[], peer: [] as number[] };
  for (let run = 0; run < runs; run++) {
    const order = run % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
    for (const side of order) measured[side].push(await (side === 'ours' ? ours : peer)(run));
  }
  return rowOf(name, unit, runs, median(measured.ours), median(measured.peer));
}

export function rowOf(name: string, unit: string, runs: number, ours: number, peer: number): Row {
  const rounded = (value: number) => Number(value.toPrecision(4));
  return { name, ours: rounded(ours), peer: rounded(peer), unit, ratio: rounded(ours / peer), runs };
}
