import type { Progress } from '../../protocol/api.js';
import type { Task } from '../tasks.js';

/**
 * Runs one piece of work that needs the model when it is its turn. Between two pieces whoever else waits for the model has a
 * turn, so that text is written while hundreds of contrast texts are read.
 */
export type Turn = <Result>(piece: () => Promise<Result>) => Promise<Result>;

/** For work that waited for the model and has it to itself until its end. */
export const atOnce: Turn = (piece) => piece();

/** Computing in the background: between pieces of this many milliseconds, messages are let in. */
const pieceMs = 30;

/** Runs steps to their end; in between, messages are let in, a cancel is heard, and `onStep` is told how far it is. */
export async function inPieces<Step, Result>(
  steps: Generator<Step, Result>,
  task: Task,
  onStep: (step: Step) => void,
): Promise<Result> {
  let begun = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - begun < pieceMs) continue;
    onStep(step.value);
    await task.breathe();
    begun = performance.now();
  }
}

export type OnProgress = (progress: Progress) => void;
