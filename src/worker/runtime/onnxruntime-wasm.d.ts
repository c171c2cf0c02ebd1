/** The package has no types for the files that it loads itself. */
declare module 'onnxruntime-web/ort-wasm-simd-threaded.mjs' {
  import type { WasmEngine } from './wasm-engine.js';
  export default function start(options: object): Promise<WasmEngine>;
}
