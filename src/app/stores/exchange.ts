import { create } from 'zustand';
import type { Magnitude } from '../../core/formats/index.js';

export type ExchangePage = 'files' | 'code' | 'report';

/** The dialog for taking directions along. Nothing of it is saved. */
export interface Exchange {
  readonly open: boolean;
  readonly page: ExchangePage;
  /** The direction that is exported; null for all. */
  readonly directionId: string | null;
  /** Name of a format, and of a program. */
  readonly format: string;
  readonly magnitude: Magnitude;
  readonly snippet: string;
}

export const useExchange = create<Exchange>()(() => ({
  open: false,
  page: 'files',
  directionId: null,
  format: 'steerboard',
  magnitude: 'applied',
  snippet: 'transformers',
}));

/** @param directionId null for all directions */
export function openExchange(directionId: string | null, page: ExchangePage = 'files'): void {
  useExchange.setState({ open: true, page, directionId });
}

export function changeExchange(change: Partial<Omit<Exchange, 'open'>>): void {
  useExchange.setState(change);
}

export function closeExchange(): void {
  useExchange.setState({ open: false });
}
