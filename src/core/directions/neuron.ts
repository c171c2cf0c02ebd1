import type { WeightFinder } from './finder.js';

/**
 * A neuron's row of W_in (of a gated MLP, of its gate or its other matrix): the activation says how far the residual aligns with
 * it; or its column of W_out: what an active neuron adds. It belongs to one layer: where the hook stands directly before
 * the block's MLP for what is read, directly after it for what is written.
 */
export const neuron: WeightFinder = {
  name: 'neuron',
  label: 'Neuron',
  description:
    'One neuron of a block’s MLP: the row that it reads the residual with (through the norm’s gain), or the column that it writes when it is active. At one layer only. No texts.',
  needs: 'weights',
  ofOneModel: true,
  options: [
    { name: 'block', label: 'Block', hint: 'From 0.', kind: 'number', default: 0, min: 0, max: 999, step: 1 },
    { name: 'neuron', label: 'Neuron', hint: 'From 0.', kind: 'number', default: 0, min: 0, max: 999_999, step: 1 },
    {
      name: 'part',
      label: 'Vector',
      kind: 'choice',
      default: 'writes',
      choices: [
        { value: 'writes', label: 'What it writes' },
        { value: 'reads', label: 'What it reads (of a gated MLP: its gate)' },
        { value: 'up', label: 'What its other matrix reads (gated MLPs)' },
      ],
    },
    { name: 'gain', label: 'Through the norm’s gain', hint: 'Of what it reads.', kind: 'switch', default: true },
  ],
  async find(weights, options) {
    const [block, index] = [Number(options['block']), Number(options['neuron'])];
    if (options['part'] === 'writes') {
      return { vector: await weights.writing(block, index), layer: weights.layerBeside('writer', block) };
    }
    const part = options['part'] === 'up' ? 'up' : 'gate';
    const vector = await weights.reading(block, part, index, options['gain'] !== false);
    return { vector, layer: weights.layerBeside('reader', block) };
  },
};
