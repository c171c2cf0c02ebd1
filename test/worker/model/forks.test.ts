/** The session with rows that fork: when there is one, and when it goes. */
import { describe, expect, it, vi } from 'vitest';
import { modelFile } from '../generation/opened-decoder.js';
import { openBytes } from './opened-model.js';

type Bytes = Uint8Array<ArrayBuffer>;
const open = () => openBytes(modelFile('llama-genai/onnx/model.onnx') as Bytes);

describe('a graph whose rows fork', () => {
  it('is opened once, and again where hooks are missing; the first goes with its last user', async () => {
    const own = await open();
    const { forks } = own;
    const first = (await forks.take(own, { resid_post: 'add' }))!;
    expect(await forks.take(own, {})).toBe(first);
    const released = vi.spyOn(first.session, 'release');
    const second = (await forks.take(own, { attn_out: 'add' }))!;
    expect(second).not.toBe(first);
    expect(second.report.compiled).toEqual({ resid_post: 'add', attn_out: 'add' });
    forks.leave(first);
    expect(released).not.toHaveBeenCalled();
    forks.leave(first);
    expect(released).toHaveBeenCalledOnce();
    forks.leave(second);
    expect(forks.isOpen).toBe(true);
    expect(forks.isUsed).toBe(false);
    await forks.release();
    expect(forks.isOpen).toBe(false);
  });

  it('is not taken where its rows are not what they are by themselves', async () => {
    // With 8 bits, activations are rounded in steps that depend on the largest of all rows.
    const model = await openBytes(modelFile('llama-optimum/onnx/model_quantized.onnx') as Bytes);
    expect(await model.forks.take(model, {})).toBeNull();
    expect(model.forks.isOpen).toBe(false);
    const reads = vi.spyOn(model, 'readGraph');
    expect(await model.forks.take(model, {})).toBeNull();
    expect(reads).not.toHaveBeenCalled();
  });
});
