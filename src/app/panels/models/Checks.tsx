import { Button } from '@mantine/core';
import type { LoadCheck } from '../../../protocol/api.js';

const names: Readonly<Record<LoadCheck['name'], string>> = {
  'zero-plan': 'Hooked as unhooked',
  devices: 'WebGPU as WASM',
  attention: 'Long prompts as short ones',
};
const signs: Readonly<Record<LoadCheck['outcome'], string>> = { passed: '✓', failed: '✗', skipped: '–', avoided: '↷' };

function figure(value: number): string {
  return value === 0 ? '0' : value.toExponential(1).replace('e-', 'e−').replace('e+', 'e');
}

/** What was checked when the model was loaded, with the figures. */
export function Checks({ checks, onCheck }: { readonly checks: readonly LoadCheck[]; readonly onCheck: () => void }) {
  if (checks.length === 0) return null;
  return (
    <ul className="checks" aria-label="Checks at load">
      {checks.map(({ name, outcome, difference, tolerance, message }) => (
        <li key={name} className={`check check-${outcome}`}>
          <span aria-hidden className="check-sign">
            {signs[outcome]}
          </span>
          <span>
            <b>{names[name]}</b>: {outcome}
            {difference !== null && (
              <span className="quiet">
                {' '}
                (difference {figure(difference)}, at most {figure(tolerance)})
              </span>
            )}
            <span className="quiet check-message">{message}</span>
            {name === 'zero-plan' && outcome === 'skipped' && (
              <Button size="compact-xs" variant="default" onClick={onCheck}>
                Check now
              </Button>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
