import { beforeEach, describe, expect, it } from 'vitest';
import { lifted, shareInside } from '../../../src/core/planes/plane.js';
import { cosine, norm, normalised } from '../../../src/core/tensors/vector.js';
import {
  beginDrawing,
  cancelDrawing,
  drawTo,
  arrowlessWhy,
  endDrawing,
  moveTip,
  tipOf,
  turnTo,
  type DrawingPlace,
} from '../../../src/app/engine/drawing.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { termsOf } from '../../../src/app/engine/plan.js';
import type { WantedPlane } from '../../../src/app/engine/planes.js';
import { takeSnapshot, parseSnapshot } from '../../../src/app/engine/snapshot.js';
import { changeDirection, useDirections, type DirectionEntry } from '../../../src/app/stores/directions.js';
import { usePlane } from '../../../src/app/stores/plane.js';

const stamp = { id: 'm', revision: null, dtype: 'fp32', family: 'llama', layers: 4, width: 4 };
const texts = { kind: 'pairs', positive: ['a'], negative: ['b'] } as const;
const axes = [Float32Array.of(1, 0, 0, 0), Float32Array.of(0, 1, 0, 0)] as const;
const layer = 2;
const residualNorm = 10;
/** Points along (0.6, 0, 0.8, 0): 36 % of it lie in the plane. */
const fittedVector = Float32Array.of(0.6, 0, 0.8, 0);

const happy: DirectionEntry = {
  ...freeEntry({ name: 'happy', texts }),
  strength: 0.5,
  layers: [layer, layer],
  fits: [
    {
      version: 'fitted',
      direction: {
        model: stamp,
        hook: 'resid_post',
        source: { method: 'mean-difference', options: {}, texts },
        layers: [1, 2].map((at) => ({ layer: at, vector: fittedVector, scale: 3, residualNorm, separation: null })),
      },
    },
  ],
};
const wanted: WantedPlane = {
  key: 'plane',
  epoch: 1,
  hook: 'resid_post',
  layer,
  texts,
  axes: { kind: 'components' },
  subject: happy,
  names: ['1', '2'],
};
const place: DrawingPlace = {
  stamp,
  wanted,
  plane: {
    origin: new Float32Array(4),
    axes,
    positive: new Float32Array(0),
    negative: new Float32Array(0),
    shares: [0.5, 0.2],
    residualNorm,
  },
  residualNorm,
  otherId: null,
};
const entries = (): readonly DirectionEntry[] => useDirections.getState().entries;
const named = (name: string): DirectionEntry => entries().find((entry) => entry.name === name)!;
/** What is added at the layer. */
const added = (entry: DirectionEntry): readonly number[] =>
  termsOf(entry, entries(), stamp).flatMap(({ strength, sites }) =>
    sites.flatMap(({ vector, factor = 1, residualNorm: size }) =>
      [...vector].map((value) => value * strength * factor * size),
    ),
  );
const closeTo = (numbers: readonly number[], expected: ArrayLike<number>): void => {
  expect(numbers).toHaveLength(expected.length);
  numbers.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
};

beforeEach(() => {
  endDrawing();
  useDirections.setState({ entries: [happy], selectedId: happy.id, steerSpecialTokens: false });
});

describe('a new arrow', () => {
  it('adds what is drawn, at the layer of the plane alone', () => {
    beginDrawing(null);
    drawTo(place, { x: 1, y: 1 });
    drawTo(place, { x: 3, y: -4 });
    endDrawing();
    expect(entries()).toHaveLength(2);
    const drawn = named('drawn 1');
    expect(useDirections.getState().selectedId).toBe(drawn.id);
    expect(drawn.strength).toBeCloseTo(0.5, 6);
    expect(drawn.methodOptions).toMatchObject({ axes: 'components', layer, x: 3, y: -4, of: happy.id });
    closeTo(added(drawn), lifted(place.plane, { x: 3, y: -4 }));
    expect(tipOf(place, drawn)).toEqual({ x: expect.closeTo(3, 5), y: expect.closeTo(-4, 5) });
    expect(named('happy')).toEqual(happy);
  });

  it('gets a version with every step, so that the text is written again', () => {
    beginDrawing(null);
    drawTo(place, { x: 3, y: 0 });
    const first = named('drawn 1').fits[0]!.version;
    drawTo(place, { x: 3, y: 1 });
    expect(named('drawn 1').fits).toHaveLength(1);
    expect(named('drawn 1').fits[0]!.version).not.toBe(first);
  });

  it('is as strong as the slider goes at most', () => {
    beginDrawing(null);
    drawTo(place, { x: 400, y: 0 });
    expect(named('drawn 1').strength).toBeCloseTo(2, 9);
    closeTo(added(named('drawn 1')), [20, 0, 0, 0]);
  });

  it('is gone when it is cancelled, and nothing else is', () => {
    beginDrawing(null);
    drawTo(place, { x: 3, y: 0 });
    useDirections.setState({ steerSpecialTokens: true });
    cancelDrawing();
    expect(useDirections.getState()).toMatchObject({
      entries: [happy],
      selectedId: happy.id,
      steerSpecialTokens: true,
    });
    expect(usePlane.getState().drawing).toBeNull();
  });

  it('is the same after it was saved and read', () => {
    beginDrawing(null);
    drawTo(place, { x: 3, y: 2 });
    endDrawing();
    const saved = parseSnapshot(structuredClone(takeSnapshot()));
    expect(saved?.directions.entries.at(-1)).toEqual(named('drawn 1'));
  });
});

describe('a drawn direction', () => {
  const start = (): DirectionEntry => {
    beginDrawing(null);
    drawTo(place, { x: 3, y: 4 });
    endDrawing();
    return named('drawn 1');
  };

  it('is drawn again by its tip', () => {
    const { id } = start();
    beginDrawing(id);
    drawTo(place, { x: -1, y: 0 });
    drawTo(place, { x: -6, y: 8 });
    endDrawing();
    expect(entries()).toHaveLength(2);
    closeTo(added(named('drawn 1')), [-6, 8, 0, 0]);
    expect(named('drawn 1').methodOptions).toMatchObject({ x: -6, y: 8 });
  });

  it('goes back when that is cancelled', () => {
    const before = start();
    beginDrawing(before.id);
    drawTo(place, { x: -6, y: 8 });
    cancelDrawing();
    expect(named('drawn 1')).toEqual(before);
  });

  it('is moved by keys', () => {
    start();
    moveTip(place, { x: 1, y: 0 }, 0.25);
    endDrawing();
    expect(entries()).toHaveLength(2);
    closeTo(added(named('drawn 1')), [5.5, 4, 0, 0]);
  });

  it.each(['angular', 'ablate', 'clamp'] as const)(
    'has no arrow while it is applied by %s: keys begin another',
    (operator) => {
      const { id } = start();
      changeDirection(id, { operator, strength: 90 });
      const before = named('drawn 1');
      expect(tipOf(place, before)).toBeNull();
      expect(arrowlessWhy(place, before)).toContain('not added');
      moveTip(place, { x: 1, y: 0 }, 0.05);
      endDrawing();
      expect(named('drawn 1')).toEqual(before);
      closeTo(added(named('drawn 2')), [0.5, 0, 0, 0]);
    },
  );

  it('ends where its layer’s factor puts it, and is drawn again from there', () => {
    const { id } = start();
    changeDirection(id, { layerFactors: [1, 1, -0.5, 1] });
    expect(tipOf(place, named('drawn 1'))).toEqual({ x: expect.closeTo(-1.5, 5), y: expect.closeTo(-2, 5) });
    beginDrawing(id);
    drawTo(place, { x: 0, y: 5 });
    endDrawing();
    closeTo(added(named('drawn 1')), [0, 5, 0, 0]);
  });

  it('is turned by a number', () => {
    const before = start();
    turnTo(place, before, -Math.PI / 2);
    closeTo(added(named('drawn 1')), [0, -5, 0, 0]);
  });
});

describe('the arrow of a fitted direction', () => {
  it('changes its strength along its own line, also backwards', () => {
    beginDrawing(happy.id);
    drawTo(place, { x: 6, y: 0.1 });
    expect(entries()).toHaveLength(1);
    expect(named('happy').strength).toBeCloseTo(1, 3);
    drawTo(place, { x: -3, y: -0.1 });
    expect(named('happy').strength).toBeCloseTo(-0.5, 2);
    expect(named('happy').fits).toEqual(happy.fits);
  });

  it('becomes a direction of its own when it is turned, and the fitted one is switched off', () => {
    beginDrawing(happy.id);
    drawTo(place, { x: 0, y: 3 });
    endDrawing();
    const turned = named('happy, turned 90°');
    expect(named('happy')).toEqual({ ...happy, enabled: false });
    expect(turned).toMatchObject({ method: 'drawn', enabled: true, layers: [layer, layer], scope: happy.scope });
    // The part in the plane is turned, the part outside stays: (0.6, 0) becomes (0, 0.6).
    const { vector } = turned.fits[0]!.direction.layers[0]!;
    closeTo([...vector], [0, 0.6, 0.8, 0]);
    expect(norm(vector)).toBeCloseTo(1, 6);
    expect(shareInside(place.plane, vector)).toBeCloseTo(0.36, 5);
    expect(turned.strength).toBeCloseTo(0.5, 6);
    turnTo(place, turned, 0);
    expect(cosine(named('happy, turned 0°').fits[0]!.direction.layers[0]!.vector, fittedVector)).toBeCloseTo(1, 6);
  });

  it('comes back when it is let go on its own line again, or cancelled', () => {
    beginDrawing(happy.id);
    drawTo(place, { x: 0, y: 3 });
    drawTo(place, { x: 3, y: 0 });
    expect(entries()).toHaveLength(1);
    expect(named('happy')).toMatchObject({ enabled: true, strength: expect.closeTo(0.5, 3) });
    drawTo(place, { x: 0, y: -3 });
    expect(entries()).toHaveLength(2);
    cancelDrawing();
    expect(entries()).toEqual([happy]);
    expect(useDirections.getState().selectedId).toBe(happy.id);
  });

  it.each([0.5, -2])('goes on as much, and under the same condition, where its layer has the factor %f', (factor) => {
    const condition = { directionId: happy.id, layer: 1, figure: 'alignment', side: 'above', threshold: 0.2 } as const;
    const shaped = { ...happy, strength: 0.4, condition, layerFactors: [1, 1, factor, 1] };
    useDirections.setState({ entries: [shaped] });
    const before = added(shaped);
    beginDrawing(happy.id);
    drawTo(place, { x: 0, y: Math.sign(factor) * 0.6 * norm(before) });
    endDrawing();
    const turned = named('happy, turned 90°');
    expect(turned).toMatchObject({ condition, layerFactors: null });
    closeTo(added(turned), [0, before[0]!, before[2]!, 0]);
  });

  it('keeps the factor along its own line', () => {
    useDirections.setState({ entries: [{ ...happy, layerFactors: [1, 1, 0.5, 1] }] });
    beginDrawing(happy.id);
    drawTo(place, { x: 3, y: 0 });
    endDrawing();
    expect(named('happy')).toMatchObject({ strength: expect.closeTo(1, 5), layerFactors: [1, 1, 0.5, 1] });
  });

  it('is not there where the layer’s factor is 0', () => {
    const still = { ...happy, layerFactors: [1, 1, 0, 1] };
    expect(tipOf(place, still)).toBeNull();
    expect(arrowlessWhy(place, still)).toContain('factor 0');
  });

  it('turns from where a negative strength points', () => {
    useDirections.setState({ entries: [{ ...happy, strength: -0.5 }] });
    beginDrawing(happy.id);
    drawTo(place, { x: 0, y: -3 });
    endDrawing();
    closeTo(
      added(named('happy, turned 90°')),
      normalised([0, -0.6, -0.8, 0]).map((value) => 5 * value),
    );
  });
});
