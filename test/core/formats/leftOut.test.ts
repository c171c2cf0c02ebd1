import { expect, it } from 'vitest';
import { formats, type Board } from '../../../src/core/formats/index.js';
import { boardOf } from './boards.js';

/** Applied where it has a vector, beside one that has none there. */
function mixed(): Board {
  const [good] = boardOf().directions;
  const [other] = boardOf({ layers: { from: 1, to: 1 } }, {}, 'animals').directions;
  const layers = other!.direction.layers.filter(({ layer }) => layer === 3);
  return { ...boardOf(), directions: [{ ...other!, direction: { ...other!.direction, layers } }, good!] };
}
const options = { magnitude: 'applied' } as const;
const holdsVectors = formats.filter(({ magnitudes }) => magnitudes);

it.each(holdsVectors)('$name leaves out a direction that has no vector where it is applied, and says so', (format) => {
  const board = mixed();
  const alone = { ...board, directions: board.directions.slice(1) };
  expect(format.write(board, options)).toEqual(format.write(alone, options));
  expect(format.limits(board, options)[0]).toMatch(/^“animals” is left out: /);
  expect(format.limits(alone, options).join()).not.toContain('left out');
  // Nothing is left: the error says why.
  const nothing = { ...board, directions: board.directions.slice(0, 1) };
  expect(() => format.write(nothing, options)).toThrow(/"animals" has no/);
});
