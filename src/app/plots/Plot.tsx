/** Draws a figure, and saves it. */
import { useEffect, useRef, useState } from 'react';
import type { Figure } from './figure.js';
import { inTurn } from './inTurn.js';
import { loadPlotly, type Plotly } from './loadPlotly.js';
import { pictureOf } from './picture.js';
import { SaveMenu } from './SaveMenu.js';
import { tableOf } from './table.js';

const config = { displayModeBar: false, responsive: false, showTips: false };

/** Pixels that a saved picture has at least: small plots have their words beside them, pictures within. */
const narrowest = 440;

function pictureWidth(frame: HTMLElement | null): number {
  return Math.max(narrowest, frame?.clientWidth ?? 0);
}

export interface PlotProps {
  readonly figure: Figure;
  /** What the plot shows, for those who do not see it. */
  readonly label: string;
  readonly width?: number;
  readonly height: number;
  /** The column under the pointer, or null. */
  readonly onHover?: (column: number | null) => void;
  readonly onClick?: (column: number) => void;
}

export function Plot({ figure, label, width, height, onHover, onClick }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const handlers = useRef({ onHover, onClick });
  const [plotly, setPlotly] = useState<Plotly | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    handlers.current = { onHover, onClick };
  });

  useEffect(() => {
    let current = true;
    loadPlotly().then(
      (loaded) => current && setPlotly(() => loaded),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, []);

  useEffect(() => {
    const element = frame.current;
    if (!element || !plotly) return;
    let current = true;
    inTurn(async () => {
      if (!current) return;
      const { data, layout } = figure;
      const plot = await plotly.react(element, [...data], { ...layout, height, ...(width && { width }) }, config);
      for (const event of ['plotly_hover', 'plotly_unhover', 'plotly_click']) plot.removeAllListeners(event);
      plot.on('plotly_hover', ({ points }) => handlers.current.onHover?.(Number(points[0]?.x)));
      plot.on('plotly_unhover', () => handlers.current.onHover?.(null));
      plot.on('plotly_click', ({ points }) => handlers.current.onClick?.(Number(points[0]?.x)));
    });
    return () => {
      current = false;
    };
  }, [plotly, figure, width, height]);

  useEffect(() => {
    const element = frame.current;
    if (!element || !plotly) return;
    const observer = new ResizeObserver(() => {
      if (element.querySelector('.main-svg') && element.clientWidth > 0) void plotly.Plots.resize(element);
    });
    if (width === undefined) observer.observe(element);
    return () => observer.disconnect();
  }, [plotly, width]);

  useEffect(() => {
    const element = frame.current;
    return () => {
      if (element && plotly) plotly.purge(element);
    };
  }, [plotly]);

  return (
    <div className="savable" style={{ width: width ?? '100%' }}>
      <SaveMenu
        label={figure.title ?? label}
        name={figure.name ?? label}
        table={() => tableOf(figure)}
        picture={(format) => pictureOf(figure, format, { width: width ?? pictureWidth(frame.current), height })}
      />
      <div role="img" aria-label={label} style={{ height }}>
        {failed ? (
          <p className="quiet">The plot could not be loaded. Reload the page to try again.</p>
        ) : (
          <div ref={frame} style={{ height: '100%' }} />
        )}
      </div>
    </div>
  );
}
