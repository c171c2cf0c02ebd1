import { NumberInput } from '@mantine/core';
import type { SamplingSettings } from '../../core/sampling.js';

interface Field {
  readonly key: keyof SamplingSettings;
  readonly label: string;
  readonly hint: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly decimals: number;
}

const fields: readonly Field[] = [
  { key: 'temperature', label: 'Temperature', hint: '0 is greedy', min: 0, max: 5, step: 0.1, decimals: 2 },
  { key: 'topK', label: 'Top k', hint: '0 keeps all', min: 0, max: 100_000, step: 1, decimals: 0 },
  { key: 'topP', label: 'Top p', hint: '1 keeps all', min: 0.01, max: 1, step: 0.05, decimals: 2 },
  {
    key: 'repetitionPenalty',
    label: 'Repetition penalty',
    hint: '1 is off',
    min: 0.1,
    max: 5,
    step: 0.05,
    decimals: 2,
  },
  { key: 'seed', label: 'Seed', hint: 'same seed, same text', min: 0, max: 0xffffffff, step: 1, decimals: 0 },
  { key: 'maxNewTokens', label: 'Longest text', hint: 'new tokens', min: 1, max: 4096, step: 8, decimals: 0 },
];

export function SamplingFields(props: {
  readonly value: SamplingSettings;
  readonly onChange: (change: Partial<SamplingSettings>) => void;
}) {
  const { value, onChange } = props;
  return (
    <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 10 }}>
      {fields.map(({ key, label, hint, min, max, step, decimals }) => (
        <NumberInput
          key={key}
          size="xs"
          label={label}
          description={hint}
          min={min}
          max={max}
          step={step}
          decimalScale={decimals}
          allowNegative={false}
          clampBehavior="blur"
          value={value[key]}
          onChange={(next) => {
            if (typeof next === 'number' && next >= min && next <= max) onChange({ [key]: next });
          }}
        />
      ))}
    </div>
  );
}
