/** The plots that are on the page now, for reports. */
import type { Savable } from './savedPlot.js';

const shown = new Set<() => Savable>();

/** A plot that has come onto the page. Returns what takes it off. */
export function showPlot(plot: () => Savable): () => void {
  shown.add(plot);
  return () => {
    shown.delete(plot);
  };
}

/** As they are at this moment. */
export function shownPlots(): readonly Savable[] {
  return [...shown].map((plot) => plot());
}
