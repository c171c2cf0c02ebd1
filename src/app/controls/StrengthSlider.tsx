import { Slider } from '@mantine/core';
import { signedNumber } from '../look/numbers.js';

const marks = [{ value: 0 }];

/** Signed strength in units of the mean residual norm, −2…2. */
export function StrengthSlider(props: {
  readonly label: string;
  readonly value: number;
  readonly colour: string;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, colour, disabled = false, onChange } = props;
  return (
    <Slider
      thumbLabel={label}
      thumbValueText={(shown) => `${signedNumber(shown)} times the residual norm`}
      min={-2}
      max={2}
      step={0.02}
      precision={2}
      startPointValue={0}
      marks={marks}
      value={value}
      onChange={onChange}
      disabled={disabled}
      color={colour}
      size={4}
      thumbSize={18}
      label={null}
      styles={{ thumb: { background: 'var(--card)', borderWidth: 3 }, root: { paddingBlock: 8, marginInline: 4 } }}
    />
  );
}
