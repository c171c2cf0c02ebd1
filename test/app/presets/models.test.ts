import { expect, it } from 'vitest';
import { curatedModels } from '../../../src/app/presets/models.js';
import { defaultHub, parseHubAddress } from '../../../src/core/hub/address.js';

it('every model of the short list has an id of the Hub, a size, a licence and a line', () => {
  for (const model of curatedModels) {
    expect(parseHubAddress(model.id)).toEqual({ host: defaultHub, id: model.id, revision: 'main' });
    expect(model.id.split('/')).toHaveLength(2);
    expect(model.megabytes).toBeGreaterThan(50);
    expect(model.megabytes).toBeLessThan(2000);
    expect(model.licence).not.toBe('');
    expect(model.goodAt.length).toBeGreaterThan(10);
    expect(model.goodAt.length).toBeLessThan(90);
  }
});

it('no model of the short list is there twice', () => {
  expect(new Set(curatedModels.map(({ id }) => id.toLowerCase())).size).toBe(curatedModels.length);
  expect(new Set(curatedModels.map(({ name }) => name)).size).toBe(curatedModels.length);
});
