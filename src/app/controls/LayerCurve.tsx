import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { plainNumber } from '../look/numbers.js';

const most = 2;
const step = 0.05;

/**
 * A factor for each layer, drawn as an equaliser: the pointer draws over the bars; arrow keys change a bar and go to the
 * next one. The line is where nothing is changed.
 */
export function LayerCurve(props: {
  readonly label: string;
  /** [L], 0…2 */
  readonly factors: readonly number[];
  /** First and last layer that are used; the others are drawn as well, and shown as quiet. */
  readonly used: readonly [number, number];
  readonly onChange: (factors: readonly number[]) => void;
}) {
  const { label, factors, used, onChange } = props;
  const [focused, setFocused] = useState(used[0]);
  const drawn = useRef<{ readonly layer: number; readonly factor: number } | null>(null);
  const bars = useRef<HTMLDivElement>(null);
  const layers = factors.length;

  const set = (from: number, to: number, factorAt: (layer: number) => number): void => {
    const next = factors.map((factor, layer) => (layer < from || layer > to ? factor : rounded(factorAt(layer))));
    if (next.some((factor, layer) => factor !== factors[layer])) onChange(next);
  };
  const draw = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const layer = Math.max(0, Math.min(layers - 1, Math.floor(((event.clientX - box.left) / box.width) * layers)));
    const height = most * (1 - (event.clientY - box.top) / box.height);
    // Close to the line is on it.
    const factor = Math.abs(height - 1) < 0.08 ? 1 : height;
    const start = drawn.current ?? { layer, factor };
    drawn.current = { layer, factor };
    // A fast stroke passes over layers between two events.
    const along = (at: number) =>
      at === layer ? factor : start.factor + ((at - start.layer) / (layer - start.layer)) * (factor - start.factor);
    set(Math.min(start.layer, layer), Math.max(start.layer, layer), along);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>, layer: number): void => {
    const change = changes[event.key];
    const goal = { ArrowLeft: layer - 1, ArrowRight: layer + 1 }[event.key];
    if (change === undefined && goal === undefined) return;
    event.preventDefault();
    if (change !== undefined) set(layer, layer, () => change(factors[layer]!));
    if (goal === undefined || goal < 0 || goal >= layers) return;
    setFocused(goal);
    (bars.current?.children[goal] as HTMLElement | undefined)?.focus();
  };

  const current = Math.min(focused, layers - 1);
  const every = Math.ceil(layers / 12);
  return (
    <>
      <div
        ref={bars}
        role="group"
        aria-label={label}
        className={`layer-curve ${layers > 24 ? 'narrow' : ''}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drawn.current = null;
          draw(event);
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && draw(event)}
      >
        {factors.map((factor, layer) => (
          <div
            key={layer}
            role="slider"
            tabIndex={layer === current ? 0 : -1}
            aria-label={`Layer ${layer} of ${label}`}
            aria-orientation="vertical"
            aria-valuemin={0}
            aria-valuemax={most}
            aria-valuenow={factor}
            aria-valuetext={`times ${plainNumber(factor)}${layer < used[0] || layer > used[1] ? ', not steered' : ''}`}
            className={layer >= used[0] && layer <= used[1] ? 'in' : ''}
            title={`layer ${layer}: ×${plainNumber(factor)}`}
            onFocus={() => setFocused(layer)}
            onKeyDown={(event) => onKeyDown(event, layer)}
          >
            <i style={{ height: `${Math.min(1, factor / most) * 100}%` }} />
          </div>
        ))}
      </div>
      <div className="layer-numbers" aria-hidden>
        {factors.map((_, layer) => (
          <span key={layer} className={layer >= used[0] && layer <= used[1] ? 'in' : ''}>
            {layer % every === 0 ? layer : ''}
          </span>
        ))}
      </div>
    </>
  );
}

const changes: Readonly<Record<string, ((factor: number) => number) | undefined>> = {
  ArrowUp: (factor) => factor + step,
  ArrowDown: (factor) => factor - step,
  PageUp: (factor) => factor + 5 * step,
  PageDown: (factor) => factor - 5 * step,
  Home: () => 0,
  End: () => most,
};

function rounded(factor: number): number {
  return Math.max(0, Math.min(most, Math.round(factor / step) / (1 / step)));
}
