import { NumberInput } from '@mantine/core';
import { useRef, useState } from 'react';

/** A number that is read most of the time: a click or Enter makes it a field, Enter there takes what was typed, Escape leaves it. */
export function TypedNumber(props: {
  readonly label: string;
  readonly value: number;
  /** As it is read. */
  readonly shown: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The number is typed as so many times the value; absent: 1. */
  readonly times?: number;
  readonly suffix?: string;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, shown, min, max, step, times = 1, suffix = '', onChange } = props;
  const [typed, setTyped] = useState<number | string | null>(null);
  /** The focus goes back to the number when the keyboard has closed the field. */
  const byKey = useRef(false);
  const close = (take: boolean): void => {
    const next = typeof typed === 'number' ? typed / times : NaN;
    setTyped(null);
    // What was not changed stays, also where it is out of range.
    if (take && Number.isFinite(next) && rounded(next) !== rounded(value)) {
      onChange(rounded(Math.max(min, Math.min(max, next))));
    }
  };
  if (typed === null) {
    return (
      <button
        ref={(button) => {
          if (button && byKey.current) button.focus();
          byKey.current = false;
        }}
        type="button"
        className="number-button"
        aria-label={`Type the ${label}, now ${shown}`}
        title="Click to type it"
        onClick={() => setTyped(rounded(value * times))}
      >
        {shown}
      </button>
    );
  }
  return (
    <NumberInput
      size="xs"
      w={84}
      className="number-field"
      aria-label={`Typed ${label}`}
      ref={begin}
      min={Math.min(min, value) * times}
      max={Math.max(max, value) * times}
      step={step * times}
      decimalScale={3}
      suffix={suffix}
      clampBehavior="blur"
      value={typed}
      onChange={setTyped}
      // A field that a key has closed may still lose the focus.
      onBlur={() => !byKey.current && close(true)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        byKey.current = true;
        close(event.key === 'Enter');
      }}
    />
  );
}

function begin(field: HTMLInputElement | null): void {
  field?.select();
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
