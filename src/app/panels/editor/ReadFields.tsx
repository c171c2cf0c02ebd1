import { NativeSelect, NumberInput, TextInput } from '@mantine/core';
import type { ReadToken } from '../../../core/directions/direction.js';

const kinds: readonly { readonly value: ReadToken['kind']; readonly label: string }[] = [
  { value: 'last', label: 'the last token' },
  { value: 'token', label: 'token number n' },
  { value: 'mean', label: 'the mean of all tokens' },
  { value: 'after', label: 'the token after a marker' },
];

const starts: { readonly [Kind in ReadToken['kind']]: ReadToken & { readonly kind: Kind } } = {
  last: { kind: 'last' },
  token: { kind: 'token', index: -1 },
  mean: { kind: 'mean' },
  after: { kind: 'after', marker: '' },
};

/** Which token of each text is read. */
export function ReadFields(props: { readonly value: ReadToken; readonly onChange: (value: ReadToken) => void }) {
  const { value, onChange } = props;
  return (
    <div className="editor-columns">
      <NativeSelect
        label="Token that is read"
        data={[...kinds]}
        value={value.kind}
        onChange={(event) => onChange(starts[event.currentTarget.value as ReadToken['kind']])}
      />
      {value.kind === 'token' && (
        <NumberInput
          label="Token number"
          description="0 is the first, special tokens included; −1 the last"
          allowDecimal={false}
          min={-100_000}
          max={100_000}
          value={value.index}
          onChange={(index) => {
            if (typeof index === 'number') onChange({ kind: 'token', index });
          }}
        />
      )}
      {value.kind === 'after' && (
        <TextInput
          label="Marker"
          description="The token after the last place where a text has it"
          placeholder="Answer:"
          maxLength={200}
          spellCheck={false}
          value={value.marker}
          onChange={(event) => onChange({ kind: 'after', marker: event.currentTarget.value })}
        />
      )}
    </div>
  );
}
