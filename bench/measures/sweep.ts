/** Wall time of a sweep, against transformers.js writing as many tokens after the same prompts, text by text. */
import type { FittedDirection } from '../../src/core/directions/direction.js';
import { emptyPlan, type Plan } from '../../src/core/steering/plan.js';
import type { CellResult } from '../../src/protocol/api.js';
import { greedy, newTask, type Ours, type TransformersJs } from '../contestants.js';
import { rowOf, type Row } from '../statistics.js';

const strengths = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];
const prompts = [
  'Once upon a time, there was a little',
  'One day, Tom went to the park and',
  'The old woman looked at the sky. She',
  'Lily had a big box in her room. In the box',
];
const tokens = 32;

interface Cell {
  readonly id: string;
  readonly prompt: string;
  readonly plan: Plan;
  readonly seed: number;
}

/** Nine strengths at each of the layers, after four prompts. `nudge` makes plans that no earlier run had. */
function cellsOf({ layers }: FittedDirection, nudge: number): readonly Cell[] {
  const cells: Cell[] = [];
  for (const strength of strengths) {
    for (const { layer, vector, residualNorm } of layers) {
      const scope = { prompt: false, generated: true };
      const sites = [{ layer, vector, residualNorm }];
      const terms = [{ operator: 'add', strength: strength === 0 ? 0 : strength + nudge, scope, sites } as const];
      for (const prompt of prompts) {
        cells.push({ id: `${strength} ${layer} ${prompt}`, prompt, plan: { ...emptyPlan, terms }, seed: 7 });
      }
    }
  }
  return cells;
}

/** What it took, and the texts. */
async function sweepOnce(ours: Ours, cells: readonly Cell[]) {
  const { seed: _, ...sampling } = greedy(tokens);
  const texts: CellResult[] = [];
  const start = performance.now();
  const request = { task: newTask(), cells, sampling, probes: [], targets: null };
  const { runs, tokens: read } = await ours.remote.sweep(request, (events) => {
    for (const event of events) if (event.type === 'cells') texts.push(...event.cells);
  });
  return { milliseconds: performance.now() - start, texts, runs, read };
}

/**
 * All texts measured (KL, likelihoods, norms at every layer), strengths of 0 included. The peer writes every one of them, as
 * many tokens each, unsteered, and measures nothing.
 */
export async function sweepOf288(
  ours: Ours,
  peer: TransformersJs,
  direction: FittedDirection,
  runs: number,
): Promise<Row> {
  await sweepOnce(ours, cellsOf(direction, 2e-3).slice(0, 16));
  let [own, theirs] = [0, 0];
  for (let run = 0; run < runs; run++) {
    const swept = await sweepOnce(ours, cellsOf(direction, run * 1e-4));
    own += swept.milliseconds;
    const written = swept.texts.reduce((sum, { ids }) => sum + ids.length, 0);
    console.log(`sweep: ${written} tokens written, ${swept.read} read in ${swept.runs} runs`);
    const byId = new Map(swept.texts.map((text) => [text.id, text]));
    for (const { id, prompt } of cellsOf(direction, run * 1e-4)) {
      const { ids } = byId.get(id)!;
      const start = performance.now();
      const { ids: theirIds } = await peer.generate(prompt, ids.length);
      theirs += performance.now() - start;
      if (theirIds.length !== ids.length) throw new Error(`Both sides should write as much after “${prompt}”.`);
    }
  }
  return rowOf('sweep-288', 'ms', runs, own / runs, theirs / runs);
}
