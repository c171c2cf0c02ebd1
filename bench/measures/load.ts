import type { Device } from '../../src/protocol/api.js';
import { Ours, TransformersJs } from '../contestants.js';
import { compare, type Row } from '../statistics.js';

/** From a new worker to a model that is ready, files in the HTTP cache. */
export function load(device: Device, threads: number, runs: number): Promise<Row> {
  const timed = async (open: () => Promise<{ stop(): void }>) => {
    const start = performance.now();
    const contestant = await open();
    const time = performance.now() - start;
    contestant.stop();
    return time;
  };
  return compare(
    'load',
    'ms',
    runs,
    () => timed(() => Ours.load(device)),
    () => timed(() => TransformersJs.load(device, 'stock', threads)),
  );
}
