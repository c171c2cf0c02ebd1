import { describe, expect, it } from 'vitest';
import { drawn, drawnDirection, type Drawing } from '../../../src/core/directions/drawn.js';
import { fitDirection } from '../../../src/core/directions/fit.js';
import { lifted } from '../../../src/core/planes/plane.js';

const model = { id: 'm', revision: null, dtype: 'fp32', family: 'llama', layers: 4, width: 3 };
const plane = {
  origin: Float32Array.of(9, 9, 9),
  axes: [Float32Array.of(0, 1, 0), Float32Array.of(0, 0, 1)] as const,
};
const drawing: Drawing = {
  model,
  hook: 'resid_post',
  layer: 2,
  vector: lifted(plane, { x: 3, y: -4 }),
  residualNorm: 10,
  options: { layer: 2, x: 3, y: -4 },
  texts: null,
};

describe('a drawn direction', () => {
  it('is the arrow at its layer alone: a unit vector, its length, and where it was drawn', () => {
    const { layers, source } = drawnDirection(drawing);
    expect(layers).toHaveLength(1);
    expect(layers[0]).toMatchObject({ layer: 2, scale: 5, residualNorm: 10, separation: null });
    // The origin is where it begins, not part of it.
    const unit = [0, 0.6, -0.8];
    unit.forEach((value, i) => expect(layers[0]!.vector[i]).toBeCloseTo(value, 6));
    expect(source).toEqual({ method: 'drawn', options: { layer: 2, x: 3, y: -4 }, texts: null });
  });

  it('needs a length', () => {
    expect(() => drawnDirection({ ...drawing, vector: [0, 0, 0] })).toThrow('Draw a longer one');
    expect(() => drawnDirection({ ...drawing, vector: [0, NaN, 0] })).toThrow('Draw a longer one');
  });

  it('cannot be fitted by itself', () => {
    const input = { model, texts: null, method: drawn.name, positive: [], negative: [], residualNorms: [1, 1, 1, 1] };
    expect(() => fitDirection(input)).toThrow('Drawn');
  });
});
