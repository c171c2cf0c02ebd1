import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { beginDrawing, cancelDrawing, drawTo, endDrawing, type DrawingPlace } from '../../../src/app/engine/drawing.js';
import { freeEntry } from '../../../src/app/engine/entries.js';
import { keepHistory, redo, undo } from '../../../src/app/engine/history.js';
import { happySad } from '../../../src/app/presets/happySad.js';
import {
  addDirection,
  changeDirection,
  removeDirection,
  selectDirection,
  setFit,
  useDirections,
  type Fit,
} from '../../../src/app/stores/directions.js';
import { useHistory } from '../../../src/app/stores/history.js';
import { resetLimits, setLimit, useLimits } from '../../../src/app/stores/limits.js';
import { usePlane } from '../../../src/app/stores/plane.js';
import { setPrompt, setSampling, usePrompt } from '../../../src/app/stores/prompt.js';
import { thresholds } from '../../../src/core/measures/index.js';
import { defaultSampling } from '../../../src/core/sampling.js';

const stamp = { id: 'm', revision: null, dtype: 'fp32', family: 'llama', layers: 1, width: 2 };
const fit = (version: string): Fit => ({
  version,
  direction: {
    model: stamp,
    hook: 'resid_post',
    source: { method: 'mean-difference', options: {}, texts: null },
    layers: [{ layer: 0, vector: Float32Array.of(0.6, 0.8), scale: 2, residualNorm: 4, separation: null }],
  },
});

/** A plane that is the whole space of the model. */
const place: DrawingPlace = {
  stamp,
  wanted: {
    key: 'plane',
    epoch: 1,
    hook: 'resid_post',
    layer: 0,
    texts: { kind: 'lists', positive: ['a'], negative: ['b'] },
    axes: { kind: 'components' },
    subject: freeEntry(happySad),
    names: ['1', '2'],
  },
  plane: {
    origin: new Float32Array(2),
    axes: [Float32Array.of(1, 0), Float32Array.of(0, 1)],
    positive: new Float32Array(0),
    negative: new Float32Array(0),
    shares: [0.5, 0.2],
    residualNorm: 4,
  },
  residualNorm: 4,
  otherId: null,
};

const page = new EventTarget();
let stop = (): void => undefined;
let id = '';
/** Lets a pause go by, so that what follows is a step of its own. */
const pause = async (): Promise<void> => {
  await Promise.resolve();
  vi.advanceTimersByTime(1000);
};
const first = () => useDirections.getState().entries[0]!;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  // What the test before left has the name too.
  useDirections.setState({ entries: [] });
  const entry = freeEntry(happySad);
  id = entry.id;
  useDirections.setState({ entries: [entry], selectedId: id, steerSpecialTokens: false });
  usePrompt.setState({ prompt: 'Once', sampling: defaultSampling });
  stop = keepHistory(page);
  await pause();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('undo and redo', () => {
  it('take one step for a dragged slider and one for each other change, and say what they undo', async () => {
    for (const strength of [0.6, 0.7, 0.8]) {
      changeDirection(id, { strength });
      await Promise.resolve();
      vi.advanceTimersByTime(50);
    }
    await pause();
    changeDirection(id, { operator: 'ablate' });
    expect(useHistory.getState()).toEqual({ undo: 'operator of happy', redo: null });
    undo();
    expect(first()).toMatchObject({ operator: 'add', strength: 0.8 });
    expect(useHistory.getState()).toEqual({ undo: 'strength of happy', redo: 'operator of happy' });
    undo();
    expect(first().strength).toBe(0.5);
    expect(useHistory.getState().undo).toBeNull();
    undo();
    expect(first().strength).toBe(0.5);
    redo();
    redo();
    expect(first()).toMatchObject({ operator: 'ablate', strength: 0.8 });
    expect(useHistory.getState().redo).toBeNull();
  });

  it('take one step for all that a held pointer does, however slowly, and another for the next', async () => {
    const drag = async (...strengths: number[]) => {
      page.dispatchEvent(new Event('pointerdown'));
      for (const strength of strengths) {
        changeDirection(id, { strength });
        await pause();
      }
      page.dispatchEvent(new Event('pointerup'));
    };
    await drag(0.6, 0.7, 0.8);
    await drag(0.9, 1);
    undo();
    expect(first().strength).toBe(0.8);
    undo();
    expect(first().strength).toBe(0.5);
    expect(useHistory.getState().undo).toBeNull();
  });

  it('bring back what was deleted, in its place, and prompt and sampling', async () => {
    addDirection(freeEntry({ name: 'formal', texts: null }));
    await pause();
    removeDirection(id);
    await pause();
    setPrompt('Once upon');
    await pause();
    setSampling({ temperature: 0.3 });
    undo();
    expect(usePrompt.getState().sampling).toEqual(defaultSampling);
    undo();
    expect(usePrompt.getState().prompt).toBe('Once');
    undo();
    expect(useDirections.getState().entries.map(({ name }) => name)).toEqual(['happy', 'formal']);
    undo();
    expect(useDirections.getState().entries.map(({ name }) => name)).toEqual(['happy']);
  });

  it('bring back limits as they were, one step for a number that is typed', async () => {
    resetLimits();
    await pause();
    for (const value of [0.2, 0.25]) setLimit('meanKl', 'strained', value);
    await pause();
    expect(useHistory.getState().undo).toBe('limits');
    undo();
    expect(useLimits.getState().limits).toEqual(thresholds);
    redo();
    expect(useLimits.getState().limits.meanKl.strained).toBe(0.25);
    undo();
  });

  it('forget what was undone when something new is done', async () => {
    changeDirection(id, { strength: 1 });
    await pause();
    undo();
    changeDirection(id, { enabled: false });
    expect(useHistory.getState().redo).toBeNull();
    redo();
    expect(first()).toMatchObject({ enabled: false, strength: 0.5 });
  });

  it('make no step of a selection or of a fit that arrives, and keep the fit', async () => {
    selectDirection('other');
    setFit(id, fit('one'));
    expect(useHistory.getState().undo).toBeNull();
    changeDirection(id, { strength: 1 });
    await pause();
    setFit(id, fit('two'));
    undo();
    expect(first()).toMatchObject({ strength: 0.5 });
    expect(first().fits.map(({ version }) => version)).toEqual(['two']);
  });

  it('bring back the old fit with the old texts, and the arrow that was drawn before', async () => {
    setFit(id, fit('one'));
    changeDirection(id, { texts: { kind: 'lists', positive: ['a'], negative: ['b'] } });
    setFit(id, fit('two'));
    await pause();
    undo();
    expect(first().texts).toEqual(happySad.texts);
    expect(first().fits.map(({ version }) => version)).toEqual(['one']);
    changeDirection(id, { method: 'drawn' });
    await pause();
    setFit(id, fit('arrow'));
    await pause();
    undo();
    expect(first().fits.map(({ version }) => version)).toEqual(['one']);
  });

  it('take one step for an arrow however it is drawn, and none for one that is taken back', async () => {
    setFit(id, fit('one'));
    changeDirection(id, { strength: 1 });
    await pause();
    undo();
    const before = useHistory.getState();
    expect(before).toEqual({ undo: null, redo: 'strength of happy' });
    const draw = async (takenId: string | null): Promise<void> => {
      beginDrawing(takenId);
      for (const y of [-1, -2, 1, -3]) {
        drawTo(place, { x: 1.5, y });
        await pause();
      }
    };
    for (const takenId of [null, id]) {
      await draw(takenId);
      expect(useDirections.getState().entries).toHaveLength(2);
      expect(useHistory.getState()).toEqual(before);
      cancelDrawing();
      expect(useHistory.getState()).toEqual(before);
    }
    await draw(id);
    endDrawing();
    expect(useHistory.getState()).toEqual({ undo: expect.stringMatching(/^adding happy, turned/), redo: null });
    undo();
    expect(useDirections.getState().entries).toMatchObject([{ id, enabled: true }]);
    expect(useHistory.getState().undo).toBeNull();
  });

  it('end an arrow that is still being drawn', async () => {
    setPrompt('Once upon');
    await pause();
    beginDrawing(null);
    drawTo(place, { x: 1, y: 1 });
    undo();
    expect(usePlane.getState().drawing).toBeNull();
    expect(useDirections.getState().entries).toHaveLength(1);
    expect(usePrompt.getState().prompt).toBe('Once upon');
    redo();
    expect(useDirections.getState().entries).toHaveLength(2);
  });

  it('take one step for all that one event does', async () => {
    addDirection(freeEntry({ name: 'a', texts: null }));
    addDirection(freeEntry({ name: 'b', texts: null }));
    setSampling({ seed: 5 });
    await pause();
    undo();
    expect(useDirections.getState().entries).toHaveLength(1);
    expect(usePrompt.getState().sampling).toEqual(defaultSampling);
  });
});
