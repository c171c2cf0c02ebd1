import { hasWideResidual, type ModelFacts } from './kind.js';
import { estimateMemory, inWords, sessionBytes } from './memory.js';

type Device = 'wasm' | 'webgpu';

/** What a browser offers to models. */
export interface Machine {
  /** Null when there is a WebGPU adapter; else why there is none. */
  readonly webgpuMissing: string | null;
  /** Whether the adapter computes half floats (`shader-f16`). */
  readonly halfFloats: boolean;
  /** Whether the adapter is a program on the CPU. */
  readonly software: boolean;
  /** Memory of the device, bytes, as far as the browser tells; it rounds, and many stop counting at 8 GB. */
  readonly memory: number | null;
}

/** A variant with its sizes, bytes. */
export interface SizedVariant {
  readonly dtype: string;
  /** Graph and external data. */
  readonly weights: number;
  /** The largest single file. */
  readonly largestFile: number;
}

export interface Verdict {
  readonly usable: boolean;
  readonly reason: string | null;
  /** Bytes. */
  readonly memory: number;
}

/** A protobuf, and a buffer of a page, end at two gigabytes; a WASM memory at four. */
const largestBuffer = 2 ** 31 - 1;
const wasmMemory = 2 ** 32;
/** Browsers hide how much more there is. */
const toldMemoryEnds = 8e9;

const halfFloat = new Set(['fp16', 'q4f16']);
const fourBit = new Set(['q4', 'q4f16', 'bnb4']);
const eightBit = new Set(['q8', 'int8', 'uint8']);

/** Whether a variant can be used on a device, said before anything is downloaded. */
export function judgeVariant(device: Device, variant: SizedVariant, facts: ModelFacts, machine: Machine): Verdict {
  const { dtype, weights, largestFile } = variant;
  const memory = estimateMemory(device, dtype, weights, facts);
  const no = (reason: string): Verdict => ({ usable: false, reason, memory });
  if (device === 'webgpu' && machine.webgpuMissing !== null) return no(machine.webgpuMissing);
  if (largestFile > largestBuffer) {
    return no(
      `One of its files has ${inWords(largestFile)}, and a page can open files up to 2 GB. Take a smaller dtype.`,
    );
  }
  const session = sessionBytes(device, dtype, weights, facts);
  if (device === 'wasm' && session > wasmMemory) {
    return no(
      `It needs ${inWords(session)} in the engine's memory, which ends at 4 GB on the CPU. Take a smaller dtype or WebGPU.`,
    );
  }
  if (machine.memory !== null && memory > machine.memory && machine.memory < toldMemoryEnds) {
    return no(`It needs about ${inWords(memory)} of memory, and this device has ${inWords(machine.memory)}.`);
  }
  if (device === 'webgpu' && halfFloat.has(dtype) && !machine.halfFloats) {
    return no('It computes in half floats, and this graphics adapter cannot (no shader-f16). Take q4 or fp32.');
  }
  return { usable: true, reason: note(device, dtype, memory, facts, machine), memory };
}

function note(device: Device, dtype: string, memory: number, facts: ModelFacts, machine: Machine): string | null {
  if (machine.memory !== null && memory > machine.memory) {
    return `Needs about ${inWords(memory)}; this browser tells of ${inWords(machine.memory)}, and may have more. It may not fit.`;
  }
  if (device === 'wasm') {
    if (fourBit.has(dtype))
      return 'Usable, but slow: 4-bit weights have no fast CPU kernel (about four times the time of q8).';
    if (dtype === 'fp16') return 'Usable, but slow: the CPU computes half floats as fp32, and needs their memory.';
    return null;
  }
  if (eightBit.has(dtype)) return 'Usable, but slow: int8 layers have no WebGPU kernel, and parts run on the CPU.';
  if (dtype === 'bnb4') return 'Usable, but slow: this 4-bit format has no WebGPU kernel.';
  if (halfFloat.has(dtype) && hasWideResidual(facts.family)) {
    return `Half floats can overflow in ${facts.family} models. q4 and fp32 are safe.`;
  }
  return null;
}

/** What to try first, from what was measured: see {@link choose}. */
export function dtypesInOrder(device: Device, facts: ModelFacts, machine: Machine): readonly string[] {
  if (device === 'wasm') return ['q8', 'fp32', 'int8', 'uint8', 'q4', 'fp16', 'bnb4', 'q4f16'];
  if (!machine.halfFloats || hasWideResidual(facts.family)) {
    return ['q4', 'fp32', 'q4f16', 'fp16', 'q8', 'int8', 'uint8', 'bnb4'];
  }
  return ['q4f16', 'q4', 'fp16', 'fp32', 'q8', 'int8', 'uint8', 'bnb4'];
}

/** Models whose fp32 files are smaller than this are quick on the CPU as they are. */
const smallModel = 100e6;

export interface Choice {
  readonly device: Device;
  readonly dtype: string;
  /** One sentence. */
  readonly reason: string;
}

/**
 * What `auto` takes. On a graphics adapter: q4f16 where it computes half floats (q4 for families whose residual outgrows them), else
 * q4. On the CPU: q8, else fp32. Small models: fp32 on the CPU. What the model's authors name goes first where it is not slow. These
 * are the orders of measured times: 135 M parameters on one thread took 64–78 ms a token in fp32, 75–91 in q8, 275–368 in q4.
 *
 * @param device only this one, when the user chose it
 * @returns null when no variant can be used
 */
export function choose(
  variants: readonly SizedVariant[],
  facts: ModelFacts,
  machine: Machine,
  device: Device | 'auto' = 'auto',
): Choice | null {
  const find = (dtype: string) => variants.find((it) => it.dtype === dtype);
  const judged = (on: Device, dtype: string) => {
    const variant = find(dtype);
    return variant ? judgeVariant(on, variant, facts, machine) : null;
  };
  const exact = find('fp32');
  const isSmall = exact !== undefined && exact.weights < smallModel;
  if (device !== 'webgpu' && isSmall && judged('wasm', 'fp32')?.usable) {
    return {
      device: 'wasm',
      dtype: 'fp32',
      reason: `The CPU with fp32: ${inWords(exact.weights)} of weights are small enough to be quick there, and exact.`,
    };
  }
  const graphics = machine.webgpuMissing === null && !machine.software;
  const devices: readonly Device[] = device !== 'auto' ? [device] : graphics ? ['webgpu', 'wasm'] : ['wasm', 'webgpu'];
  // What is slow is taken only when nothing else can be used.
  for (const slowToo of [false, true]) {
    for (const on of devices) {
      const named = facts.named[on];
      const dtypes = [
        ...new Set([
          ...(named === undefined ? [] : [named]),
          ...dtypesInOrder(on, facts, machine),
          ...variants.map((it) => it.dtype),
        ]),
      ];
      const dtype = dtypes.find((it) => {
        const verdict = judged(on, it);
        return verdict?.usable === true && (slowToo || verdict.reason === null);
      });
      if (dtype !== undefined)
        return { device: on, dtype, reason: reasonFor(on, dtype, named === dtype, facts, machine) };
    }
  }
  return null;
}

function reasonFor(device: Device, dtype: string, isNamed: boolean, facts: ModelFacts, machine: Machine): string {
  if (device === 'wasm') {
    const why = machine.webgpuMissing
      ? `: ${machine.webgpuMissing}`
      : machine.software
        ? ': the graphics adapter is a program on the CPU'
        : '';
    const words: Readonly<Record<string, string>> = {
      q8: '8-bit weights are small and nearly as fast as fp32 there',
      fp32: 'fp32 is the fastest there',
    };
    const named = isNamed ? `its authors name ${dtype}` : undefined;
    return `The CPU with ${dtype}${why}; ${words[dtype] ?? named ?? 'there are no other files that it can use'}.`;
  }
  if (isNamed) return `WebGPU with ${dtype}, which the model's authors name for it.`;
  if (dtype === 'q4f16')
    return 'WebGPU with q4f16: the adapter computes half floats, and 4-bit weights are the smallest and fastest there.';
  if (dtype === 'q4') {
    const why = hasWideResidual(facts.family)
      ? `half floats can overflow in ${facts.family} models`
      : machine.halfFloats
        ? 'there are no q4f16 files'
        : 'the adapter has no half floats';
    return `WebGPU with q4: ${why}, and 4-bit weights are the smallest.`;
  }
  return `WebGPU with ${dtype}: there are no 4-bit files that it can use.`;
}

/** Variants in the order in which `auto` would take them on a device. */
export function sortVariants<Variant extends { readonly dtype: string }>(
  variants: readonly Variant[],
  facts: ModelFacts,
  machine: Machine,
  first: Choice | null,
): readonly Variant[] {
  const dtypes = [...(first ? [first.dtype] : []), ...dtypesInOrder(first?.device ?? 'wasm', facts, machine)];
  const rank = (it: Variant) => (dtypes.includes(it.dtype) ? dtypes.indexOf(it.dtype) : dtypes.length);
  return variants.toSorted((a, b) => rank(a) - rank(b));
}
