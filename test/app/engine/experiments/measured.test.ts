import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  bringMeasured,
  dropMeasured,
  compoundedElsewhere,
  searchedElsewhere,
  sweptElsewhere,
} from '../../../../src/app/engine/experiments/measured.js';
import { changeReading, useCompounding } from '../../../../src/app/stores/compounding.js';
import { changeSearch, useFind, type Found } from '../../../../src/app/stores/find.js';
import { changeRun, showPoint, useSweep, type SweepRun } from '../../../../src/app/stores/sweep.js';
import { SteerboardError, toErrorData } from '../../../../src/core/errors.js';

const cancelled = vi.hoisted(() => [] as string[]);
vi.mock('../../../../src/app/engine/connection.js', () => ({
  call: vi.fn(),
  cancelTask: (task: string) => cancelled.push(task),
}));

const runOf = (task: string | null, model = 'tales'): SweepRun => ({
  id: 'run',
  weights: { revision: null, dtype: 'fp32', device: 'wasm' },
  context: { model: '1', directions: '', prompts: '', sampling: '', effect: '', wordings: '' },
  model,
  directions: [],
  prompts: [],
  seeds: [],
  sampling: { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: 4 },
  settings: [],
  task,
  texts: new Map(),
  points: new Map(),
  failures: new Map(),
  progress: null,
  error: null,
});
const progress = { label: 'first', done: 0, of: 9 };

beforeEach(() => {
  cancelled.length = 0;
  useSweep.setState(useSweep.getInitialState());
  useFind.setState(useFind.getInitialState());
  useCompounding.setState(useCompounding.getInitialState());
});

describe('what is measured in an experiment', () => {
  it('goes on when it is left, is not on the other’s board, and is there when it is back', () => {
    useSweep.setState({ run: runOf('a') });
    showPoint('point');
    useFind.setState({ running: { task: 'b', progress, left: null } });
    useCompounding.setState({ task: 'c', progress: 0.5 });
    bringMeasured('one', 'two');
    expect(useSweep.getState()).toMatchObject({ run: null, shown: null });
    expect(useFind.getState()).toMatchObject({ running: null, found: null });
    expect(useCompounding.getState()).toMatchObject({ task: null, progress: 0 });
    expect(sweptElsewhere(useSweep.getState())).toEqual({ experimentId: 'one', task: 'a' });
    expect(searchedElsewhere(useFind.getState())).toEqual({ experimentId: 'one', task: 'b' });
    expect(compoundedElsewhere(useCompounding.getState())).toEqual({ experimentId: 'one', task: 'c' });

    const found = { usedId: null } as Found;
    changeRun('a', () => ({ task: null, progress: { done: 3, of: 3, seconds: 1 } }));
    changeSearch('b', { running: null, found });
    changeReading('c', { progress: 0.75 });
    expect(useSweep.getState().run).toBeNull();
    expect(useFind.getState().found).toBeNull();
    expect(sweptElsewhere(useSweep.getState())).toBeNull();
    bringMeasured('two', 'one');
    expect(useSweep.getState()).toMatchObject({ run: { task: null, progress: { done: 3 } }, shown: 'point' });
    expect(useFind.getState()).toMatchObject({ running: null, found });
    expect(useCompounding.getState()).toMatchObject({ task: 'c', progress: 0.75 });
    // Nothing of an experiment is in two places.
    expect(Object.keys(useSweep.getState().aside)).toEqual([]);
    expect(compoundedElsewhere(useCompounding.getState())).toBeNull();
  });

  it('stays where it is when the same experiment is shown again', () => {
    useSweep.setState({ run: runOf('a') });
    bringMeasured('one', 'one');
    expect(useSweep.getState().run?.task).toBe('a');
  });

  it('ends when the experiment is deleted', () => {
    useSweep.setState({ run: runOf('a') });
    useFind.setState({ error: toErrorData(new SteerboardError('input-empty', 'Empty.')) });
    bringMeasured('one', 'two');
    dropMeasured('one');
    expect(cancelled).toEqual(['a']);
    bringMeasured('two', 'one');
    expect(useSweep.getState().run).toBeNull();
    expect(useFind.getState().error).toBeNull();
  });

  it('is kept of the experiments that were left last, and of all that run', () => {
    useSweep.setState({ run: runOf('a') });
    bringMeasured('first', 'at 0');
    for (let at = 0; at < 6; at++) {
      useSweep.setState({ run: runOf(null, `model ${at}`) });
      bringMeasured(`at ${at}`, `at ${at + 1}`);
    }
    expect(Object.keys(useSweep.getState().aside)).toEqual(['first', 'at 2', 'at 3', 'at 4', 'at 5']);
    expect(useSweep.getState().aside['at 5']?.run?.model).toBe('model 5');
  });

  it('is not given up for experiments that nothing was measured in', () => {
    useSweep.setState({ run: runOf(null) });
    useFind.setState({ found: { usedId: null } as Found });
    useCompounding.setState({ progress: 1 });
    bringMeasured('first', 'at 0');
    for (let at = 0; at < 6; at++) bringMeasured(`at ${at}`, `at ${at + 1}`);
    bringMeasured('at 6', 'first');
    expect(useSweep.getState().run).not.toBeNull();
    expect(useFind.getState().found).not.toBeNull();
    expect(useCompounding.getState().progress).toBe(1);
  });
});
