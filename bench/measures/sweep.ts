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

/** The same texts only written, by a call of `generate` for each prompt. */
async function writeOnce(ours: Ours, cells: readonly Cell[]): Promise<number> {
  const start = performance.now();
  for (const prompt of prompts) {
    const plans = cells.filter((cell) => cell.prompt === prompt).map(({ plan }) => plan);
    await ours.generate(prompt, tokens, plans);
  }
  return performance.now() - start;
}

/**
 * All texts written and measured (KL, likelihoods, norms at every layer), strengths of 0 included, and only written. The peer
 * writes every one of them, as many tokens each, unsteered, and measures nothing. Hundreds of texts on either side: once is
 * long enough.
 */
export async function sweepOf288(
  ours: Ours,
  peer: TransformersJs,
  direction: FittedDirection,
): Promise<readonly [measured: Row, written: Row]> {
  await sweepOnce(ours, cellsOf(direction, 2e-3).slice(0, 16));
  const cells = cellsOf(direction, 0);
  const half = cells.length / 2;
  let theirs = 0;
  const texts = new Map<string, CellResult>();
  const writeTheirs = async (some: readonly Cell[]) => {
    for (const { id, prompt } of some) {
      const { ids } = texts.get(id)!;
      const start = performance.now();
      const { ids: theirIds } = await peer.generate(prompt, ids.length);
      theirs += performance.now() - start;
      if (theirIds.length !== ids.length) throw new Error(`Both sides should write as much after “${prompt}”.`);
    }
  };
  const swept = await sweepOnce(ours, cells);
  for (const text of swept.texts) texts.set(text.id, text);
  const tokensWritten = swept.texts.reduce((sum, { ids }) => sum + ids.length, 0);
  console.log(`sweep: ${tokensWritten} tokens written, ${swept.read} read in ${swept.runs} runs`);
  await writeTheirs(cells.slice(0, half));
  const written = await writeOnce(ours, cellsOf(direction, 1e-4));
  await writeTheirs(cells.slice(half));
  return [
    rowOf('sweep-288', 'ms', 1, swept.milliseconds, theirs),
    rowOf('sweep-288, only written', 'ms', 1, written, theirs),
  ];
}
