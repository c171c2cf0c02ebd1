import { Button, NativeSelect, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { asName } from '../../../core/combining/names.js';

/** What can be done with two chosen directions; each writes a formula that can be changed afterwards. */
const operations: readonly {
  readonly label: string;
  readonly hint: string;
  readonly two: boolean;
  /** Which of the numbers it takes. */
  readonly number?: 'factor' | 'degrees';
  readonly formula: (a: string, b: string, number: number) => string;
}[] = [
  { label: 'A + B', hint: 'Sum', two: true, formula: (a, b) => `${a} + ${b}` },
  { label: 'A − B', hint: 'Difference', two: true, formula: (a, b) => `${a} - ${b}` },
  { label: 'average', hint: 'Mean of both', two: true, formula: (a, b) => `average(${a}, ${b})` },
  { label: '−A', hint: 'Negate', two: false, formula: (a) => `-${a}` },
  {
    label: 'n × A',
    hint: 'Scale by the number',
    two: false,
    number: 'factor',
    formula: (a, _, number) => `${number} * ${a}`,
  },
  { label: 'A without B', hint: 'Orthogonalise A against B', two: true, formula: (a, b) => `orth(${a}, ${b})` },
  { label: 'A along B', hint: 'Project A on B', two: true, formula: (a, b) => `along(${a}, ${b})` },
  {
    label: 'turn A to B by n°',
    hint: 'Rotate A towards B by the number of degrees',
    two: true,
    number: 'degrees',
    formula: (a, b, number) => `rotate(${a}, ${b}, ${number})`,
  },
];

export function Building(props: { readonly names: readonly string[]; readonly onBuild: (formula: string) => void }) {
  const { names, onBuild } = props;
  const [chosen, setChosen] = useState<{ readonly a: string | null; readonly b: string | null }>({ a: null, b: null });
  const [numbers, setNumbers] = useState({ factor: 2, degrees: 30 });
  const a = chosen.a !== null && names.includes(chosen.a) ? chosen.a : names[0]!;
  const b = chosen.b !== null && names.includes(chosen.b) ? chosen.b : (names.find((name) => name !== a) ?? a);
  return (
    <div className="stack">
      <div className="row wrap" style={{ alignItems: 'flex-end' }}>
        <NativeSelect
          label="A"
          size="xs"
          style={{ flex: '1 1 120px' }}
          value={a}
          data={[...names]}
          onChange={(event) => setChosen({ ...chosen, a: event.currentTarget.value })}
        />
        <NativeSelect
          label="B"
          size="xs"
          style={{ flex: '1 1 120px' }}
          value={b}
          data={[...names]}
          onChange={(event) => setChosen({ ...chosen, b: event.currentTarget.value })}
        />
        <NumberInput
          label="n"
          size="xs"
          style={{ flex: '0 1 72px' }}
          value={numbers.factor}
          onChange={(factor) => typeof factor === 'number' && setNumbers({ ...numbers, factor })}
        />
        <NumberInput
          label="n°"
          aria-label="Degrees"
          size="xs"
          suffix="°"
          style={{ flex: '0 1 72px' }}
          value={numbers.degrees}
          onChange={(degrees) => typeof degrees === 'number' && setNumbers({ ...numbers, degrees })}
        />
      </div>
      <div className="row wrap" role="group" aria-label="Ways to combine">
        {operations.map(({ label, hint, two, number, formula }) => (
          <Button
            key={label}
            size="compact-sm"
            variant="default"
            title={hint}
            disabled={two && a === b}
            onClick={() => onBuild(formula(asName(a), asName(b), number ? numbers[number] : 0))}
          >
            {label}
          </Button>
        ))}
      </div>
      {a === b && (
        <p className="quiet" role="status" style={{ margin: 0 }}>
          {sameWhy(a, names)}
        </p>
      )}
    </div>
  );
}

/** Why nothing can be done with two of them, while A and B are one name. */
export function sameWhy(name: string, names: readonly string[]): string {
  if (names.filter((other) => other === name).length > 1)
    return `Two directions are called “${name}”, so a formula cannot tell them apart. Rename one of them.`;
  return names.length === 1
    ? `“${name}” is the only direction there is. Add another one to combine the two.`
    : 'A and B are the same direction. Choose another one to combine the two.';
}
