import { Slider } from '@mantine/core';

/** A strength within a range, with a mark where nothing is done or from where it counts. */
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
  readonly onChange: (value: number) => void;
}) {
  const { label, value, min, max, step, origin, text, colour, onChange } = props;
  return (
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
  );
}
