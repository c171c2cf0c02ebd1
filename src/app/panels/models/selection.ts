/** Which device and which weights an offer is opened with, from what the user chose and what suits. */
import type { Device, DeviceChoice, DeviceVerdict, ModelOffer, ModelVariant } from '../../../protocol/api.js';

export interface Selection {
  readonly device: Device;
  readonly variant: ModelVariant;
  readonly verdict: DeviceVerdict;
}

export const devices: readonly Device[] = ['webgpu', 'wasm'];

/** The dtype that suits a device: without a remark if there is one. Variants come best first. */
function suiting(offer: ModelOffer, device: Device): ModelVariant | undefined {
  const usable = offer.variants.filter((variant) => variant.devices[device].usable);
  const { choice } = offer;
  return (
    (choice?.device === device && usable.find(({ dtype }) => dtype === choice.dtype)) ||
    (usable.find((variant) => variant.devices[device].reason === null) ?? usable[0])
  );
}

/** Null when nothing that was chosen can run here. */
export function select(offer: ModelOffer, device: DeviceChoice, dtype: string | null): Selection | null {
  const chosen = dtype === null ? null : offer.variants.find((variant) => variant.dtype === dtype);
  const best = offer.choice?.device ?? 'wasm';
  const order = device === 'auto' ? [best, ...devices.filter((other) => other !== best)] : [device];
  for (const on of order) {
    const variant = chosen ?? suiting(offer, on);
    if (variant?.devices[on].usable) return { device: on, variant, verdict: variant.devices[on] };
  }
  return null;
}

/** Why no weights of the offer can run on a device; null when some can. */
export function deviceProblem(offer: ModelOffer, device: Device): string | null {
  if (offer.variants.some((variant) => variant.devices[device].usable)) return null;
  return offer.variants[0]?.devices[device].reason ?? 'no weights that this device can run';
}

/** Why a dtype cannot be taken with the chosen device, or what to know of it; null when there is nothing to say. */
export function dtypeVerdict(variant: ModelVariant, device: DeviceChoice, best: Device): DeviceVerdict {
  if (device !== 'auto') return variant.devices[device];
  const on = [best, ...devices].find((other) => variant.devices[other].usable);
  return variant.devices[on ?? best];
}
