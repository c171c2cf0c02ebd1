import { NativeSelect, Select, type ComboboxItem } from '@mantine/core';
import { optionsOf } from '../../../core/steering/effect.js';
import { operatorNamed, operators } from '../../../core/steering/index.js';
import type { OperatorName } from '../../../core/steering/plan.js';
import { missingFor, noteFor } from '../../engine/needs.js';
import { changeDirection, useDirections, type DirectionEntry } from '../../stores/directions.js';
import { useSession } from '../../stores/session.js';
import { OptionField } from '../options/OptionField.js';
import { changeOperator } from './strength.js';

const choices = operators.map(({ name, label }) => ({ value: name, label }));

/** What is done with a direction: the operator, its options, and what else it takes. */
export function OperatorFields({ entry }: { readonly entry: DirectionEntry }) {
  const stamp = useSession((state) => state.loaded?.stamp);
  const entries = useDirections((state) => state.entries);
  const name = entry.name || 'unnamed';
  const operator = operatorNamed(entry.operator);
  const missing = stamp ? missingFor(entry, entries, stamp) : null;
  const note = stamp ? noteFor(entry, stamp) : null;
  const options = optionsOf(operator, entry.operatorOptions);
  return (
    <>
      <Select
        aria-label={`Operator of ${name}`}
        size="xs"
        data={choices}
        value={entry.operator}
        allowDeselect={false}
        maxDropdownHeight={380}
        scrollAreaProps={{ type: 'always', offsetScrollbars: 'y' }}
        renderOption={({ option }) => <OperatorChoice option={option} />}
        onChange={(chosen) => {
          if (chosen) changeDirection(entry.id, changeOperator(entry, chosen as OperatorName));
        }}
      />
      <p className="quiet" style={{ margin: '-4px 0 0' }}>
        {operator.description}
      </p>
      {operator.needs.includes('second') && <SecondField entry={entry} entries={entries} />}
      {operator.options.map((option) => (
        <OptionField
          key={option.name}
          of={name}
          option={option}
          value={options[option.name] ?? option.default}
          onChange={(value) =>
            changeDirection(entry.id, { operatorOptions: { ...entry.operatorOptions, [option.name]: value } })
          }
        />
      ))}
      {missing !== null && (
        <p className="notice" role="status" style={{ margin: 0 }}>
          {missing} Until then it steers nothing.
        </p>
      )}
      {note !== null && (
        <p className="quiet" style={{ margin: 0 }}>
          {note}
        </p>
      )}
    </>
  );
}

function OperatorChoice({ option }: { readonly option: ComboboxItem }) {
  return (
    <div>
      <b>{option.label}</b>
      <div className="quiet">{operatorNamed(option.value as OperatorName).brief}</div>
    </div>
  );
}

function SecondField({
  entry,
  entries,
}: {
  readonly entry: DirectionEntry;
  readonly entries: readonly DirectionEntry[];
}) {
  const others = entries.filter(({ id }) => id !== entry.id);
  return (
    <NativeSelect
      size="xs"
      label="Second direction"
      aria-label={`Second direction of ${entry.name || 'unnamed'}`}
      value={others.some(({ id }) => id === entry.secondId) ? entry.secondId! : ''}
      data={[
        { value: '', label: 'none chosen' },
        ...others.map(({ id, name }) => ({ value: id, label: name || 'unnamed' })),
      ]}
      onChange={(event) => changeDirection(entry.id, { secondId: event.currentTarget.value || null })}
    />
  );
}
