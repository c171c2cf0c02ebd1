import { beforeEach, expect, it } from 'vitest';
import { openExperiments, useExperiments } from '../../../src/app/stores/experiments.js';

const summary = (id: string) => ({ id, name: id, created: 0, changed: 0, model: null, line: '' });
const list = ['changed last', 'board', 'older'].map(summary);
const compared = () => useExperiments.getState().compared;

beforeEach(() => useExperiments.setState({ ...useExperiments.getInitialState(), list, current: list[1]! }));

it('compares the one on the board with the one changed last, where nothing was chosen', () => {
  openExperiments('list');
  expect(compared()).toEqual([]);
  openExperiments('compare');
  expect(compared()).toEqual(['board', 'changed last']);
});

it.each([
  ['two that were chosen', ['older', 'changed last'], ['older', 'changed last']],
  ['one that was chosen, beside the board', ['older'], ['board', 'older']],
  ['the board alone, which gets another', ['board'], ['board', 'changed last']],
  ['one that is gone', ['gone'], ['board', 'changed last']],
])('keeps %s', (_, chosen, shown) => {
  useExperiments.setState({ compared: chosen });
  openExperiments('compare');
  expect(compared()).toEqual(shown);
});

it('has nothing to choose while there is one', () => {
  useExperiments.setState({ list: [list[1]!] });
  openExperiments('compare');
  expect(compared()).toEqual([]);
});
