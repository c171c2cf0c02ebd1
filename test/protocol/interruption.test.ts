import { expect, test } from 'vitest';
import { Interruption } from '../../src/protocol/interruption.js';

const never = new Promise<never>(() => undefined);

test('settles as the work does', async () => {
  const interruption = new Interruption();
  await expect(interruption.guard(Promise.resolve(3))).resolves.toBe(3);
  await expect(interruption.guard(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('what waits, and what is asked later, is rejected for the first reason', async () => {
  const interruption = new Interruption();
  const waiting = interruption.guard(never);
  interruption.raise(new Error('gone'));
  interruption.raise(new Error('again'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(interruption.guard(Promise.resolve(3))).rejects.toThrow('gone');
});

test('keeps nothing of what has been answered', async () => {
  const interruption = new Interruption();
  for (let i = 0; i < 3; i++) await interruption.guard(Promise.resolve(new Float32Array(8)));
  await interruption.guard(Promise.reject(new Error('broken'))).catch(() => undefined);
  await Promise.resolve();
  expect(Reflect.get(interruption, 'waiting')).toHaveProperty('size', 0);
});
