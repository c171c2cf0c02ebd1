import { Slider } from '@mantine/core';

/** A stretch of a slider that is painted. */
export interface Band {
  readonly from: number;
  readonly to: number;
  /** Whether it ends there; else it goes on as far as the slider does. */
  readonly ends: { readonly from: boolean; readonly to: boolean };
}

/** Pixels from the control's edge to where the track's values begin. */
const inset = 8;

/** A strength within a range, with a mark where nothing is done or from where it counts, and a band behind it. */
export function StrengthSlider(props: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Where the bar starts. */
  readonly origin: number;
  /** The value with its unit, for screen readers. */
  readonly text: (value: number) => string;
  readonly colour: string;
  readonly band?: Band | null;
  /** On the band, or on why there is none. */
  readonly title?: string;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, min, max, step, origin, text, colour, band, title, onChange } = props;
  const at = (strength: number) => (Math.max(min, Math.min(max, strength)) - min) / (max - min);
  return (
    <div className="strength-slider" title={title}>
      {band && (
        <i
          className={`safe-band ${band.ends.from ? 'ends-left' : ''} ${band.ends.to ? 'ends-right' : ''}`}
          data-testid="safe-band"
          aria-hidden
          style={{
            left: `calc(${inset}px + ${at(band.from)} * (100% - ${2 * inset}px))`,
            width: `calc(${at(band.to) - at(band.from)} * (100% - ${2 * inset}px))`,
          }}
        />
      )}
      <Slider
        thumbLabel={label}
        thumbValueText={text}
        min={min}
        max={max}
        step={step}
        precision={2}
        startPointValue={origin}
        marks={[{ value: origin }]}
        value={value}
        onChange={onChange}
        color={colour}
        size={4}
        thumbSize={18}
        label={null}
        styles={{ thumb: { background: 'var(--card)', borderWidth: 3 }, root: { paddingBlock: 8, marginInline: 4 } }}
      />
    </div>
  );
}
