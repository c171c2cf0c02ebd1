import type { ReactNode } from 'react';
import type { Figure } from '../../../plots/figure.js';
import { Plot } from '../../../plots/Plot.js';

/** One of several small plots, with its heading and what it is of. */
export function SmallPlot(props: { readonly figure: Figure; readonly heading: string; readonly children: ReactNode }) {
  const { figure, heading, children } = props;
  return (
    <figure className="small-plot">
      <h4>{heading}</h4>
      <Plot figure={figure} label={figure.title ?? heading} height={170} />
      <figcaption className="quiet">{children}</figcaption>
    </figure>
  );
}
