import { SteerboardError } from '../../core/errors.js';
import type { SweepEvent, SweepRequest, SweepResult } from '../../protocol/api.js';
import type { Turn } from '../capture/background.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { Backlog } from './backlog.js';
import { SweepBatch, type BatchNews } from './batch.js';
import { jobsOf, type SweepJob } from './cells.js';
import { Pace, rowsInMemory } from './pace.js';

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
  const pace = new Pace(model.decoder.onGpu);
  while (backlog.first) {
    const { prompt, reference, most } = backlog.first;
    const longest = Math.min(Math.max(prompt.ids.length, reference.ids.length) + 2 * most, model.shape.context);
    const rows = Math.min(pace.tokens, rowsInMemory(model.decoder.report.cache, longest, model.shape.vocabulary));
    const batch = new SweepBatch(model, backlog.take(rows, !model.decoder.onGpu), asked, pace, politely);
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
