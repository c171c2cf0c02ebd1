/**
 * What is used of onnxruntime's own interface in WASM, beneath onnxruntime-web: as its `lib/wasm/wasm-types.ts` says, version 1.30.
 * Addresses are bytes from the beginning of its memory.
 */
export interface WasmEngine {
  /** Its memory, which other threads may share; a new view each time that it grew. */
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  getValue(address: number, type: 'i32' | '*'): number;
  setValue(address: number, value: number, type: 'i32' | '*'): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, address: number, room: number): void;
  UTF8ToString(address: number): string;
  _OrtCreateTensor(type: number, data: number, bytes: number, dims: number, rank: number, location: number): number;
  _OrtGetTensorData(tensor: number, type: number, data: number, dims: number, rank: number): number;
  _OrtReleaseTensor(tensor: number): number;
  _OrtFree(address: number): number;
  _OrtGetLastError(code: number, message: number): number;
  _OrtCreateRunOptions(severity: number, verbosity: number, terminate: boolean, tag: number): number;
  _OrtReleaseRunOptions(options: number): void;
  _OrtRun(
    session: number,
    inputNames: number,
    inputs: number,
    inputCount: number,
    outputNames: number,
    outputCount: number,
    outputs: number,
    options: number,
  ): Promise<number> | number;
}

/** This worker's engine, once it was started through `wasm-start.ts`. */
export const wasmEngine: { started: WasmEngine | null } = { started: null };
