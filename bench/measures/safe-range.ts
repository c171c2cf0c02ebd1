/** Whether the calibrated range holds: texts at its ends, of prompts and seeds that were not used for it. */
import { rangeOf, type SafeRange } from '../../src/core/calibration/index.js';
import type { FittedDirection } from '../../src/core/directions/direction.js';
import { thresholds } from '../../src/core/measures/index.js';
import { costOf } from '../../src/core/outcomes/index.js';
import { defaultSampling } from '../../src/core/sampling.js';
import { add } from '../../src/core/steering/add.js';
import { emptyPlan, type Plan } from '../../src/core/steering/plan.js';
import { startingLayer } from '../../src/app/engine/plan.js';
import { calibrationPrompts } from '../../src/app/presets/calibration.js';
import { choosingPrompts, concepts, reportingPrompts, type Concept } from '../../src/app/presets/concepts.js';
import type { SweepCell } from '../../src/protocol/api.js';
import { newTask, type Ours } from '../contestants.js';
import { median } from '../statistics.js';

const budget = thresholds.meanKl.strained;
/** None of them begins a calibration text. */
const heldOutPrompts = [...choosingPrompts, ...reportingPrompts];
/** Calibration has seeds from 7001 on. */
const firstSeed = 101;

/** Texts at one end of a range. */
export interface HeldOutEnd {
  readonly strength: number;
  readonly texts: number;
  /** Texts whose mean KL a token is over the budget. */
  readonly over: number;
  /** Over all texts, of their mean KL a token, nats. */
  readonly meanKl: number;
}

export interface HeldOutRange {
  readonly direction: string;
  readonly layer: number;
  readonly seconds: number;
  readonly from: HeldOutEnd;
  readonly to: HeldOutEnd;
}

export interface HeldOutRanges {
  /** Nats a token. */
  readonly budget: number;
  readonly ranges: readonly HeldOutRange[];
}

/** The ten concepts of the bundled model, each added where the page adds it first. `seconds` is the median of the runs. */
export async function safeRanges(ours: Ours, runs: number): Promise<HeldOutRanges> {
  const ranges: HeldOutRange[] = [];
  for (const concept of concepts) {
    const range = await safeRangeOf(ours, concept, runs);
    console.log(JSON.stringify(range));
    ranges.push(range);
  }
  return { budget, ranges };
}

async function safeRangeOf(ours: Ours, { name, texts }: Concept, runs: number): Promise<HeldOutRange> {
  const method = 'mean-difference';
  const direction = await ours.remote.fitDirection({ task: newTask(), texts, method }, () => undefined);
  const layer = startingLayer(direction);
  const { min, max, origin } = add.strength!;
  const request = { scale: { min, max, origin }, budget, mayOpen: true, prompts: calibrationPrompts('bundled', false) };
  const times: number[] = [];
  let range: SafeRange | null = null;
  for (let run = 0; run < runs; run++) {
    const plan = addAt(direction, layer, origin);
    const { points, milliseconds } = await ours.remote.calibrate(
      { task: newTask(), plan, ...request },
      () => undefined,
    );
    times.push(milliseconds / 1000);
    range = rangeOf(points, budget, origin);
  }
  if (!range) throw new Error(`${name} has no safe range.`);
  const heldOut = (strength: number) => heldOutAt(ours, addAt(direction, layer, strength), strength);
  return {
    direction: name,
    layer,
    seconds: median(times),
    from: await heldOut(range.from),
    to: await heldOut(range.to),
  };
}

async function heldOutAt(ours: Ours, plan: Plan, strength: number): Promise<HeldOutEnd> {
  const cells = heldOutPrompts.map((prompt, at): SweepCell => ({ id: String(at), prompt, plan, seed: firstSeed + at }));
  const costs: number[] = [];
  const { seed: _, ...sampling } = defaultSampling;
  await ours.remote.sweep({ task: newTask(), cells, sampling, probes: [], targets: null }, (events) => {
    for (const event of events) {
      if (event.type === 'failed') throw new Error(event.cells[0]!.error.message);
      if (event.type === 'cells') costs.push(...event.cells.map((cell) => costOf(cell, []).meanKl));
    }
  });
  const texts = costs.length;
  const meanKl = costs.reduce((sum, cost) => sum + cost, 0) / texts;
  return { strength, texts, over: costs.filter((cost) => cost > budget).length, meanKl };
}

function addAt({ layers }: FittedDirection, layer: number, strength: number): Plan {
  const { vector, residualNorm } = layers.find((it) => it.layer === layer)!;
  const scope = { prompt: true, generated: true };
  return { ...emptyPlan, terms: [{ operator: 'add', strength, scope, sites: [{ layer, vector, residualNorm }] }] };
}
