import { RangeSlider } from '@mantine/core';
import { useRef, type PointerEvent } from 'react';

type Span = readonly [number, number];

/**
 * One layer or a range of them. Drawing over the bars chooses a range, dragging a chosen range moves it; the two thumbs
 * below do the same for the keyboard.
 */
export function LayerRange(props: {
  readonly label: string;
  readonly layers: number;
  readonly value: Span;
  /** What each layer's bar shows, 0…1. */
  readonly heights: readonly number[];
  /** Whether there is nothing to apply at a layer. */
  readonly empty: (layer: number) => boolean;
  readonly onChange: (value: Span) => void;
}) {
  const { label, layers, value, heights, empty, onChange } = props;
  const drag = useRef<{ readonly start: number; readonly moves: Span | null } | null>(null);
  const last = layers - 1;
  const layerAt = (event: PointerEvent<HTMLDivElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(last, Math.floor(((event.clientX - box.left) / box.width) * layers)));
  };
  const change = (next: Span): void => {
    if (next[0] !== value[0] || next[1] !== value[1]) onChange(next);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const start = layerAt(event);
    const inside = start >= value[0] && start <= value[1];
    drag.current = { start, moves: inside ? value : null };
    if (!inside) change([start, start]);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (!drag.current) return;
    const { start, moves } = drag.current;
    const layer = layerAt(event);
    if (moves) {
      const by = Math.max(-moves[0], Math.min(last - moves[1], layer - start));
      change([moves[0] + by, moves[1] + by]);
    } else change([Math.min(start, layer), Math.max(start, layer)]);
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>): void => {
    const held = drag.current;
    drag.current = null;
    // A click into a range, without a drag, takes that layer alone.
    if (held?.moves && layerAt(event) === held.start && value[0] === held.moves[0]) change([held.start, held.start]);
  };
  const every = Math.ceil(layers / 12);
  return (
    <div>
      <div
        className="layer-bars"
        aria-hidden
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => (drag.current = null)}
      >
        {Array.from({ length: layers }, (_, layer) => (
          <div
            key={layer}
            className={`${layer >= value[0] && layer <= value[1] ? 'in' : ''} ${empty(layer) ? 'empty' : ''}`}
            title={`layer ${layer}${empty(layer) ? ': no vector' : ''}`}
          >
            <i style={{ height: `${Math.max(0.06, heights[layer] ?? 0) * 100}%` }} />
          </div>
        ))}
      </div>
      <div className="layer-numbers" aria-hidden>
        {Array.from({ length: layers }, (_, layer) => (
          <span key={layer} className={layer >= value[0] && layer <= value[1] ? 'in' : ''}>
            {layer % every === 0 ? layer : ''}
          </span>
        ))}
      </div>
      <RangeSlider
        thumbFromLabel={`First layer of ${label}`}
        thumbToLabel={`Last layer of ${label}`}
        min={0}
        max={Math.max(1, last)}
        step={1}
        minRange={0}
        value={[value[0], value[1]]}
        onChange={change}
        label={null}
        size={3}
        thumbSize={14}
        color="var(--colour)"
        styles={{
          root: { padding: '5px 0', marginInline: `calc(50% / ${layers})` },
          thumb: { background: 'var(--card)', borderWidth: 3 },
        }}
      />
    </div>
  );
}
