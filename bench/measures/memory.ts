import type { FittedDirection } from '../../src/core/directions/direction.js';
import { addAtMiddle, type Ours } from '../contestants.js';
import { shortPrompt } from '../prompts.js';
import { rowOf, type Row } from '../statistics.js';

declare global {
  interface Performance {
    /** https://wicg.github.io/performance-measure-memory/ */
    measureUserAgentSpecificMemory(): Promise<{ readonly bytes: number }>;
  }
}

const megabyte = 2 ** 20;

/** The page's and its workers' memory in megabytes, after 200 regenerations (ours) and after 20 (peer). */
export async function memoryGrowth(ours: Ours, direction: FittedDirection): Promise<Row> {
  const measured: number[] = [];
  for (let count = 1; count <= 200; count++) {
    const strength = -1 + count / 100;
    const scope = { prompt: true, generated: true };
    await ours.generate(shortPrompt, 32, [addAtMiddle(direction, strength, scope)]);
    if (count === 20 || count === 200) {
      measured.push((await performance.measureUserAgentSpecificMemory()).bytes / megabyte);
    }
  }
  return rowOf('memory-growth', 'MB', 1, measured[1]!, measured[0]!);
}
