import { expect, it } from 'vitest';
import { inTurn } from '../../../src/app/plots/inTurn.js';

it('draws one after the other, each in a task of its own, also after one that failed', async () => {
  const order: string[] = [];
  inTurn(async () => {
    order.push('first');
    setTimeout(() => order.push('a click'));
    await Promise.resolve();
    throw new Error('could not be drawn');
  });
  await new Promise<void>((resolve) =>
    inTurn(async () => {
      await Promise.resolve();
      order.push('second');
      resolve();
    }),
  );
  expect(order).toEqual(['first', 'a click', 'second']);
});
