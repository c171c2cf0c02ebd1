/** Runs the measurements one after the other; scripts/bench.mjs opens this page and takes the rows. */
import type { Device } from '../src/protocol/api.js';
import { fitMood, Ours, TransformersJs } from './contestants.js';
import { autopilotAgainstSweep, concepts, type AutopilotRow, type WrittenSweep } from './measures/autopilot.js';
import { measureGallery } from './gallery.js';
import { capture200 } from './measures/capture.js';
import { load } from './measures/load.js';
import { memoryGrowth } from './measures/memory.js';
import { safeRanges, type HeldOutRanges } from './measures/safe-range.js';
import { sliderFirstToken } from './measures/slider.js';
import { sweepOf288 } from './measures/sweep.js';
import { hookedToken, pairToken, sameTokens, sweepOfNine } from './measures/tokens.js';
import type { Row } from './statistics.js';

declare global {
  interface Window {
    bench: (options: BenchOptions) => Promise<BenchResult>;
    benchSafeRange: (options: BenchOptions) => Promise<HeldOutRanges>;
    /** The command's, which has files. */
    takeSweep: (concept: string) => Promise<WrittenSweep | null>;
    putSweep: (concept: string, sweep: WrittenSweep) => Promise<void>;
    benchAutopilot: (device: Device, only?: readonly string[]) => Promise<readonly AutopilotRow[]>;
    measureGallery: typeof measureGallery;
  }
}
export interface BenchOptions {
  readonly device: Device;
  readonly runs: number;
  /** Measures the sweep and nothing else. */
  readonly onlySweep: boolean;
}
export interface BenchResult {
  readonly rows: readonly Row[];
  /** Not compared with anything the project promises; for the reader. */
  readonly besides: readonly Row[];
  readonly sameTokens: boolean;
  readonly threads: number;
  readonly adapter: string | null;
}

window.measureGallery = measureGallery;

window.bench = async ({ device, runs, onlySweep }) => {
  const ours = await Ours.load(device);
  // The same number on both sides; for the bundled model one thread is the faster choice for either.
  const { threads } = ours.model;
  const { adapter } = await ours.remote.environment();
  const peer = await TransformersJs.load(device, 'stock', threads);
  const direction = await fitMood(ours);
  const rows: Row[] = [];
  const note = (row: Row) => {
    console.log(`${row.name}: ours ${row.ours} ${row.unit}, peer ${row.peer} ${row.unit}, ratio ${row.ratio}`);
    return row;
  };
  const same = await sameTokens(ours, peer);
  const { measured, besides: otherSweeps } = await sweepOf288(ours, peer, direction, device);
  rows.push(note(measured));
  otherSweeps.forEach(note);
  if (onlySweep) return { rows, besides: otherSweeps, sameTokens: same, threads, adapter };
  rows.push(note(await hookedToken(ours, peer, direction, runs)));
  rows.push(note(await pairToken(ours, direction, runs)));
  rows.push(note(await sliderFirstToken(ours, peer, direction, runs)));
  rows.push(note(await sweepOfNine(ours, direction, runs)));
  rows.push(note(await capture200(ours, peer, Math.min(runs, 5))));
  peer.stop();
  const besides: Row[] = [...otherSweeps];
  if (device === 'wasm') {
    const sameBuild = await TransformersJs.load(device, 'cpu', threads);
    besides.push(note(await hookedToken(ours, sameBuild, direction, runs, 'hooked-token, same build')));
    besides.push(note(await sliderFirstToken(ours, sameBuild, direction, runs, 'slider-first-token, same build')));
    sameBuild.stop();
  }
  rows.push(note(await memoryGrowth(ours, direction)));
  ours.stop();
  rows.push(note(await load(device, threads, Math.min(runs, 5))));
  return { rows, besides, sameTokens: same, threads, adapter };
};

window.benchSafeRange = async ({ device, runs }) => {
  const ours = await Ours.load(device);
  try {
    return await safeRanges(ours, runs);
  } finally {
    ours.stop();
  }
};

window.benchAutopilot = async (device, only) => {
  const ours = await Ours.load(device);
  const rows: AutopilotRow[] = [];
  for (const concept of concepts.filter(({ name }) => !only || only.includes(name))) {
    const row = await autopilotAgainstSweep(ours, concept, { taken: window.takeSweep, put: window.putSweep });
    console.log(JSON.stringify(row));
    rows.push(row);
  }
  ours.stop();
  return rows;
};
