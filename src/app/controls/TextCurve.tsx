import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import type { CurveHandle } from '../../core/steering/plan.js';
import { plainNumber } from '../look/numbers.js';

const most = 2;
const step = 0.05;

/**
 * A factor along the generated tokens: handles on a line. A click beside them adds one, dragging moves it, a double click
 * takes it away; arrow keys move the handle that has the focus, Enter adds one behind it, Delete takes it away.
 */
export function TextCurve(props: {
  readonly label: string;
  /** In ascending order; none: level at 1. */
  readonly handles: readonly CurveHandle[];
  /** Tokens that are shown; handles beyond stand at the end. */
  readonly tokens: number;
  readonly onChange: (handles: readonly CurveHandle[]) => void;
}) {
  const { label, handles, tokens, onChange } = props;
  const dragged = useRef<number | null>(null);
  const surface = useRef<HTMLDivElement>(null);
  const end = Math.max(1, tokens - 1);

  const move = (index: number, to: CurveHandle, among = handles): void => {
    const [before, after] = [among[index - 1]?.at ?? 0, among[index + 1]?.at ?? end];
    const at = Math.max(before, Math.min(after, Math.round(to.at)));
    const factor = Math.max(0, Math.min(most, Math.round(to.factor / step) / (1 / step)));
    const old = handles[index];
    if (among === handles && old?.at === at && old.factor === factor) return;
    onChange(among.map((handle, other) => (other === index ? { at, factor } : handle)));
  };
  const remove = (index: number): void => onChange(handles.filter((_, other) => other !== index));
  /** By keys: the focus goes on to a handle that stays. */
  const takeAway = (element: HTMLElement, index: number): void => {
    const before = element.previousElementSibling;
    if (index === handles.length - 1 && before instanceof HTMLElement) before.focus();
    remove(index);
  };
  /** Puts a handle where it belongs, and says which it is. */
  const add = (handle: CurveHandle): number => {
    const among = handles.length > 0 ? handles : [0, end].map((at) => ({ at, factor: 1 }));
    const found = among.findIndex(({ at }) => at > handle.at);
    const index = found < 0 ? among.length : found;
    move(index, handle, [...among.slice(0, index), handle, ...among.slice(index)]);
    return index;
  };
  const placeOf = (event: PointerEvent<HTMLElement>): CurveHandle => {
    const box = surface.current!.getBoundingClientRect();
    const factor = most * (1 - (event.clientY - box.top) / box.height);
    // Close to the line is on it.
    return { at: ((event.clientX - box.left) / box.width) * end, factor: Math.abs(factor - 1) < 0.08 ? 1 : factor };
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, index: number): void => {
    const handle = handles[index]!;
    const far = event.shiftKey ? 8 : 1;
    const next = handles[index + 1];
    const actions: Readonly<Record<string, () => void>> = {
      ArrowUp: () => move(index, { ...handle, factor: handle.factor + step }),
      ArrowDown: () => move(index, { ...handle, factor: handle.factor - step }),
      PageUp: () => move(index, { ...handle, factor: handle.factor + 5 * step }),
      PageDown: () => move(index, { ...handle, factor: handle.factor - 5 * step }),
      ArrowLeft: () => move(index, { ...handle, at: handle.at - far }),
      ArrowRight: () => move(index, { ...handle, at: handle.at + far }),
      Home: () => move(index, { ...handle, factor: 0 }),
      End: () => move(index, { ...handle, factor: most }),
      Enter: () => add({ at: Math.round((handle.at + (next?.at ?? end)) / 2), factor: next?.factor ?? handle.factor }),
      Delete: () => takeAway(event.currentTarget, index),
      Backspace: () => takeAway(event.currentTarget, index),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  const left = (at: number) => (Math.min(at, end) / end) * 100;
  const top = (factor: number) => (1 - Math.min(factor, most) / most) * 100;
  const first = { at: 0, factor: handles[0]?.factor ?? 1 };
  const last = { at: end, factor: handles.at(-1)?.factor ?? 1 };
  const line = [first, ...handles, last].map(({ at, factor }) => `${left(at)},${top(factor)}`);
  return (
    <div
      ref={surface}
      role="group"
      aria-label={label}
      className="text-curve"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const on = (event.target as HTMLElement).dataset['handle'];
        dragged.current = on === undefined ? add(placeOf(event)) : Number(on);
      }}
      onPointerMove={(event) => {
        if (dragged.current !== null && handles[dragged.current]) move(dragged.current, placeOf(event));
      }}
      onPointerUp={() => (dragged.current = null)}
      onPointerCancel={() => (dragged.current = null)}
    >
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
        <path className="level" d="M0 50H100" />
        <polyline points={line.join(' ')} />
      </svg>
      {handles.map(({ at, factor }, index) => (
        <div
          key={index}
          role="slider"
          tabIndex={0}
          data-handle={index}
          aria-label={`Handle ${index + 1} of ${label}`}
          aria-orientation="vertical"
          aria-valuemin={0}
          aria-valuemax={most}
          aria-valuenow={factor}
          aria-valuetext={`times ${plainNumber(factor)} at token ${at}`}
          title={`token ${at}: ×${plainNumber(factor)}. Drag to move, double-click to take away.`}
          style={{ left: `${left(at)}%`, top: `${top(factor)}%` }}
          onDoubleClick={() => remove(index)}
          onKeyDown={(event) => onKeyDown(event, index)}
        />
      ))}
    </div>
  );
}
