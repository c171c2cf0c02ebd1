import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { partsAt } from '../../../../core/lens/parting.js';
import type { LensReport } from '../../../../protocol/api.js';
import { shownPiece } from '../../../look/pieces.js';
import type { Lens } from '../../../stores/lens.js';
import { pinToken } from '../../../stores/view.js';
import { LensCell } from './LensCell.js';
import type { SeenText } from './useLensReport.js';

interface Place {
  readonly layer: number;
  /** Column, 0 for the first token that is shown. */
  readonly column: number;
}

/** Share of the tint that a KL gives: half at 0.69 nats, near 1 from 3 on. */
const tintOf = (kl: number): number => 1 - Math.exp(-kl);

/** Room that the layers' numbers take at the left, pixels. */
const layerWidth = 40;

const cellId = ({ layer, column }: Place) => `lens-${layer}-${column}`;

/**
 * Layers × tokens, the last layer on top. Arrow keys walk from cell to cell, Enter pins the token; what is known of the cell
 * under the pointer or the keyboard stands below.
 */
export function LensGrid(props: {
  readonly seen: SeenText;
  readonly shows: Lens['shows'];
  readonly threshold: number;
  readonly stale: boolean;
  /** Position of the page's pinned token in the steered text. */
  readonly pinned: number | null;
}) {
  const { seen, shows, threshold, stale, pinned } = props;
  const { report } = seen;
  const { layers, positions, from } = report;
  const pinnedColumn = pinned !== null && pinned >= from && pinned < from + positions ? pinned - from : null;
  /** The cell that is looked at, and which column was pinned when it was: another pinned one goes before it. */
  const [looked, setLooked] = useState<Place & { readonly since: number | null }>({
    layer: layers - 1,
    column: 0,
    since: null,
  });
  const column = looked.since === pinnedColumn ? looked.column : (pinnedColumn ?? looked.column);
  const at = { layer: Math.min(looked.layer, layers - 1), column: Math.min(column, positions - 1) };
  const look = (place: Place): void => setLooked({ ...place, since: pinnedColumn });
  const frame = useRef<HTMLDivElement>(null);
  const parting = useMemo(
    () => Array.from({ length: positions }, (_, column) => partsAt(report, column, threshold)),
    [report, positions, threshold],
  );
  const pieces = useMemo(
    () => Array.from({ length: positions }, (_, column) => shownPiece(seen.tokens[from + column]?.piece ?? '')),
    [seen, from, positions],
  );
  const show = (column: number): void => bringIntoView(frame.current, column, layers);
  useEffect(() => {
    if (pinnedColumn !== null) bringIntoView(frame.current, pinnedColumn, layers);
  }, [pinnedColumn, layers, report]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [1, 0], ArrowDown: [-1, 0] }[event.key];
    if (step) {
      const layer = Math.max(0, Math.min(layers - 1, at.layer + step[0]!));
      const column = Math.max(0, Math.min(positions - 1, at.column + step[1]!));
      look({ layer, column });
      show(column);
    } else if (event.key === 'Home' || event.key === 'End') {
      const column = event.key === 'Home' ? 0 : positions - 1;
      look({ ...at, column });
      show(column);
    } else if (event.key === 'Enter' || event.key === ' ') {
      pinToken({ row: 'steered', position: from + at.column });
    } else return;
    event.preventDefault();
  };
  const placeOf = (event: MouseEvent): Place | null => {
    const cell = (event.target as Element).closest<HTMLElement>('[data-column]');
    const { layer, column } = cell?.dataset ?? {};
    return layer === undefined || column === undefined ? null : { layer: Number(layer), column: Number(column) };
  };
  return (
    <>
      <div ref={frame} className={`lens-scroll ${stale ? 'stale' : ''}`}>
        <div
          className="lens-grid"
          role="grid"
          aria-label={`Likeliest token by layer and token, ${shows}`}
          aria-busy={stale}
          aria-activedescendant={cellId(at)}
          tabIndex={0}
          onKeyDown={onKeyDown}
          onFocus={() => show(at.column)}
          onMouseOver={(event) => {
            const over = placeOf(event);
            if (over) look(over);
          }}
          onClick={(event) => {
            const clicked = placeOf(event);
            if (clicked) pinToken({ row: 'steered', position: from + clicked.column });
          }}
        >
          <div role="row" className="lens-row lens-tokens">
            <span role="columnheader" className="lens-layer">
              text
            </span>
            {pieces.map((piece, column) => (
              <span
                key={column}
                role="columnheader"
                className={column === pinnedColumn ? 'pinned' : ''}
                title={`Token ${from + column} of the text: ${piece}`}
              >
                {piece}
              </span>
            ))}
          </div>
          {Array.from({ length: layers }, (_, row) => layers - 1 - row).map((layer) => (
            <LayerRow
              key={layer}
              layer={layer}
              report={report}
              shows={shows}
              parting={parting}
              hot={at.layer === layer ? at.column : -1}
            />
          ))}
        </div>
      </div>
      <LensCell seen={seen} layer={at.layer} column={at.column} parting={parting[at.column] ?? null} />
    </>
  );
}

/** Scrolls the frame sideways, the page stays where it is. */
function bringIntoView(frame: HTMLElement | null, column: number, layers: number): void {
  const cell = document.getElementById(cellId({ layer: layers - 1, column }));
  if (!frame || !cell) return;
  const left = cell.offsetLeft - layerWidth;
  const right = cell.offsetLeft + cell.offsetWidth + 8;
  if (left < frame.scrollLeft) frame.scrollLeft = left;
  else if (right > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = right - frame.clientWidth;
}

/** Redrawn only when the cell that is looked at comes or goes. */
const LayerRow = memo(function LayerRow(props: {
  readonly layer: number;
  readonly report: LensReport;
  readonly shows: Lens['shows'];
  readonly parting: readonly (number | null)[];
  readonly hot: number;
}) {
  const { layer, report, shows, parting, hot } = props;
  const { positions, candidates, baseline, steered, kl, pieces } = report;
  const side = shows === 'baseline' ? baseline : steered;
  return (
    <div role="row" className="lens-row">
      <span role="rowheader" className="lens-layer">
        {layer}
      </span>
      {parting.map((parts, column) => {
        const cell = layer * positions + column;
        const id = side.ids[cell * candidates]!;
        const tint = shows === 'difference' ? tintOf(kl[cell]!) : side.probabilities[cell * candidates]!;
        const classes = ['lens-cell'];
        if (column === hot) classes.push('hot');
        if (parts === layer) classes.push('parts');
        if (shows === 'difference' && id !== baseline.ids[cell * candidates]) classes.push('other');
        return (
          <span
            key={column}
            id={cellId({ layer, column })}
            role="gridcell"
            aria-selected={column === hot}
            className={classes.join(' ')}
            data-layer={layer}
            data-column={column}
            style={{ '--share': tint.toFixed(3) } as Record<string, string>}
          >
            {shownPiece(pieces.get(id) ?? '')}
          </span>
        );
      })}
    </div>
  );
});
