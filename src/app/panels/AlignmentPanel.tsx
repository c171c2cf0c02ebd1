import { NativeSelect, Tabs } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import { Choice } from '../controls/Choice.js';
import { alignmentFigure, alignmentHeight, alignmentWidth, columnBox, layerAxis } from '../plots/alignmentFigure.js';
import { Plot } from '../plots/Plot.js';
import { useSession } from '../stores/session.js';
import { alignmentAt, projectionAt, useTexts } from '../stores/texts.js';
import { hoverToken, pinToken, useView, type PlotTab } from '../stores/view.js';
import { useFigureColours } from './figureColours.js';
import { useSelected, type Selected } from './selected.js';
import { useSettled } from './useSettled.js';

const rows = [
  { value: 'baseline', label: 'Baseline' },
  { value: 'steered', label: 'Steered' },
] as const;

/** Every layer at every token: cosine or projection with the selected direction. */
export function AlignmentPanel() {
  const { plotTab, plotRow } = useView();
  const selected = useSelected();
  const layers = useSession((state) => state.loaded?.shape.layers ?? 0);
  const shown = useTexts((state) => state.firstTextShown);
  return (
    <section className="card plot-card" aria-label="Alignment by layer and token">
      <div className="row wrap" style={{ marginBottom: 8 }}>
        <Tabs value={plotTab} onChange={(tab) => tab && useView.setState({ plotTab: tab as PlotTab })}>
          <Tabs.List>
            <Tabs.Tab value="alignment">Alignment</Tabs.Tab>
            <Tabs.Tab value="projection">Projection</Tabs.Tab>
          </Tabs.List>
        </Tabs>
        <span className="quiet clip" style={{ flex: '1 1 130px' }} title={selected?.entry.name}>
          {plotTab === 'alignment' ? 'cosine' : 'dot product'} with {selected?.entry.name || 'the direction'}
        </span>
        <span className="scale quiet" title="The one colour points along the direction, the other against it">
          {plotTab === 'alignment' ? '−1' : '−'}
          <i />
          {plotTab === 'alignment' ? '+1' : '+'}
        </span>
        <span className="row quiet">
          tints: layer
          <NativeSelect
            size="xs"
            aria-label="Layer of the tints"
            title="By itself the last layer: there, what a direction does has become the text’s. At the layers it is added at, it lifts every token alike."
            value={selected?.layerChosen ? String(selected.layer) : ''}
            onChange={(event) => {
              const { value } = event.currentTarget;
              useView.setState({ layer: value === '' ? null : Number(value) });
            }}
            data={[
              { value: '', label: usualLayer(selected, layers) },
              ...Array.from({ length: layers }, (_, layer) => ({ value: String(layer), label: String(layer) })),
            ]}
          />
        </span>
        <div style={{ flex: '0 0 150px' }}>
          <Choice
            label="Text in the plot"
            value={plotRow}
            options={rows}
            onChange={(row) => useView.setState({ plotRow: row })}
          />
        </div>
      </div>
      {shown && selected ? (
        <HeatMap layers={layers} />
      ) : (
        <p className="quiet" style={{ minHeight: alignmentHeight(8), margin: 0 }}>
          {shown
            ? 'Select a fitted direction to see how each token aligns with it.'
            : 'Drawn when the first text is complete.'}
        </p>
      )}
    </section>
  );
}

/** The layer that the tints have by themselves, in words; of a direction that has no vector at the last one, its own last. */
function usualLayer(selected: Selected | null, layers: number): string {
  if (!selected || selected.layerChosen) return 'last layer';
  return selected.layer === layers - 1 ? `last layer (${selected.layer})` : `its last layer (${selected.layer})`;
}

function HeatMap({ layers }: { readonly layers: number }) {
  const { plotTab, plotRow, hovered, pinned } = useView();
  const selected = useSelected();
  const text = useSettled(useTexts((state) => state[plotRow]));
  const colours = useFigureColours();
  const frame = useRef<HTMLDivElement>(null);
  const { ref: sized, width: room } = useElementSize<HTMLDivElement>();
  const frameRef = useMergedRef(frame, sized);
  const hoveredColumn = hovered?.row === plotRow ? hovered.position : null;
  const pinnedColumn = pinned?.row === plotRow ? pinned.position : null;
  // Not the direction itself: a moving slider changes it and must not draw the plot.
  const directionName = selected?.entry.name ?? '';
  const layer = selected?.layer ?? 0;
  const probe = selected ? text.probes.indexOf(selected.version) : -1;
  const values = useMemo(() => {
    const read = plotTab === 'alignment' ? alignmentAt : projectionAt;
    return text.tokens.map((token, position) =>
      Array.from({ length: layers }, (_, layer) => (position < text.fresh ? read(token, probe, layer) : NaN)),
    );
  }, [text, plotTab, probe, layers]);
  const figure = useMemo(
    () =>
      alignmentFigure({
        pieces: text.tokens.map((token) => token.piece),
        values,
        layers,
        quantity: plotTab,
        directionName,
        layer,
        colours,
      }),
    [text, values, layers, plotTab, directionName, layer, colours],
  );
  const tokens = text.tokens.length;
  const width = Math.max(alignmentWidth(tokens), Math.floor(room) || 320);
  const byPlot = useRef(false);
  useEffect(() => {
    // A token pointed at in the text is brought into view here; one pointed at here is in view already.
    const element = frame.current;
    if (!element || hoveredColumn === null || byPlot.current) return;
    const { left: x } = columnBox(hoveredColumn, tokens, layers, width);
    if (x < element.scrollLeft + 40 || x > element.scrollLeft + element.clientWidth - 40) {
      element.scrollLeft = x - element.clientWidth / 2;
    }
  }, [hoveredColumn, tokens, layers, width]);
  useEffect(() => {
    if (frame.current) markMore(frame.current);
  }, [width, room]);
  return (
    <div
      onScroll={(event) => markMore(event.currentTarget)}
      ref={frameRef}
      className="plot-scroll"
      role="group"
      aria-label="Plot, scrolls sideways"
    >
      <LayerAxis layers={layers} shown={layer} />
      <Mark column={pinnedColumn} kind="pinned" {...{ tokens, layers, width }} />
      <Mark column={hoveredColumn} kind="hot" {...{ tokens, layers, width }} />
      <Plot
        figure={figure}
        label={`${plotTab} of ${tokens} tokens with ${selected?.entry.name ?? 'the direction'} at ${layers} layers, ${plotRow} text`}
        width={width}
        height={alignmentHeight(layers)}
        onHover={(column) => {
          byPlot.current = column !== null;
          hoverToken(column === null ? null : { row: plotRow, position: column });
        }}
        onClick={(column) => pinToken({ row: plotRow, position: column })}
      />
    </div>
  );
}

/** Says to the style sheet whether there is more to the right. */
function markMore(frame: HTMLElement): void {
  frame.toggleAttribute('data-more', frame.scrollLeft + frame.clientWidth < frame.scrollWidth - 2);
}

function LayerAxis({ layers, shown }: { readonly layers: number; readonly shown: number }) {
  const { width, height, marks } = layerAxis(layers, shown);
  return (
    <div className="layer-axis" aria-hidden>
      <div style={{ width, height }}>
        {marks.map(({ layer, top }) => (
          <span key={layer} className={layer === shown ? 'shown' : ''} style={{ top }}>
            {layer === shown ? `▸ ${layer}` : layer}
          </span>
        ))}
      </div>
    </div>
  );
}

/** A frame around a token's column, over the plot: moving it costs no drawing. */
function Mark(props: {
  readonly column: number | null;
  readonly kind: 'hot' | 'pinned';
  readonly tokens: number;
  readonly layers: number;
  readonly width: number;
}) {
  const { column, kind, tokens, layers, width } = props;
  if (column === null || column >= tokens) return null;
  return <div className={`column-mark ${kind}`} style={columnBox(column, tokens, layers, width)} />;
}
