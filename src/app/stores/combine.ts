import { create } from 'zustand';

/** The formula that is being written. Kept while the dialog is closed. */
export interface Combine {
  readonly open: boolean;
  /** The direction whose formula it is, or null for a new one. */
  readonly directionId: string | null;
  readonly name: string;
  readonly expression: string;
}

export const useCombine = create<Combine>()(() => ({ open: false, directionId: null, name: '', expression: '' }));

export function openCombine(draft: Omit<Combine, 'open'>): void {
  useCombine.setState({ ...draft, open: true });
}

/** What was written for a new direction before is still there. */
export function openNewCombine(): void {
  const { directionId } = useCombine.getState();
  useCombine.setState(
    directionId === null ? { open: true } : { open: true, directionId: null, name: '', expression: '' },
  );
}

export function changeCombine(change: Partial<Omit<Combine, 'open'>>): void {
  useCombine.setState(change);
}

export function closeCombine(): void {
  useCombine.setState({ open: false });
}
