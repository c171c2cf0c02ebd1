/** The only place that knows Plotly, which is fetched when the first plot is drawn. */
export type Plotly = (typeof import('plotly.js-cartesian-dist-min'))['default'];

let loading: Promise<Plotly> | null = null;

export function loadPlotly(): Promise<Plotly> {
  loading ??= import('plotly.js-cartesian-dist-min').then(
    (module) => module.default,
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}
