/** What `src/worker/runtime/wasm-start.ts` is in the browser: onnxruntime-web takes it by its address, and cannot read TypeScript. */
import start from 'onnxruntime-web/ort-wasm-simd-threaded.mjs';

export default async function startHere(options) {
  globalThis.startedEngine = await start({ ...options, locateFile: undefined });
  return globalThis.startedEngine;
}
