import { operators } from '../../../core/steering/index.js';
import { Choice } from '../../controls/Choice.js';
import { changeDirection, type DirectionEntry } from '../../stores/directions.js';

const choices = operators.map(({ name, label }) => ({ value: name, label }));

/** What is done with a direction. */
export function OperatorFields({ entry }: { readonly entry: DirectionEntry }) {
  return (
    <Choice
      label={`Operator of ${entry.name || 'unnamed'}`}
      value={entry.operator}
      options={choices}
      onChange={(operator) => changeDirection(entry.id, { operator })}
    />
  );
}
