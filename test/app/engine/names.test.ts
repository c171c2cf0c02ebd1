import { beforeEach, describe, expect, it } from 'vitest';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { freeName, freeNames, withFreeNames } from '../../../src/app/engine/names.js';
import { addDirection, useDirections } from '../../../src/app/stores/directions.js';
import { validDocument } from '../../core/formats/valid-document.js';

describe('a name that is free', () => {
  it('is the name itself, or has the next number behind it', () => {
    expect(freeName('animals', new Set(['sad']))).toBe('animals');
    expect(freeName('animals', new Set(['animals', 'animals 2']))).toBe('animals 3');
    expect(freeName('', new Set(['']))).toBe('');
    const long = 'x'.repeat(80);
    expect(freeName(long, new Set([long]))).toBe(`${'x'.repeat(78)} 2`);
  });

  it('takes none that another of the same file has', () => {
    expect(freeNames(['a', 'a 2', 'a'], ['a'])).toEqual(['a 3', 'a 2', 'a 4']);
  });
});

describe('a new direction', () => {
  beforeEach(() => useDirections.setState({ entries: [], selectedId: null }));
  it('does not take the name of one that is there', () => {
    for (let time = 0; time < 3; time++) addDirection(freeEntry({ name: 'animals', texts: null }));
    expect(useDirections.getState().entries.map(({ name }) => name)).toEqual(['animals', 'animals 2', 'animals 3']);
  });
});

it('a document’s formulas follow its directions’ new names', () => {
  const document = validDocument();
  const [first, second] = document.directions;
  const named = (name: string, expression?: string) => ({
    ...(expression === undefined ? first! : second!),
    name,
    ...(expression !== undefined && { expression }),
  });
  const before = { ...document, directions: [named('a'), named('a 2'), named('sum', 'a + 2 * "a 2" - other')] };
  const after = withFreeNames(before, ['a', 'sum', 'other']);
  expect(after.directions.map(({ name }) => name)).toEqual(['a 3', 'a 2', 'sum 2']);
  expect(after.directions[2]!.expression).toBe('"a 3" + 2 * "a 2" - other');
  expect(withFreeNames(before, []).directions).toEqual(before.directions);
});
