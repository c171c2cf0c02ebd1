import { NativeSelect, NumberInput } from '@mantine/core';
import type { TokenRange } from '../../core/steering/plan.js';

type Kind = 'all' | TokenRange['kind'];

const labels: Readonly<Record<Kind, string>> = {
  all: 'all tokens',
  first: 'the first',
  last: 'the last',
  window: 'tokens',
};

/** All tokens of a part of the text, or some. Tokens are counted from 0. */
export function TokenRangeFields(props: {
  /** Which tokens these are: "Prompt of happy". */
  readonly label: string;
  /** The part, as it is shown. */
  readonly part: string;
  readonly kinds: readonly Kind[];
  readonly value: TokenRange | undefined;
  readonly onChange: (value: TokenRange | undefined) => void;
}) {
  const { label, part, kinds, value, onChange } = props;
  const change = (kind: Kind): void => {
    const count = value && value.kind !== 'window' ? value.count : 8;
    if (kind === 'all') onChange(undefined);
    else onChange(kind === 'window' ? { kind, from: 0, to: count } : { kind, count });
  };
  return (
    <div className="row">
      <span className="caption range-part">{part}</span>
      <NativeSelect
        size="xs"
        aria-label={`Tokens of the ${label}`}
        style={{ flex: '1 1 88px', minWidth: 0 }}
        value={value?.kind ?? 'all'}
        data={kinds.map((kind) => ({ value: kind, label: labels[kind] }))}
        onChange={(event) => change(event.currentTarget.value as Kind)}
      />
      {value && value.kind !== 'window' && (
        <Count
          label={`Number of tokens of the ${label}`}
          value={value.count}
          least={1}
          onChange={(count) => onChange({ ...value, count })}
        />
      )}
      {value && value.kind !== 'window' && <span className="quiet">{value.count === 1 ? 'token' : 'tokens'}</span>}
      {value?.kind === 'window' && (
        <>
          <Count
            label={`First token of the ${label}`}
            value={value.from}
            least={0}
            onChange={(from) => onChange({ ...value, from, to: Math.max(value.to, from + 1) })}
          />
          <span className="quiet">to</span>
          <Count
            label={`Last token of the ${label}`}
            value={value.to - 1}
            least={value.from}
            onChange={(last) => onChange({ ...value, to: last + 1 })}
          />
        </>
      )}
    </div>
  );
}

function Count(props: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, least, onChange } = props;
  return (
    <NumberInput
      size="xs"
      w={62}
      aria-label={label}
      min={least}
      max={100_000}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="blur"
      value={value}
      onChange={(next) => {
        if (typeof next === 'number' && next >= least && next <= 100_000) onChange(next);
      }}
    />
  );
}
