import { MultiSelect, NumberInput, TextInput } from '@mantine/core';
import { memo } from 'react';
import { operatorNamed } from '../../../../core/steering/index.js';
import { Choice } from '../../../controls/Choice.js';
import { spanOn } from '../../../engine/plan.js';
import { strengthRange, usualSpans } from '../../../engine/sweepChoices.js';
import { spanText } from '../../../look/numbers.js';
import { fitFor, selectedEntry, useDirections, type DirectionEntry } from '../../../stores/directions.js';
import { useSession } from '../../../stores/session.js';
import { changeSpec, useSweep } from '../../../stores/sweep.js';
import { EffectFields } from './EffectFields.js';
import { PromptFields } from './PromptFields.js';
import { useQuiet } from './useQuiet.js';
import { WordingFields } from './WordingFields.js';

const kinds = [
  { value: 'even', label: 'Even steps' },
  { value: 'list', label: 'List' },
] as const;

const units = { norms: 'residual norms', factor: 'times', degrees: 'degrees', share: 'share, 0 to 1' } as const;

/** What a sweep goes through. */
export const SweepFields = memo(function SweepFields() {
  const entry = useFirst();
  return (
    <>
      <div className="sweep-fields">
        <DirectionField />
        <StrengthFields operator={entry?.operator ?? 'add'} />
        <LayersField entry={entry} />
        <EffectFields entry={entry} />
      </div>
      <details className="sweep-more">
        <summary className="quiet">Prompts, seeds, and what it is compared with</summary>
        <div className="sweep-fields">
          <PromptFields />
          <WordingFields entry={entry} />
        </div>
      </details>
    </>
  );
});

/** The first direction that is swept. */
function useFirst(): DirectionEntry | null {
  const ids = useSweep((state) => state.spec.directionIds);
  const directions = useQuiet(useDirections);
  return directions.entries.find(({ id }) => ids.includes(id)) ?? selectedEntry(directions);
}

function DirectionField() {
  const ids = useSweep((state) => state.spec.directionIds);
  const stamp = useSession((state) => state.loaded?.stamp);
  const directions = useQuiet(useDirections);
  const selected = selectedEntry(directions)?.name;
  const fitted = directions.entries.filter((entry) => fitFor(entry, stamp));
  return (
    <MultiSelect
      size="xs"
      label="Directions"
      description="None: the selected one"
      placeholder={ids.length === 0 ? (selected ?? '') || 'unnamed' : ''}
      value={fitted.filter(({ id }) => ids.includes(id)).map(({ id }) => id)}
      data={fitted.map(({ id, name }) => ({ value: id, label: name || 'unnamed' }))}
      onChange={(directionIds) => changeSpec({ directionIds })}
    />
  );
}

function StrengthFields({ operator }: { readonly operator: DirectionEntry['operator'] }) {
  const spec = useSweep((state) => state.spec);
  const { strength, label } = operatorNamed(operator);
  if (!strength) {
    return <p className="quiet sweep-none">“{label}” has no strength: each layer is tried once.</p>;
  }
  const { from, to } = strengthRange(spec, operator);
  const number = { size: 'xs', decimalScale: 3, step: strength.step, clampBehavior: 'blur' } as const;
  const take = (key: 'from' | 'to' | 'count', least: number, most: number) => (next: number | string) => {
    if (typeof next === 'number' && next >= least && next <= most) changeSpec({ [key]: next });
  };
  return (
    <fieldset className="sweep-set">
      <legend>Strengths, in {units[strength.unit]}</legend>
      <Choice
        label="How strengths are given"
        value={spec.strengthKind}
        options={kinds}
        onChange={(strengthKind) => changeSpec({ strengthKind })}
      />
      {spec.strengthKind === 'even' ? (
        <div className="sweep-three">
          <NumberInput
            {...number}
            label="From"
            aria-label="Lowest strength"
            value={from}
            onChange={take('from', -1000, 1000)}
          />
          <NumberInput
            {...number}
            label="To"
            aria-label="Highest strength"
            value={to}
            onChange={take('to', -1000, 1000)}
          />
          <NumberInput
            {...number}
            label="How many"
            aria-label="How many strengths"
            step={1}
            allowDecimal={false}
            min={1}
            max={101}
            value={spec.count}
            onChange={take('count', 1, 101)}
          />
        </div>
      ) : (
        <TextInput
          size="xs"
          aria-label="Strengths"
          value={spec.strengths}
          onChange={(event) => changeSpec({ strengths: event.currentTarget.value })}
        />
      )}
    </fieldset>
  );
}

function LayersField({ entry }: { readonly entry: DirectionEntry | null }) {
  const typed = useSweep((state) => state.spec.layers);
  const loaded = useSession((state) => state.loaded);
  const direction = entry && fitFor(entry, loaded?.stamp);
  const layers = loaded?.shape.layers ?? 0;
  const usual = direction ? usualSpans(direction).map(spanText).join(', ') : '';
  const every = (direction?.layers ?? []).map(({ layer }) => layer).join(', ');
  const applied = entry && layers > 0 ? spanText(spanOn(entry, layers)).replace('–', '-') : '';
  const fill = [
    { label: 'A few', value: null },
    { label: 'Every one', value: every },
    { label: 'As applied', value: applied },
  ];
  return (
    <div>
      <TextInput
        size="xs"
        label="Layers"
        description={`Each is tried by itself; 6-8 is three together. 0 to ${Math.max(0, layers - 1)}`}
        value={typed ?? usual}
        onChange={(event) => changeSpec({ layers: event.currentTarget.value })}
      />
      <div className="row wrap sweep-fill">
        {fill.map(({ label, value }) => (
          <button key={label} type="button" className="tag" onClick={() => changeSpec({ layers: value })}>
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
