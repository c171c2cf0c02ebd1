import type { HookName } from '../../../core/onnx/hooks.js';
import type { FeatureLists, NeuronAlignment, NeuronLists, TokenAlignment } from '../../../protocol/api.js';
import type { WeightRow } from './WeightList.js';

/** Where the direction stands that the lists are about. */
export interface Site {
  readonly hook: HookName;
  readonly layer: number;
  readonly throughGain: boolean;
}

const partNames: Readonly<Record<NeuronAlignment['part'], string>> = { in: '', out: '', gate: ' gate', up: ' up' };

/** Most along the direction and most against it together, the strongest first. */
function strongest<Item>(top: readonly Item[], bottom: readonly Item[], of: (item: Item) => number, count: number) {
  const both = [...top.filter((item) => of(item) > 0), ...bottom.filter((item) => of(item) < 0)];
  return both.sort((a, b) => Math.abs(of(b)) - Math.abs(of(a))).slice(0, count);
}

export function neuronRows(
  { block, top, bottom }: NeuronLists,
  side: 'reads' | 'writes',
  { hook, throughGain }: Site,
  count: number,
): readonly WeightRow[] {
  return strongest(top, bottom, (it) => it.cosine, count).map(({ neuron, part, cosine }) => {
    const label = `${block}.${neuron}${partNames[part]}`;
    const what = side === 'reads' ? (part === 'up' ? 'up' : 'reads') : 'writes';
    return {
      key: `${part} ${neuron}`,
      label,
      says: `neuron ${neuron} of block ${block}${partNames[part]}`,
      value: cosine,
      take: {
        name: `neuron ${block}.${neuron} ${what}`,
        method: 'neuron',
        methodOptions: { block, neuron, part: what, gain: throughGain },
        hook,
        layer: null,
      },
    };
  });
}

export function tokenRows(tokens: readonly TokenAlignment[], { hook, layer, throughGain }: Site): readonly WeightRow[] {
  return tokens.map(({ id, piece, text, logit, cosine }) => ({
    key: String(id),
    label: visible(piece),
    says: `token ${id}, cosine ${cosine.toFixed(2)}`,
    value: logit,
    take:
      text === null
        ? null
        : {
            name: `token ${piece.trim() || id}`,
            method: 'token',
            methodOptions: { token: text, from: 'unembedding', gain: throughGain },
            hook,
            layer,
          },
  }));
}

export function featureRows(
  { dictionary, top, bottom }: FeatureLists,
  { hook, layer }: Site,
  count: number,
): readonly WeightRow[] {
  return strongest(top, bottom, (it) => it.cosine, count).map(({ feature, cosine }) => ({
    key: String(feature),
    label: String(feature),
    says: `feature ${feature} of ${dictionary}`,
    value: cosine,
    take: {
      name: `feature ${feature}`,
      method: 'sae-feature',
      methodOptions: { dictionary, feature },
      hook,
      layer,
    },
  }));
}

/** Spaces and line ends made visible, since tokens stand by themselves here. */
export function visible(piece: string): string {
  return piece.replaceAll('\n', '↵').replaceAll('\t', '⇥').replace(/^ | $/g, '␣') || '∅';
}
