import { Radio } from '@mantine/core';
import type { ReactNode } from 'react';

export interface RadioRow<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Beside the label: a size, a speed. */
  readonly aside?: ReactNode;
  /** Under it: what to know, or why it cannot be chosen. */
  readonly remark?: string | null;
  readonly disabled?: boolean;
}

/** One of a few, each with what there is to know before choosing it. */
export function RadioRows<Value extends string>(props: {
  readonly label: string;
  readonly value: Value | null;
  readonly rows: readonly RadioRow<Value>[];
  readonly onChange: (value: Value) => void;
}) {
  const { label, value, rows, onChange } = props;
  return (
    <Radio.Group label={label} value={value ?? ''} onChange={(next) => onChange(next as Value)}>
      <div className="radio-rows">
        {rows.map((row) => (
          <Radio
            key={row.value}
            value={row.value}
            size="xs"
            disabled={row.disabled ?? false}
            label={
              <span className="row wrap radio-row">
                <span>{row.label}</span>
                {row.aside && <span className="quiet">{row.aside}</span>}
              </span>
            }
            {...(row.remark && { description: row.remark })}
          />
        ))}
      </div>
    </Radio.Group>
  );
}
