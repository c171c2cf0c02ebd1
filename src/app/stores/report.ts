import { create } from 'zustand';
import type { Picture } from '../../core/report/index.js';

/** Figures that were put aside for the report, as they were then. Kept for this visit. */
export interface ReportState {
  readonly pictures: readonly Picture[];
}

export const useReport = create<ReportState>()(() => ({ pictures: [] }));

/** One of the same title takes the old one's place. */
export function keepPicture(picture: Picture): void {
  useReport.setState(({ pictures }) => ({
    pictures: [...pictures.filter(({ title }) => title !== picture.title), picture],
  }));
}

export function dropPicture(title: string): void {
  useReport.setState(({ pictures }) => ({ pictures: pictures.filter((picture) => picture.title !== title) }));
}
