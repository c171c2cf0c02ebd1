/** Wall time of a sweep, against transformers.js writing as many tokens after the same prompts, text by text. */
import type { FittedDirection } from '../../src/core/directions/direction.js';
import { emptyPlan, type Plan } from '../../src/core/steering/plan.js';
import { assistantsAtMost } from '../../src/app/engine/assistants.js';
import { sweepShared } from '../../src/app/engine/sharing.js';
import type { CellResult, Device, SweepEvent, SweepRequest, SweepResult } from '../../src/protocol/api.js';
import { greedy, newTask, openAsPage, type Ours, type TransformersJs } from '../contestants.js';
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

type Sweep = (
  request: SweepRequest,
  onEvents: (events: readonly SweepEvent[]) => void,
) => Promise<Pick<SweepResult, 'runs' | 'tokens'>>;

/** What it took, and the texts. */
async function sweepOnce(sweep: Sweep, cells: readonly Cell[]) {
  const { seed: _, ...sampling } = greedy(tokens);
  const texts: CellResult[] = [];
  const start = performance.now();
  const request = { task: newTask(), cells, sampling, probes: [], targets: null };
  const { runs, tokens: read } = await sweep(request, (events) => {
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

/** What a sweep of 288 texts takes, against the peer. */
export interface SweepRows {
  /** As the page does it once its assistants are there: all texts written and measured. */
  readonly measured: Row;
  readonly besides: readonly Row[];
}

/**
 * All texts written and measured (KL, likelihoods, norms at every layer), strengths of 0 included: as the page does it, with
 * assistants on other cores, the first time while they are started; and by one worker, also only written. The peer writes every
 * one of them, as many tokens each, unsteered, and measures nothing. Hundreds of texts on either side: once is long enough.
 */
export async function sweepOf288(
  ours: Ours,
  peer: TransformersJs,
  direction: FittedDirection,
  device: Device,
): Promise<SweepRows> {
  const alone: Sweep = (request, onEvents) => ours.remote.sweep(request, onEvents);
  await sweepOnce(alone, cellsOf(direction, 2e-3).slice(0, 16));
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
  const swept = await sweepOnce(alone, cells);
  for (const text of swept.texts) texts.set(text.id, text);
  const tokensWritten = swept.texts.reduce((sum, { ids }) => sum + ids.length, 0);
  console.log(`sweep: ${tokensWritten} tokens written, ${swept.read} read in ${swept.runs} runs`);
  await writeTheirs(cells.slice(0, half));
  const close = await openAsPage(device);
  const workers = 1 + assistantsAtMost();
  const opening = await sweepOnce(sweepShared, cells);
  const shared = await sweepOnce(sweepShared, cells);
  close();
  console.log(`sweep: ${workers} workers read ${shared.read} tokens in ${shared.runs} runs`);
  for (const { id, ids } of [...opening.texts, ...shared.texts])
    if (ids.join() !== texts.get(id)!.ids.join()) throw new Error(`The text of ${id} depends on who writes it.`);
  const written = await writeOnce(ours, cellsOf(direction, 1e-4));
  await writeTheirs(cells.slice(half));
  const row = (name: string, { milliseconds }: { readonly milliseconds: number }) =>
    rowOf(name, 'ms', 1, milliseconds, theirs);
  return {
    measured: row('sweep-288', shared),
    besides: [
      row('sweep-288, assistants being started', opening),
      row('sweep-288, one worker', swept),
      row('sweep-288, one worker, only written', { milliseconds: written }),
    ],
  };
}
