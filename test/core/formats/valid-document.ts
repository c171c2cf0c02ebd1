import type { FittedDirection } from '../../../src/core/directions/direction.js';
import { createDocument, type SteerboardDocument } from '../../../src/core/formats/index.js';
import { defaultSampling } from '../../../src/core/sampling.js';
import { gaussianVector, uniformSource } from '../../../src/core/tensors/random.js';
import { normalised } from '../../../src/core/tensors/vector.js';

export const stamp = { id: 'tales', revision: null, dtype: 'fp32', family: 'llama', layers: 4, width: 10 };

export function fitted(seed: number, layers: readonly number[] = [0, 1, 2, 3]): FittedDirection {
  const uniform = uniformSource(seed);
  return {
    model: stamp,
    hook: 'resid_post',
    source: {
      method: 'mean-difference',
      options: {},
      texts: { kind: 'pairs', positive: ['She was happy.', 'Ja, ü & 😀 <b>'], negative: ['She was sad.', 'no'] },
    },
    layers: layers.map((layer) => ({
      layer,
      vector: normalised(gaussianVector(stamp.width, uniform)),
      scale: 1 + uniform(),
      residualNorm: 3 + uniform(),
      separation:
        layer === 0 ? null : { auc: uniform(), accuracy: uniform(), effectSize: layer === 1 ? NaN : -uniform() },
    })),
  };
}

export function validDocument(): SteerboardDocument {
  const scope = { prompt: false, generated: true };
  return createDocument({
    directions: [
      {
        name: 'happy ↔ sad',
        direction: fitted(1),
        plan: { enabled: true, operator: 'add', strength: -1.25, layers: { from: 1, to: 3 }, scope },
      },
      {
        name: 'second',
        direction: fitted(2, [1, 2]),
        plan: { enabled: false, operator: 'clamp', strength: 0.1 + 0.2, layers: { from: 2, to: 2 }, scope },
      },
    ],
    steerSpecialTokens: false,
    prompt: 'Once upon a time',
    sampling: defaultSampling,
  });
}
