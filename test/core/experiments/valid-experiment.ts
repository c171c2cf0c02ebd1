import type { ExperimentDocument } from '../../../src/core/experiments/index.js';
import { thresholds } from '../../../src/core/measures/index.js';
import { defaultSampling } from '../../../src/core/sampling.js';
import { fitted, stamp } from '../formats/valid-document.js';

const { source, ...found } = fitted(3);

/** One direction that is found again from its texts, and one whose vectors come along; each refers to the other. */
export function validExperiment(): ExperimentDocument {
  return structuredClone({
    format: 'steerboard-experiment',
    version: '1.1',
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
  }) as unknown as ExperimentDocument; // readonly in memory, mutable in zod's types
}
