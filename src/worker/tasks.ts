import { SteerboardError } from '../core/errors.js';
import type { TaskId } from '../protocol/api.js';
import { macrotask } from './runtime/macrotask.js';

/** A long call that can be cancelled. Steps ask {@link Task.breathe} between model runs. */
export class Task {
  private cancelled = false;

  get isCancelled(): boolean {
    return this.cancelled;
  }

  cancel(): void {
    this.cancelled = true;
  }

  /** @throws `cancelled` once {@link cancel} was called. */
  check(): void {
    if (this.cancelled) throw new SteerboardError('cancelled', 'Cancelled.');
  }

  /** Lets waiting messages in, then checks. */
  async breathe(): Promise<void> {
    await macrotask();
    this.check();
  }
}

/** The tasks that run or wait, by the id the page gave them. */
export class Tasks {
  private readonly running = new Map<TaskId, Task>();

  async run<Result>(id: TaskId, work: (task: Task) => Promise<Result>): Promise<Result> {
    const task = new Task();
    this.running.set(id, task);
    try {
      return await work(task);
    } finally {
      if (this.running.get(id) === task) this.running.delete(id);
    }
  }

  cancel(id: TaskId): void {
    this.running.get(id)?.cancel();
  }
}
