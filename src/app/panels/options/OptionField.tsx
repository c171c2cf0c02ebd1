import { NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import type { FinderOption } from '../../core/directions/index.js';

type Value = string | number | boolean;

/** One option of a method, drawn from what the method says of it. */
export function FinderOptionField(props: {
  readonly option: FinderOption;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}) {
  const { option, value, onChange } = props;
  const about = { label: option.label, description: option.hint };
  switch (option.kind) {
    case 'number':
      return (
        <NumberInput
          {...about}
          min={option.min}
          max={option.max}
          step={option.step}
          clampBehavior="blur"
          value={Number(value)}
          onChange={(next) => {
            if (typeof next === 'number' && next >= option.min && next <= option.max) onChange(next);
          }}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          {...about}
          data={[...option.choices]}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'switch':
      return <Switch {...about} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    // Names and tokens are text.
    default:
      return (
        <TextInput
          {...about}
          spellCheck={false}
          autoComplete="off"
          maxLength={200}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}
