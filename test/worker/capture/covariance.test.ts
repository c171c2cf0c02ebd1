/** What is said of how contrast texts spread, on the toy model. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContrastTexts } from '../../../src/core/directions/direction.js';
import type { Progress } from '../../../src/protocol/api.js';
import { atOnce, type OnProgress } from '../../../src/worker/capture/background.js';
import { covarianceReport, spreadReport } from '../../../src/worker/capture/covariance.js';
import { fitRequested } from '../../../src/worker/capture/fit.js';
import { Task } from '../../../src/worker/tasks.js';
import { toyModel, type ToyModel } from '../generation/toy-model.js';

let model: ToyModel;
beforeEach(() => {
  model = toyModel();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const letters = 'abcdefghijklmnopqrstuvwx';
const lists: ContrastTexts = {
  kind: 'lists',
  positive: Array.from({ length: 30 }, (_, i) => letters.slice(0, 1 + ((i * 7) % 20))),
  negative: Array.from({ length: 30 }, (_, i) => letters.slice(4, 6 + ((i * 5) % 18))),
};
const personas: ContrastTexts = {
  kind: 'personas',
  positive: ['a cat', 'a brown dog', 'an owl'],
  negative: ['a fly', 'the old bee', 'an ant here'],
  questions: ['Who?', 'Where is it?', 'Why so'],
};
const spread = (texts: ContrastTexts, task = new Task(), onProgress: OnProgress = () => undefined) =>
  spreadReport(model, { task: 'spread', texts, hook: 'resid_post' }, task, onProgress, atOnce);
const covariance = (
  texts: ContrastTexts,
  whitened: boolean,
  task = new Task(),
  onProgress: OnProgress = () => undefined,
) =>
  covarianceReport(
    model,
    {
      task: 'covariance',
      texts,
      hook: 'resid_post',
      layer: 0,
      part: 'total',
      axes: { kind: 'components', count: 2 },
      whitened,
    },
    task,
    onProgress,
    atOnce,
  );

describe('spreadReport', () => {
  it.each([
    ['lists', lists],
    ['personas, whose conversations are held out together', personas],
  ])('says of %s what their directions say of themselves', async (_, texts) => {
    const { plain, whitened } = await spread(texts);
    const separation = async (method: string) => {
      const request = { task: 'fit', texts, method, options: {} };
      return (await fitRequested(model, request, new Task(), () => undefined, atOnce)).layers[0]!.separation;
    };
    expect(plain).toEqual([await separation('mean-difference')]);
    expect(whitened).toEqual([await separation('mass-mean')]);
  });
});

describe('where computing takes long', () => {
  /** Cancels at the first word of computing, when every piece seems to have taken a second. */
  const cancelled = async (work: (task: Task, onProgress: OnProgress) => Promise<unknown>, label: string) => {
    let seconds = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => 1000 * seconds++);
    const task = new Task();
    const said: string[] = [];
    const onProgress = (progress: Progress): void => {
      said.push(progress.label);
      if (progress.label === label) task.cancel();
    };
    await expect(work(task, onProgress)).rejects.toMatchObject({ code: 'cancelled' });
    expect(said.filter((it) => it === label)).toHaveLength(1);
  };

  it('the layers’ comparison is cancelled between two pieces', async () => {
    await cancelled((task, onProgress) => spread(lists, task, onProgress), 'Comparing the layers');
  });

  it.each([true, false])('the covariance is cancelled between two pieces, whitened: %s', async (whitened) => {
    await cancelled((task, onProgress) => covariance(lists, whitened, task, onProgress), 'Comparing the texts');
  });
});
