import type { Device, DeviceVerdict, ModelOffer, ModelVariant } from '../../../../src/protocol/api.js';

const no = (reason: string): DeviceVerdict => ({ usable: false, reason, memory: 1e9 });
const yes = (reason: string | null = null): DeviceVerdict => ({ usable: true, reason, memory: 1e9 });
export const verdicts = { no, yes };

export function variantOf(dtype: string, devices: Readonly<Record<Device, DeviceVerdict>>): ModelVariant {
  const files = [{ path: `onnx/model_${dtype}.onnx`, bytes: 100, bytesHere: 0 }];
  return { dtype, files, bytes: 100, bytesHere: 0, devices };
}

/** An offer as a page with a graphics card would get it. */
export function offerOf(change: Partial<ModelOffer> = {}): ModelOffer {
  return {
    source: { kind: 'hub', id: 'org/name', revision: 'c'.repeat(40), host: 'https://huggingface.co' },
    id: 'org/name',
    commit: 'c'.repeat(40),
    family: 'llama',
    layers: 4,
    width: 32,
    context: 128,
    licence: 'mit',
    chat: false,
    refusal: null,
    variants: [
      variantOf('q4f16', { webgpu: yes(), wasm: no('made for graphics devices') }),
      variantOf('q4', { webgpu: yes(), wasm: yes('slow') }),
      variantOf('q8', { webgpu: yes('slow'), wasm: yes() }),
    ],
    choice: { device: 'webgpu', dtype: 'q4f16', reason: 'fastest' },
    storageFree: null,
    memory: null,
    ...change,
  };
}
