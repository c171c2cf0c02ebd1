/** A stand-in for the worker's sweeps: texts whose mood follows the strength, more costly the stronger it is. */
import { SteerboardError } from '../../../src/core/errors.js';
import type { CellResult, SweepCell, SweepEvent, SweepRequest, SweepResult } from '../../../src/protocol/api.js';

const moods = {
  up: ' She laughed and jumped and it was the best day .',
  level: ' She saw a big dog and then she went home again .',
  down: ' She cried and it rained and nobody came to her .',
};

export async function sweepMadeUp(
  { task, cells, sampling, probes }: SweepRequest,
  onEvent: (events: readonly SweepEvent[]) => void,
  isCancelled: (task: string) => boolean,
): Promise<SweepResult> {
  const started = performance.now();
  const batch = 6;
  for (let from = 0; from < cells.length; from += batch) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    if (isCancelled(task)) throw new SteerboardError('cancelled', 'Cancelled.');
    const done = cells.slice(from, from + batch).map((cell) => resultOf(cell, probes.length, sampling.maxNewTokens));
    onEvent([
      { type: 'cells', cells: done },
      {
        type: 'progress',
        done: Math.min(cells.length, from + batch) * sampling.maxNewTokens,
        of: cells.length * sampling.maxNewTokens,
      },
    ]);
  }
  return {
    runs: cells.length,
    tokens: cells.length * sampling.maxNewTokens,
    milliseconds: performance.now() - started,
  };
}

function resultOf({ id, plan, reference, prompt, seed }: SweepCell, probes: number, most: number): CellResult {
  const layers = 8;
  const site = plan.terms[0]?.sites[0];
  const strength = plan.terms[0]?.strength ?? (reference === undefined ? 0 : 0.4);
  const along = !site || site.vector[site.layer] === 1 ? 1 : 0.1;
  const fit = site ? 1 - Math.abs(site.layer - 4) / 6 : 1;
  const noise = Math.sin(seed + JSON.stringify(prompt).length);
  const gain = along * fit * Math.tanh(2 * strength) + 0.05 * noise;
  const pieces = (gain > 0.2 ? moods.up : gain < -0.2 ? moods.down : moods.level).match(/ \S+/g)!.slice(0, most);
  const count = pieces.length;
  const fill = (value: number): Float32Array => new Float32Array(count).fill(value);
  const cost = 3 * strength ** 2 * (0.4 + 0.1 * (site?.layer ?? 2));
  return {
    id,
    reason: 'length',
    ids: pieces.map((_, at) => at),
    pieces,
    special: pieces.map(() => false),
    kl: fill(cost).map((value, at) => value * (0.5 + (at % 3) / 2)),
    baselineNll: fill(1.5 + cost),
    steeredNll: fill(1.4),
    normRatio: new Float32Array(layers).fill(1 + Math.abs(strength) / 4),
    norms: new Float32Array(count * layers).fill(10),
    projections: new Float32Array(count * probes * layers).fill(4 * gain),
    logOdds: null,
  };
}
