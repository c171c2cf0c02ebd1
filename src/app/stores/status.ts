import { create } from 'zustand';
import type { ErrorData } from '../../core/errors.js';
import type { Progress } from '../../protocol/api.js';

/** Something long that runs and may be cancelled. */
export interface RunningTask {
  readonly id: string;
  readonly label: string;
  readonly progress: Progress | null;
  readonly cancellable: boolean;
  /** Id of the experiment that it is for; left out: it is for the page. */
  readonly experimentId?: string | undefined;
  /** Whether the user wants it to end: what makes several calls begins no other one. */
  readonly cancelled?: boolean;
}

/** What went wrong last, until it is dismissed or done again with success. */
export interface Problem {
  readonly about: 'worker' | 'model' | 'generation' | 'fit' | 'file' | 'storage' | 'results';
  readonly error: ErrorData;
}

export interface Status {
  readonly tasks: readonly RunningTask[];
  readonly problems: readonly Problem[];
}

export const useStatus = create<Status>()(() => ({ tasks: [], problems: [] }));

export function startTask(task: RunningTask): void {
  useStatus.setState((state) => ({ tasks: [...state.tasks, task] }));
}

export function reportProgress(id: string, progress: Progress): void {
  useStatus.setState((state) => ({
    tasks: state.tasks.map((task) => (task.id === id ? { ...task, progress } : task)),
  }));
}

export function markCancelled(id: string): void {
  useStatus.setState((state) => ({
    tasks: state.tasks.map((task) => (task.id === id ? { ...task, cancelled: true } : task)),
  }));
}

/** Whether the user wants a task to end; it need not have ended. */
export function isCalledOff(id: string): boolean {
  return useStatus.getState().tasks.some((task) => task.id === id && task.cancelled);
}

export function endTask(id: string): void {
  useStatus.setState((state) => ({ tasks: state.tasks.filter((task) => task.id !== id) }));
}

/** One problem a subject: a new one takes the old one's place. */
export function reportProblem(problem: Problem): void {
  useStatus.setState((state) => ({
    problems: [...state.problems.filter((old) => old.about !== problem.about), problem],
  }));
}

export function clearProblem(about: Problem['about']): void {
  const { problems } = useStatus.getState();
  if (problems.some((problem) => problem.about === about))
    useStatus.setState({ problems: problems.filter((problem) => problem.about !== about) });
}
