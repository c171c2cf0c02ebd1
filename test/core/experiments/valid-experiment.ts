import type { ExperimentDocument } from '../../../src/core/experiments/index.js';
import { thresholds } from '../../../src/core/measures/index.js';
import { defaultSampling } from '../../../src/core/sampling.js';
import { fitted, stamp } from '../formats/valid-document.js';

const { source, ...found } = fitted(3);

const { seed: _, ...sampling } = { ...defaultSampling, maxNewTokens: 3 };
const choice = { effect: 'score', layer: 2, words: [], away: [] } as const;
const text = (id: string, kl: readonly number[], effect: number) => ({
  id,
  on: 0,
  seed: 7,
  pieces: [' so', ' <b>', '</s>'],
  special: [2],
  kl: Float32Array.from(kl),
  reason: 'length',
  figures: { 'direction 0': { effect, meanKl: Math.max(...kl), perplexity: 3, distinct2: NaN, normRatio: 1.25 } },
});

/** Two settings on one prompt with one seed, the text of the second with a KL that is infinite. */
const validSweep = {
  spec: {
    ...{ directionIds: ['direction 0'], strengthKind: 'list', from: null, to: null, count: 9, strengths: '0.5' },
    ...{ layers: '3', ownPrompt: true, prompts: '', seeds: 1, tokens: 3, effect: null, effectLayer: null },
    ...{ words: '', away: '', inWords: false, instruction: null, examples: null, random: false },
  },
  run: {
    id: 'run',
    context: { model: 'm', directions: 'd', prompts: 'p', sampling: 's', effect: 'e', wordings: 'w' },
    model: 'tales',
    weights: { revision: null, dtype: 'fp32', device: 'wasm' },
    directions: [{ id: 'direction 0', name: 'happy', opposite: 'sad', colour: 0, operator: 'add', choice }],
    prompts: ['Once upon a time'],
    seeds: [7],
    sampling,
    settings: [
      { kind: 'baseline', direction: '', layers: null, strength: 0, of: 'direction 0' },
      { kind: 'steered', direction: 'direction 0', layers: [3, 3], strength: 0.5, of: 'direction 0' },
    ],
    running: false,
    failures: [],
    error: null,
  },
  texts: [
    text('baseline on 0 seed 7', [0, 0, 0], 0.25),
    text('steered direction 0 3-3 0.5 on 0 seed 7', [0.5, Infinity, 1], 1),
  ],
};

const point = {
  ...{ effect: 0.5, cost: 0.75, texts: 4, interval: [0.25, NaN] },
  figures: { meanKl: 0.75, perplexityRatio: 2, distinct2: 0.5, baselineDistinct2: 1, normRatio: 1 },
};

const validFound = {
  sought: {
    ...{ name: 'happy', opposite: 'sad', directionId: 'direction 0', fixed: false },
    ...{ finding: source.texts, judging: source.texts, apart: false, choice, budget: 1.5, worst: 'strained' },
    ...{ model: 'tales', sampling, scope: { prompt: false, generated: true } },
  },
  asSet: 'Adds happy.',
  best: {
    ...{ arm: { method: 'mean-difference', layers: [1, 2] }, strength: 0.3, effect: 0.5, cost: NaN },
    direction: { ...fitted(5), notes: ['noted'] },
  },
  loweredFrom: 0.4,
  accepted: true,
  limits: thresholds,
  report: {
    lines: [{ kind: 'found', point, judgement: { verdict: 'strained', reasons: ['because'] } }],
    gain: { mean: 0.4, interval: [0.1, 0.7], works: true },
    texts: [{ prompt: { messages: [{ role: 'user', content: 'Hi' }] }, baseline: 'so', steered: 'so so' }],
  },
  ...{ ended: 'done', arms: 14, trials: 20, texts: 99, seconds: 12.5, usedId: 'direction 1' },
};

/** One direction that is found again from its texts, and one whose vectors come along; each refers to the other. */
export function validExperiment(): ExperimentDocument {
  return structuredClone({
    format: 'steerboard-experiment',
    version: '1.2',
    name: 'Happy & <b>bold</b> ü 😀',
    made: { place: { kind: 'bundled', id: 'tales' }, model: stamp, device: 'wasm' },
    directions: [
      {
        name: 'happy',
        opposite: 'sad',
        colour: 0,
        texts: source.texts,
        method: 'mean-difference',
        methodOptions: {},
        expression: null,
        hook: 'resid_post',
        fits: [],
        enabled: true,
        operator: 'add',
        strength: -1.25,
        operatorOptions: {},
        second: 1,
        scope: { prompt: true, generated: true, curve: [{ at: 0, factor: 1 }, { at: 24, factor: 0 }] }, // prettier-ignore
        condition: { direction: 1, layer: 2, figure: 'alignment', side: 'above', threshold: 0.25 },
        layers: [1, 3],
        layerFactors: [1, 0.5, 1, 2],
      },
      {
        name: 'drawn',
        opposite: '',
        colour: 1,
        texts: null,
        method: 'drawn',
        methodOptions: { axes: 'components' },
        expression: null,
        hook: 'resid_post',
        fits: [{ ...found, source: { ...source, texts: null } }],
        enabled: false,
        operator: 'clamp',
        strength: 0.1 + 0.2,
        operatorOptions: {},
        second: null,
        scope: { prompt: false, generated: true },
        condition: null,
        layers: null,
        layerFactors: null,
      },
    ],
    selected: 0,
    steerSpecialTokens: false,
    prompt: {
      text: 'Once upon a time',
      view: 'text',
      chat: { system: '', turns: [], message: 'Hi', sent: { messages: [{ role: 'user', content: 'Hi' }] } },
    },
    sampling: defaultSampling,
    limits: { ...thresholds, meanKl: { strained: 0.8, broken: 4 } },
    outcome: {
      baseline: { ids: [1, 5, 9, 7], pieces: ['', 'Once', ' upon', ' a'], promptLength: 2, reason: 'length' },
      steered: { ids: [1, 5, 8, 8, 2], pieces: ['', 'Once', ' so', ' so', ''], promptLength: 2, reason: 'end-of-text' },
      figures: {
        meanKl: 0.5,
        perplexity: 12.5,
        baselinePerplexity: 3,
        distinct2: 0.5,
        baselineDistinct2: 1,
        normRatio: null,
        verdict: 'strained',
        reasons: ['perplexity is 4.2 times the baseline’s'],
      },
    },
    sweep: validSweep,
    found: validFound,
  }) as unknown as ExperimentDocument; // readonly in memory, mutable in zod's types
}
