import { wasmEngine, type WasmEngine } from './wasm-engine.js';

interface Loan {
  /** Where the array begins. */
  readonly address: number;
  readonly release: () => void;
}

/** Arrays that lie in the engine's memory, where a run takes them without a copy. */
const loans = new WeakMap<ArrayBufferView, Loan>();
/** For arrays that nobody gave back: the engine's memory is not the garbage collector's. */
const forgotten = new FinalizationRegistry<Loan>(({ release }) => release());

/** Tells of an array that lies in the engine's memory until it is given back. Parts of it are good no longer than itself. */
export function lend<Values extends ArrayBufferView>(array: Values, loan: Loan): Values {
  loans.set(array, loan);
  forgotten.register(array, loan, array);
  return array;
}

/** Where an array lies in the engine's memory; undefined where it lies elsewhere. */
export function addressOf(array: ArrayBufferView): number | undefined {
  return loans.get(array)?.address;
}

/** @returns whether the array was the engine's, which has its memory back then: the array must not be read any more */
export function giveBack(array: ArrayBufferView): boolean {
  const loan = loans.get(array);
  if (!loan) return false;
  loans.delete(array);
  forgotten.unregister(array);
  loan.release();
  return true;
}

/**
 * Numbers that a run will take, to be written by the caller before anything reads them: in the engine's memory where it can be
 * had, whose values are those that were there before.
 */
export function floatsForRun(length: number, engine: WasmEngine | null = wasmEngine.started): Float32Array {
  const address = engine && length > 0 ? engine._malloc(length * Float32Array.BYTES_PER_ELEMENT) : 0;
  if (!engine || address === 0) return new Float32Array(length);
  const array = new Float32Array(engine.HEAPU8.buffer, address, length);
  return lend(array, { address, release: () => engine._free(address) });
}
