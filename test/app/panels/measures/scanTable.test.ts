import { expect, test } from 'vitest';
import { scanColumns, scanPieces } from '../../../../src/app/panels/measures/scan/scanTable.js';
import { boundedTexts, mostCharacters, mostLines } from '../../../../src/app/panels/measures/scan/scanBounds.js';

test('a row for every token, layer and direction, empty where there is no number', () => {
  const scanned = {
    probes: ['a', 'b'],
    note: null,
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
  const rows = [...scanPieces(scanned, directions, 2)].flat();
  expect(rows).toHaveLength(2 * 2 * 2);
  expect(rows.every((row) => row.length === scanColumns.length)).toBe(true);
  expect(rows[2]).toEqual([1, 0, 0, '<s>', 1, 1, 4, 'second', 8, 2, 2]);
  expect(rows[4]).toEqual([1, 1, 7, ' dog', 0, 0, 5, 'second', null, null, null]);
  expect(rows[5]).toEqual([1, 1, 7, ' dog', 0, 0, 5, 'first', 5, 1, null]);
});

test('many tokens come in pieces, none left out', () => {
  const tokens = 1500;
  const text = { ids: Array.from({ length: tokens }, (_, id) => id), pieces: [], special: [] };
  const numbers = new Float32Array(tokens * 3).fill(1);
  const scanned = {
    probes: ['a'],
    note: null,
    texts: [{ text, norms: numbers, projections: numbers, cut: 0, beyond: 0 }],
  };
  const pieces = [...scanPieces(scanned, [{ name: 'first', version: 'a', means: [] }], 3)];
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.flat().map(([, position]) => position)).toEqual(text.ids.flatMap((id) => [id, id, id]));
});

test('what is too much at once is left out with a note', () => {
  expect(boundedTexts('a\n\nb', true)).toEqual({ texts: ['a', 'b'], note: null });
  const lines = boundedTexts(Array.from({ length: mostLines + 7 }, () => 'word').join('\n'), true);
  expect(lines.texts).toHaveLength(mostLines);
  expect(lines.note).toMatch(`first ${mostLines} of ${mostLines + 7} lines`);
  const book = 'x'.repeat(mostCharacters - 1) + '😀';
  expect(boundedTexts(book, false).texts[0]).toHaveLength(mostCharacters - 1);
  expect(boundedTexts(`${book}\nmore`, true)).toMatchObject({
    texts: ['x'.repeat(mostCharacters - 1)],
    note: expect.stringMatching(/first 1 of 2 lines/) as string,
  });
  expect(boundedTexts(book.slice(0, 100), false).note).toBeNull();
});
