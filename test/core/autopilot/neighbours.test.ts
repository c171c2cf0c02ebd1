import { expect, it } from 'vitest';
import { amongNeighbours, type Seen } from '../../../src/core/autopilot/neighbours.js';

const arms = [0, 0.1, 0.2, 0.3, 2, 0.4, 0.2, 0.1, 0, 0.1].map((effect, at): Seen => ({
  arm: { method: 'm', layers: [at * 3, at * 3] },
  effect,
  texts: 5,
}));

it('an arm that stands out still does beside one that was hardly measured near the budget', () => {
  const without = amongNeighbours(arms, 0.3, 30);
  expect(without.indexOf(Math.max(...without))).toBe(4);
  const far: Seen = { arm: { method: 'n', layers: [3, 3] }, effect: 0.1, texts: 0.02 };
  const beside = amongNeighbours([...arms, far], 0.3, 30);
  // A share of a text says next to nothing, so next to nothing changes.
  without.forEach((value, at) => expect(Math.abs(beside[at]! - value)).toBeLessThan(0.1));
});
