import { SteerboardError } from '../../core/errors.js';
import type { SweepEvent, SweepRequest, SweepResult } from '../../protocol/api.js';
import type { Turn } from '../capture/background.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { Backlog } from './backlog.js';
import { SweepBatch, type BatchNews } from './batch.js';
import { jobsOf, type SweepJob } from './cells.js';
import { paceOf, rowsInMemory } from './pace.js';

/** Tokens from which on the graph is opened once more, with rows that fork: reading so many then takes less time by as much as that. */
const worthForking = 2000;
/** What a step of a text costs where rows fork, in rows: the unsteered one, and its own, which on the average forks halfway. */
const costForked = 1.5;

/** Takes events; waits only when the page has fallen far behind. */
export type Say = (events: readonly SweepEvent[]) => void | Promise<void>;

/** Writes and measures the cells' texts, batch after batch. Whoever else waits for the model has a turn between two runs. */
export async function sweep(
  model: SteeredModel,
  request: SweepRequest,
  task: Task,
  say: Say,
  turn: Turn,
): Promise<SweepResult> {
  const start = performance.now();
  const { maxNewTokens } = request.sampling;
  if (!(maxNewTokens >= 1))
    throw new SteerboardError('input-empty', 'Ask for at least one new token.', { maxNewTokens });
  const { jobs, failed } = await jobsOf(model, request, task);
  const of = request.cells.length * maxNewTokens;
  let settled = 0;
  let [runs, tokens] = [0, 0];
  const tell = (news: BatchNews, written: number) => {
    settled += news.done.length + news.failed.length;
    const events: SweepEvent[] = [];
    if (news.done.length > 0) events.push({ type: 'cells', cells: news.done });
    if (news.failed.length > 0) events.push({ type: 'failed', cells: news.failed });
    return say([
      ...events,
      {
        type: 'progress',
        done: Math.min(of, settled * maxNewTokens + written),
        of,
      },
    ]);
  };
  await tell({ done: [], failed }, 0);
  const politely: Turn = async (piece) => {
    await task.breathe();
    return turn(piece);
  };
  const asked = { ...request, targets: distinct(request.targets) };
  const backlog = new Backlog<SweepJob>(jobs);
  const pace = paceOf(model);
  const mayFork = model.forks.isOpen || jobs.length * maxNewTokens >= worthForking;
  while (backlog.first) {
    const { prompt, reference, most: length } = backlog.first;
    const longest = Math.min(Math.max(prompt.ids.length, reference.ids.length) + 2 * length, model.shape.context);
    const texts = Math.floor(pace.tokens / (model.forks.isOpen ? costForked : 1));
    const most = Math.min(texts, rowsInMemory(model.decoder.report.cache, longest, model.shape.vocabulary));
    // Batches that are alike: a run of the few rows that were left over would take hardly less time.
    const rows = Math.ceil(backlog.size / Math.ceil(backlog.size / most));
    const batch = new SweepBatch(model, backlog.take(rows, !model.decoder.onGpu), asked, pace, politely, mayFork);
    try {
      await tell(await batch.begin(), batch.written);
      while (!batch.isDone && batch.lost.length === 0) await tell(await batch.step(), batch.written);
    } finally {
      batch.end();
    }
    backlog.putBack(batch.lost);
    runs += batch.runs;
    tokens += batch.tokens;
  }
  return { runs, tokens, milliseconds: performance.now() - start };
}

/** A token that is named twice counts once. */
function distinct(targets: SweepRequest['targets']): SweepRequest['targets'] {
  return (
    targets && {
      toward: [...new Set(targets.toward)],
      away: [...new Set(targets.away)],
    }
  );
}
