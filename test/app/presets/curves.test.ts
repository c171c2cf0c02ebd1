import { expect, it } from 'vitest';
import { curvePresets } from '../../../src/app/presets/curves.js';
import { curveAt } from '../../../src/core/steering/curve.js';

it.each([2, 9, 96, 400])('every shape over %i tokens has its handles in order and within the text', (tokens) => {
  for (const { label, handles } of curvePresets) {
    const at = handles(tokens).map((handle) => handle.at);
    expect(at, label).toEqual(at.toSorted((a, b) => a - b));
    expect(
      at.every((token) => token >= 0 && token < tokens),
      label,
    ).toBe(true);
  }
});

it('fades go from all to nothing and back, a pulse comes and goes', () => {
  const ends = (label: string) => {
    const handles = curvePresets.find((preset) => preset.label === label)!.handles(97);
    return [0, 12, 24, 96].map((token) => curveAt(handles, token));
  };
  expect(ends('Level')).toEqual([1, 1, 1, 1]);
  expect(ends('Fade out')).toEqual([1, 0.875, 0.75, 0]);
  expect(ends('Fade in')).toEqual([0, 0.125, 0.25, 1]);
  expect(ends('Pulse')).toEqual([1, 0, 1, 1]);
});
