import type { ReactNode } from 'react';
import type { Figure } from '../../../plots/figure.js';
import { Plot } from '../../../plots/Plot.js';

/** What is read of a trace to say which line it is. */
interface Trace {
  readonly name?: string;
  readonly line?: { readonly color: string; readonly dash?: string };
}

/** One of several small plots, with its heading, what its lines are, and what it is of. */
export function SmallPlot(props: {
  readonly figure: Figure;
  readonly heading: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { figure, heading, wide = false, children } = props;
  const named = (figure.data as readonly Trace[]).filter(({ name }) => name !== undefined);
  return (
    <figure className={`small-plot ${wide ? 'wide' : ''}`}>
      <h4>{heading}</h4>
      {named.length > 1 && (
        <div className="keys">
          {named.map(({ name, line }) => (
            <span key={name}>
              <i style={{ borderColor: line?.color, borderTopStyle: line?.dash === 'dash' ? 'dashed' : 'solid' }} />
              {name}
            </span>
          ))}
        </div>
      )}
      <Plot figure={figure} label={figure.title ?? heading} height={160} />
      <figcaption className="quiet">{children}</figcaption>
    </figure>
  );
}
