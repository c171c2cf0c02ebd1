import { describe, expect, it } from 'vitest';
import { deviceProblem, dtypeVerdict, select } from '../../../../src/app/panels/models/selection.js';
import { offerOf, variantOf, verdicts } from './offer.js';

const taken = (...args: Parameters<typeof select>): string | null => {
  const selection = select(...args);
  return selection && `${selection.device} ${selection.variant.dtype}`;
};

describe('what an offer is opened with', () => {
  const offer = offerOf();

  it('is the worker’s choice until the user chooses', () => {
    expect(taken(offer, 'auto', null)).toBe('webgpu q4f16');
  });

  it('is what suits the device that was chosen', () => {
    expect(taken(offer, 'webgpu', null)).toBe('webgpu q4f16');
    expect(taken(offer, 'wasm', null)).toBe('wasm q8');
  });

  it('keeps the weights that were chosen', () => {
    expect(taken(offer, 'auto', 'q8')).toBe('webgpu q8');
    expect(taken(offer, 'wasm', 'q4')).toBe('wasm q4');
  });

  it('moves auto to the device that can run the chosen weights', () => {
    const cpuOnly = offerOf({
      variants: [variantOf('int8', { webgpu: verdicts.no('no kernel'), wasm: verdicts.yes() })],
    });
    expect(taken(cpuOnly, 'auto', 'int8')).toBe('wasm int8');
  });

  it('is nothing where nothing can run', () => {
    expect(taken(offer, 'wasm', 'q4f16')).toBeNull();
    const tooLarge = offerOf({
      choice: null,
      variants: [variantOf('fp32', { webgpu: verdicts.no('no adapter'), wasm: verdicts.no('too large') })],
    });
    expect(taken(tooLarge, 'auto', null)).toBeNull();
    expect(deviceProblem(tooLarge, 'webgpu')).toBe('no adapter');
  });

  it('takes slow weights rather than none', () => {
    const slow = offerOf({ variants: [variantOf('q4', { webgpu: verdicts.no('x'), wasm: verdicts.yes('slow') })] });
    expect(taken(slow, 'wasm', null)).toBe('wasm q4');
  });
});

describe('what is said of weights', () => {
  const [q4f16, , q8] = offerOf().variants;
  it('is of the device that was chosen, or that auto would take', () => {
    expect(dtypeVerdict(q4f16!, 'wasm', 'webgpu').usable).toBe(false);
    expect(dtypeVerdict(q4f16!, 'auto', 'wasm').usable).toBe(true);
    expect(dtypeVerdict(q8!, 'auto', 'webgpu').reason).toBe('slow');
  });
});
