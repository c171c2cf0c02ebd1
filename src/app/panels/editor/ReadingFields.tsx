import { NativeSelect } from '@mantine/core';
import { labelReading, labelsOf, type TableReading } from '../../../core/texts/importing.js';
import type { SideName } from '../../../core/texts/problems.js';
import type { TextTable } from '../../../core/texts/table.js';

type Kind = TableReading['kind'];

/** Most labels that a choice offers; a column with more is no column of labels. */
const mostLabels = 50;

/** What each row of a table is, and which column is what. */
export function ReadingFields(props: {
  readonly table: TextTable;
  readonly value: TableReading;
  readonly onChange: (value: TableReading) => void;
}) {
  const { table, value, onChange } = props;
  const several = table.columns.length > 1;
  const kinds: readonly { readonly value: Kind; readonly label: string }[] = [
    ...(several
      ? ([
          { value: 'pairs', label: 'a positive and a negative text' },
          { value: 'labels', label: 'a text with its label' },
        ] as const)
      : []),
    { value: 'list', label: 'a text of one side' },
  ];
  return (
    <div className="editor-columns">
      <NativeSelect
        label="Each row is"
        data={[...kinds]}
        value={value.kind}
        onChange={(event) => onChange(startOf(event.currentTarget.value as Kind, table))}
      />
      <Columns {...props} />
    </div>
  );
}

function startOf(kind: Kind, table: TextTable): TableReading {
  if (kind === 'pairs') return { kind, positive: 0, negative: 1, question: null };
  return kind === 'labels' ? labelReading(table, 0, 1) : { kind, text: 0, side: 'positive' };
}

function Columns({ table, value, onChange }: Parameters<typeof ReadingFields>[0]) {
  const columns = table.columns.map((label, index) => ({ value: String(index), label }));
  const column = (label: string, chosen: number, change: (index: number) => void) => (
    <NativeSelect
      label={label}
      data={columns}
      value={String(chosen)}
      onChange={(event) => change(Number(event.currentTarget.value))}
    />
  );
  switch (value.kind) {
    case 'pairs':
      return (
        <>
          {column('Positive', value.positive, (positive) => onChange({ ...value, positive }))}
          {column('Negative', value.negative, (negative) => onChange({ ...value, negative }))}
          {columns.length > 2 && (
            <NativeSelect
              label="Before both"
              data={[{ value: '', label: 'nothing' }, ...columns]}
              value={value.question === null ? '' : String(value.question)}
              onChange={(event) => {
                const { value: index } = event.currentTarget;
                onChange({ ...value, question: index === '' ? null : Number(index) });
              }}
            />
          )}
        </>
      );
    case 'labels': {
      const labels = labelsOf(table, value.label).slice(0, mostLabels);
      return (
        <>
          {column('Text', value.text, (text) => onChange({ ...value, text }))}
          {column('Label', value.label, (label) => onChange(labelReading(table, value.text, label)))}
          <NativeSelect
            label="Label of the positive side"
            data={labels}
            value={value.positive}
            onChange={(event) => onChange({ ...value, ...swapped(value, 'positive', event.currentTarget.value) })}
          />
          <NativeSelect
            label="Label of the negative side"
            data={labels}
            value={value.negative}
            onChange={(event) => onChange({ ...value, ...swapped(value, 'negative', event.currentTarget.value) })}
          />
        </>
      );
    }
    case 'list':
      return (
        <>
          {columns.length > 1 && column('Text', value.text, (text) => onChange({ ...value, text }))}
          <NativeSelect
            label="Side"
            data={[
              { value: 'positive', label: 'positive' },
              { value: 'negative', label: 'negative' },
            ]}
            value={value.side}
            onChange={(event) => onChange({ ...value, side: event.currentTarget.value as SideName })}
          />
        </>
      );
  }
}

/** A label that the other side had changes places. */
function swapped(
  { positive, negative }: Readonly<Record<SideName, string>>,
  side: SideName,
  label: string,
): Partial<Record<SideName, string>> {
  const other = side === 'positive' ? 'negative' : 'positive';
  const before = { positive, negative };
  return { [side]: label, ...(before[other] === label && { [other]: before[side] }) };
}
