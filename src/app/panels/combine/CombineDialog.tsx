import { Button, Modal, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { combiners } from '../../../core/combining/combiners.js';
import { parseExpression } from '../../../core/combining/expression.js';
import { asName } from '../../../core/combining/names.js';
import { toErrorData } from '../../../core/errors.js';
import { FormulaInput, type Completion } from '../../controls/FormulaInput.js';
import { combined } from '../../engine/combining.js';
import { addedEntry } from '../../engine/entries.js';
import { acceptCombined } from '../../engine/fitting.js';
import { addDirection, changeDirection, fitFor, useDirections, type Fit } from '../../stores/directions.js';
import { changeCombine, closeCombine, useCombine } from '../../stores/combine.js';
import { useSession } from '../../stores/session.js';
import { Building } from './Building.js';
import { Result } from './Result.js';

const functions: readonly Completion[] = combiners.map(({ name, usage }) => ({
  insert: `${name}(`,
  label: name,
  hint: usage.slice(name.length),
}));

/** A direction made of others: by buttons, or by writing the formula. */
export function CombineDialog() {
  const { open, directionId, name, expression } = useCombine();
  const entries = useDirections((state) => state.entries);
  const stamp = useSession((state) => state.loaded?.stamp ?? null);
  const parts = entries.filter((entry) => entry.id !== directionId && entry.name !== '' && fitFor(entry, stamp));
  const { fit, problem } = useMemo((): { readonly fit: Fit | null; readonly problem: string | null } => {
    if (!stamp || expression.trim() === '') return { fit: null, problem: null };
    try {
      return { fit: combined(expression, directionId, entries, stamp), problem: null };
    } catch (error) {
      return { fit: null, problem: toErrorData(error).message };
    }
  }, [expression, directionId, entries, stamp]);
  const take = (): void => {
    if (!fit) return;
    const called = name.trim() || expression.trim().slice(0, 80);
    if (directionId !== null) changeDirection(directionId, { name: called, expression });
    else {
      const entry = addedEntry({ name: called, texts: null, method: 'expression', expression });
      addDirection({ ...entry, hook: fit.direction.hook });
      acceptCombined(entry.id, fit, partsOf(expression)[0] ?? null);
    }
    closeCombine();
    changeCombine({ directionId: null, name: '', expression: '' });
  };
  return (
    <Modal
      opened={open}
      onClose={closeCombine}
      size="lg"
      title={directionId === null ? 'Combine directions' : 'Change the formula'}
    >
      <div className="stack">
        {parts.length === 0 && (
          <p className="quiet" style={{ margin: 0 }}>
            There is nothing to combine yet: no named direction is fitted on this model.
          </p>
        )}
        {parts.length > 0 && (
          <Building
            names={parts.map((entry) => entry.name)}
            onBuild={(formula) => changeCombine({ expression: formula })}
          />
        )}
        <FormulaInput
          label="Formula"
          value={expression}
          placeholder="happy - sad + 0.5 * formal"
          error={problem}
          completions={[
            ...parts.map((entry) => ({ insert: asName(entry.name), label: entry.name, hint: 'direction' })),
            ...functions,
          ]}
          onChange={(value) => changeCombine({ expression: value })}
          onEnter={take}
        />
        <p className="quiet" style={{ margin: 0 }}>
          A name stands for the direction’s natural vector: as long as the difference that it was found from. The result
          follows its parts when they change.
        </p>
        {fit && <Result fit={fit} entries={parts.filter((entry) => partsOf(expression).includes(entry.name))} />}
        <TextInput
          label="Name"
          value={name}
          placeholder={expression.trim().slice(0, 80) || 'the formula'}
          maxLength={80}
          onChange={(event) => changeCombine({ name: event.currentTarget.value })}
        />
        <div className="dialog-footer">
          <div className="row" style={{ justifyContent: 'flex-end' }}>
            <Button variant="default" onClick={closeCombine}>
              Close
            </Button>
            <Button disabled={!fit} onClick={take}>
              {directionId === null ? 'Add direction' : 'Change'}
            </Button>
          </div>
        </div>
      </div>
    </Modal>
  );
}

function partsOf(expression: string): readonly string[] {
  try {
    return parseExpression(expression).names;
  } catch {
    return [];
  }
}
