/** The little of Plotly that is used; its dist package has no types. */
declare module 'plotly.js-cartesian-dist-min' {
  interface PlotlyElement extends HTMLElement {
    on(event: string, handler: (data: { points: { x: unknown; y: unknown; curveNumber: number }[] }) => void): void;
    removeAllListeners(event: string): void;
  }
  const Plotly: {
    react(element: HTMLElement, data: unknown[], layout: object, config: object): Promise<PlotlyElement>;
    /** Draws a figure off the page. `svg` with `imageDataOnly` gives the document itself. */
    toImage(
      figure: { data: unknown[]; layout: object; config?: object },
      options: { format: 'svg'; width: number; height: number; imageDataOnly: true },
    ): Promise<string>;
    relayout(element: HTMLElement, change: object): Promise<PlotlyElement>;
    purge(element: HTMLElement): void;
    Plots: { resize(element: HTMLElement): Promise<void> };
  };
  export default Plotly;
}
