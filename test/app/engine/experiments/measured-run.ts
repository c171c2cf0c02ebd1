import { cellId, baselineSetting, steeredSetting } from '../../../../src/core/sweeps/index.js';
import { pointsOf } from '../../../../src/app/engine/sweepPoints.js';
import type { Found } from '../../../../src/app/stores/find.js';
import type { SweepRun, SweptText } from '../../../../src/app/stores/sweep.js';
import { validExperiment } from '../../../core/experiments/valid-experiment.js';

/** A sweep over some strengths on two prompts, all its texts written but the last so many. */
export function sweptRun(direction: string, strengths: number, missing = 0): SweepRun {
  const prompts = ['One', 'Two'];
  const made = [
    baselineSetting,
    ...Array.from({ length: strengths }, (_, at) => steeredSetting('steered', direction, [1, 1], (at + 1) / 100)),
  ];
  const settings = made.map((setting) => ({
    setting,
    of: direction,
    cells: prompts.map((_, on) => cellId(setting, on, 7)),
  }));
  const ids = settings.flatMap(({ cells }) => cells);
  const texts = new Map(ids.slice(0, ids.length - missing).map((id, at) => [id, textOf(id, at, direction)]));
  return {
    id: 'run',
    context: { model: 'm', directions: 'd', prompts: 'p', sampling: 's', effect: 'e', wordings: 'w' },
    model: 'tales',
    weights: { revision: null, dtype: 'fp32', device: 'wasm' },
    directions: [
      {
        ...{ id: direction, name: 'happy', opposite: 'sad', colour: 0, operator: 'add' },
        choice: { effect: 'score', layer: 1, words: [], away: [] },
      },
    ],
    prompts,
    seeds: [7],
    sampling: { temperature: 0.5, topK: 0, topP: 1, repetitionPenalty: 1, maxNewTokens: 3 },
    settings,
    task: null,
    texts,
    points: pointsOf(settings, { settings, seeds: [7] }, texts, new Map()),
    failures: new Map(),
    progress: null,
    error: null,
  };
}

function textOf(id: string, at: number, direction: string): SweptText {
  return {
    ...{ id, on: at % 2, seed: 7, pieces: [` text ${at}`, '</s>'], special: [false, true], reason: 'length' },
    // What a plan excludes has a KL that is infinite, and of a text without words no effect can be said.
    kl: Float32Array.of(at / 3, at === 3 ? Infinity : 0),
    figures: {
      [direction]: {
        ...{ effect: at === 4 ? NaN : at / 7, meanKl: at === 3 ? Infinity : at / 6 },
        ...{ perplexity: 3, distinct2: 0.5, normRatio: 1 },
      },
    },
  };
}

/** What a search found for a direction. */
export function foundFor(directionId: string): Found {
  const { found } = validExperiment();
  return { ...found!, sought: { ...found!.sought, directionId }, usedId: null } as unknown as Found;
}
