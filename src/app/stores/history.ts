import { create } from 'zustand';

/** What can be undone and done again, for people ("strength of happy"); null where there is nothing. */
export interface History {
  readonly undo: string | null;
  readonly redo: string | null;
}

export const useHistory = create<History>()(() => ({ undo: null, redo: null }));

export function setHistory(history: History): void {
  useHistory.setState(history);
}
