/**
 * Starts onnxruntime's WASM. onnxruntime-web loads this file by its address, in place of its own, and calls what it exports by
 * default; so the module is known here too, which it hands to nobody.
 */
import start from 'onnxruntime-web/ort-wasm-simd-threaded.mjs';
import { wasmEngine, type WasmEngine } from './wasm-engine.js';

export const address = import.meta.url;

export default async function startHere(options: object): Promise<WasmEngine> {
  // Where the .wasm is, only the bundler knows: not beside this file.
  const engine = await start({ ...options, locateFile: undefined });
  wasmEngine.started = engine;
  return engine;
}
