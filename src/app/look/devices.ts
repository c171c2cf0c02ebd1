import type { DeviceChoice } from '../../protocol/api.js';

export const deviceNames: Readonly<Record<DeviceChoice, string>> = { auto: 'Auto', webgpu: 'WebGPU', wasm: 'WASM' };
