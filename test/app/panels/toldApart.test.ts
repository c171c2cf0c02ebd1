import { expect, it } from 'vitest';
import { sameWhy } from '../../../src/app/panels/combine/Building.js';
import { toldApart } from '../../../src/app/panels/lab/toldApart.js';

it('names that come again are numbered, each its own', () => {
  expect(toldApart(['animals', 'sad', 'animals', 'animals (2)', 'animals'])).toEqual([
    'animals',
    'sad',
    'animals (2)',
    'animals (2) (2)',
    'animals (3)',
  ]);
});

it('says why two directions cannot be combined', () => {
  expect(sameWhy('a', ['a', 'b'])).toMatch(/same direction/);
  expect(sameWhy('a', ['a', 'b', 'a'])).toMatch(/Two directions are called “a”/);
  expect(sameWhy('a', ['a'])).toMatch(/only direction/);
});
