import { expect, test } from 'vitest';
import { scanTable } from '../../../../src/app/panels/measures/scan/scanTable.js';

test('a row for every token, layer and direction, empty where there is no number', () => {
  const scanned = {
    probes: ['a', 'b'],
    texts: [
      {
        text: { ids: [0, 7], pieces: ['<s>', ' dog'], special: [true, false] },
        norms: Float32Array.of(2, 4, 5, 8),
        projections: Float32Array.of(1, -2, 5, 0, NaN, 8, NaN, -4),
        cut: 0,
        beyond: 0,
      },
    ],
  };
  const directions = [
    { name: 'second', version: 'b', means: [null, { positive: 6, negative: 2 }] },
    { name: 'first', version: 'a', means: [null, null] },
  ];
  const { fields, data } = scanTable(scanned, directions, 2);
  expect(data).toHaveLength(2 * 2 * 2);
  expect(data.every((row) => row.length === fields.length)).toBe(true);
  expect(data[2]).toEqual([1, 0, 0, '<s>', 1, 1, 4, 'second', 8, 2, 2]);
  expect(data[4]).toEqual([1, 1, 7, ' dog', 0, 0, 5, 'second', null, null, null]);
  expect(data[5]).toEqual([1, 1, 7, ' dog', 0, 0, 5, 'first', 5, 1, null]);
});
