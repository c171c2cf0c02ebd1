import { NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import type { FinderOption } from '../../../core/directions/index.js';
import { Choice } from '../../controls/Choice.js';
import { DictionaryField } from './DictionaryField.js';

type Value = string | number | boolean;

/** One option of a method or of an operator, drawn from what it says of itself. */
export function OptionField(props: {
  readonly option: FinderOption;
  readonly value: Value;
  /** The direction whose option it is, where several are on the page: small, and named after it. */
  readonly of?: string;
  readonly onChange: (value: Value) => void;
}) {
  const { option, value, of, onChange } = props;
  const name = of === undefined ? option.label : `${option.label}, of ${of}`;
  const about = {
    label: option.label,
    description: option.hint,
    ...(of !== undefined && { 'aria-label': name, size: 'xs' }),
  };
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
      return of === undefined ? (
        <NativeSelect
          {...about}
          data={[...option.choices]}
          value={String(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <div>
          <div className="caption" style={{ marginBottom: 4 }}>
            <span>{option.label}</span>
          </div>
          <Choice label={name} value={String(value)} options={option.choices} onChange={onChange} />
        </div>
      );
    case 'switch':
      return (
        <Switch
          {...about}
          {...(of !== undefined && { color: 'var(--colour)' })}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'dictionary':
      return <DictionaryField label={option.label} value={String(value)} onChange={onChange} />;
    case 'token':
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
