import { addressOf, lend } from './engine-memory.js';
import type { Feeds, Outputs, Tensor, TensorConstructor } from './ort.js';
import type { WasmEngine } from './wasm-engine.js';

/** Numbers of onnxruntime's element types, and the arrays that hold them. */
const elementTypes = {
  float32: { number: 1, Array: Float32Array },
  int32: { number: 6, Array: Int32Array },
  int64: { number: 7, Array: BigInt64Array },
  bool: { number: 9, Array: Uint8Array },
  float16: { number: 10, Array: Uint16Array },
} as const;
type ElementType = keyof typeof elementTypes;
type TypedArray = InstanceType<(typeof elementTypes)[ElementType]['Array']>;

const typeNames = new Map<number, ElementType>(
  Object.entries(elementTypes).map(([name, { number }]) => [number, name as ElementType]),
);

/** onnxruntime's number of the CPU's memory. */
const onCpu = 1;
const onlyFatal = 4;
/** Bytes of an address. */
const word = 4;

/**
 * Runs a session of onnxruntime-web without onnxruntime-web, which copies whatever goes in or comes out. A batch's caches are tens
 * of megabytes that are the next step's inputs: here they stay in the engine's memory, and so may what is read only once.
 */
export class EngineSession {
  private readonly names = new Map<string, number>();
  private readonly options: number;
  private isReleased = false;

  /** @param handle onnxruntime's number of the session */
  constructor(
    private readonly engine: WasmEngine,
    private readonly handle: number,
    private readonly Tensor: TensorConstructor,
  ) {
    this.options = engine._OrtCreateRunOptions(onlyFatal, 0, false, 0);
  }

  /** Whether all of these can be fed. */
  static takes(feeds: Feeds): boolean {
    return Object.values(feeds).every(({ type, location }) => location === 'cpu' && type in elementTypes);
  }

  /**
   * As `InferenceSession.run`.
   *
   * @param stay outputs whose float32 data are the engine's own, until `giveBack`; others are copied
   * @throws Error after `release`, and with what onnxruntime says when it fails
   */
  async run(feeds: Feeds, fetches: readonly string[], stay: ReadonlySet<string>): Promise<Outputs> {
    // onnxruntime would take what lies at its address by now for the session.
    if (this.isReleased) throw new Error('this session was released');
    const { engine } = this;
    const inputs = Object.entries(feeds);
    const room = this.room(2 * word * (inputs.length + fetches.length));
    const [inputNames, inputValues] = [room, room + word * inputs.length];
    const outputNames = inputValues + word * inputs.length;
    const outputValues = outputNames + word * fetches.length;
    const lists: readonly (readonly [at: number, names: readonly string[]])[] = [
      [inputNames, inputs.map(([name]) => name)],
      [outputNames, fetches],
    ];
    const given: (() => void)[] = [];
    try {
      for (const [start, names] of lists) {
        names.forEach((name, at) => engine.setValue(start + word * at, this.nameOf(name), '*'));
      }
      inputs.forEach(([, tensor], at) => engine.setValue(inputValues + word * at, this.give(tensor, given), '*'));
      fetches.forEach((_, at) => engine.setValue(outputValues + word * at, 0, '*'));
      const failed = await engine._OrtRun(
        this.handle,
        inputNames,
        inputValues,
        inputs.length,
        outputNames,
        fetches.length,
        outputValues,
        this.options,
      );
      if (failed !== 0) throw this.lastError();
      const values = fetches.map((_, at) => engine.getValue(outputValues + word * at, '*'));
      return Object.fromEntries(fetches.map((name, at) => [name, this.take(values[at]!, stay.has(name))]));
    } finally {
      for (const release of given) release();
      engine._free(room);
    }
  }

  /** What stayed is good after this. */
  release(): void {
    const { engine, names } = this;
    if (this.isReleased) return;
    this.isReleased = true;
    engine._OrtReleaseRunOptions(this.options);
    for (const at of names.values()) engine._free(at);
    names.clear();
  }

  /** A tensor as an input; of data that lie elsewhere, a copy. @param given is told what is to be released after the run */
  private give(tensor: Tensor, given: (() => void)[]): number {
    const { engine } = this;
    const { type, dims } = tensor;
    const array = tensor.data as TypedArray;
    const { byteLength } = array;
    let data = addressOf(array);
    if (data === undefined) {
      const copy = this.room(byteLength);
      given.push(() => engine._free(copy));
      engine.HEAPU8.set(new Uint8Array(array.buffer, array.byteOffset, byteLength), copy);
      data = copy;
    }
    const sizes = this.room(word * Math.max(1, dims.length));
    dims.forEach((size, at) => engine.setValue(sizes + word * at, size, 'i32'));
    const { number } = elementTypes[type as ElementType];
    const value = engine._OrtCreateTensor(number, data, byteLength, sizes, dims.length, onCpu);
    engine._free(sizes);
    if (value === 0) throw this.lastError();
    // Before the data that it refers to.
    given.unshift(() => engine._OrtReleaseTensor(value));
    return value;
  }

  private take(value: number, stays: boolean): Tensor {
    const { engine } = this;
    const facts = this.room(4 * word);
    const failed = engine._OrtGetTensorData(value, facts, facts + word, facts + 2 * word, facts + 3 * word);
    const [number, address, sizes, rank] = [0, 1, 2, 3].map((at) => engine.getValue(facts + word * at, '*')) as [
      number,
      number,
      number,
      number,
    ];
    engine._free(facts);
    if (failed !== 0) throw this.lastError();
    const dims = Array.from({ length: rank }, (_, at) => engine.getValue(sizes + word * at, 'i32'));
    engine._OrtFree(sizes);
    const type = typeNames.get(number)!;
    const size = dims.reduce((product, dim) => product * dim, 1);
    const view = new elementTypes[type].Array(engine.HEAPU8.buffer as ArrayBuffer, address, size);
    const release = () => engine._OrtReleaseTensor(value);
    // Half floats are given to people in another array than the one that they lie in.
    if (stays && type === 'float32' && size > 0) return this.tensorOf(type, lend(view, { address, release }), dims);
    const copy = view.slice();
    release();
    return this.tensorOf(type, copy, dims);
  }

  private tensorOf(type: ElementType, data: TypedArray, dims: readonly number[]): Tensor {
    const { Tensor } = this;
    return new (Tensor as new (type: ElementType, data: TypedArray, dims: readonly number[]) => Tensor)(
      type,
      data,
      dims,
    );
  }

  /** Where a name lies in the engine's memory. */
  private nameOf(name: string): number {
    const { engine, names } = this;
    const known = names.get(name);
    if (known !== undefined) return known;
    const room = engine.lengthBytesUTF8(name) + 1;
    const at = this.room(room);
    engine.stringToUTF8(name, at, room);
    names.set(name, at);
    return at;
  }

  /**
   * @returns the address of as many bytes, to be freed
   * @throws Error when there is no memory, which onnxruntime's allocator says with a null pointer
   */
  private room(bytes: number): number {
    const address = this.engine._malloc(bytes);
    if (address === 0 && bytes > 0) throw new Error(`out of memory: ${bytes} bytes could not be allocated`);
    return address;
  }

  private lastError(): Error {
    const { engine } = this;
    const room = this.room(2 * word);
    engine._OrtGetLastError(room, room + word);
    const [code, message] = [engine.getValue(room, 'i32'), engine.getValue(room + word, '*')];
    engine._free(room);
    return new Error(`onnxruntime's error ${code}: ${message ? engine.UTF8ToString(message) : ''}`);
  }
}
