import { SegmentedControl } from '@mantine/core';

/** One of a few. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly disabled?: boolean;
  readonly onChange: (value: Value) => void;
}) {
  const { label, value, options, disabled = false, onChange } = props;
  return (
    <SegmentedControl<Value>
      aria-label={label}
      fullWidth
      size="xs"
      value={value}
      data={[...options]}
      disabled={disabled}
      onChange={onChange}
    />
  );
}
