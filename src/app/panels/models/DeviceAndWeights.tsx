import type { Device, DeviceChoice, ModelOffer, ModelVariant } from '../../../protocol/api.js';
import { deviceNames } from '../../look/devices.js';
import { fileSize } from '../../look/numbers.js';
import { RadioRows, type RadioRow } from './RadioRows.js';
import { deviceProblem, devices, dtypeVerdict, select, type Selection } from './selection.js';

const weightNames: Readonly<Record<string, string>> = {
  fp32: 'full precision',
  fp16: 'half precision',
  q8: '8 bit',
  int8: '8 bit',
  uint8: '8 bit',
  q4: '4 bit',
  q4f16: '4 bit, half precision',
  bnb4: '4 bit',
};

/** The device and the weights' dtype; what cannot be used says why. */
export function DeviceAndWeights(props: {
  readonly offer: ModelOffer;
  readonly device: DeviceChoice;
  readonly dtype: string | null;
  readonly selection: Selection | null;
  readonly onDevice: (device: DeviceChoice) => void;
  readonly onDtype: (dtype: string) => void;
}) {
  const { offer, device, dtype, selection, onDevice, onDtype } = props;
  const best: Device = selection?.device ?? offer.choice?.device ?? 'wasm';
  const weights = (variant: ModelVariant): RadioRow<string> => {
    const { usable, reason } = dtypeVerdict(variant, device, best);
    const here = variant.bytesHere >= variant.bytes ? ', here' : '';
    return {
      value: variant.dtype,
      label: variant.dtype,
      aside: `${weightNames[variant.dtype] ?? ''} ${fileSize(variant.bytes)}${here}`.trim(),
      remark: reason,
      disabled: !usable,
    };
  };
  return (
    <div className="editor-columns">
      <RadioRows<DeviceChoice>
        label="Device"
        value={device}
        rows={[autoRow(offer, dtype), ...devices.map((on) => deviceRow(offer, on))]}
        onChange={onDevice}
      />
      <RadioRows<string>
        label="Weights"
        value={selection?.variant.dtype ?? dtype}
        rows={offer.variants.map(weights)}
        onChange={onDtype}
      />
    </div>
  );
}

function autoRow(offer: ModelOffer, dtype: string | null): RadioRow<DeviceChoice> {
  const taken = select(offer, 'auto', dtype);
  const { choice } = offer;
  const asOffered = choice !== null && taken?.device === choice.device && taken.variant.dtype === choice.dtype;
  return {
    value: 'auto',
    label: 'Auto',
    aside: taken ? `${deviceNames[taken.device]}, ${taken.variant.dtype}` : null,
    remark: asOffered ? choice.reason : null,
    disabled: taken === null && dtype === null,
  };
}

function deviceRow(offer: ModelOffer, on: Device): RadioRow<DeviceChoice> {
  const problem = deviceProblem(offer, on);
  const about = on === 'wasm' ? 'the processor' : 'the graphics card';
  return { value: on, label: deviceNames[on], aside: about, remark: problem, disabled: problem !== null };
}
