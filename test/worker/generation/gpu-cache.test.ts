import { describe, expect, it } from 'vitest';
import type { CacheLayout } from '../../../src/core/onnx/hooks.js';
import type { BatchCache } from '../../../src/worker/generation/cache.js';
import { GpuCaches } from '../../../src/worker/generation/gpu-cache.js';
import { GpuMemory } from '../../../src/worker/runtime/gpu-memory.js';
import type { GpuDevice } from '../../../src/worker/runtime/gpu.js';
import type { Tensor, TensorConstructor } from '../../../src/worker/runtime/ort.js';

/** A device whose buffers are arrays. */
class Buffer {
  static living = 0;
  readonly bytes: Uint8Array;
  constructor(readonly size: number) {
    this.bytes = new Uint8Array(size);
    Buffer.living++;
  }
  async mapAsync(): Promise<void> {}
  getMappedRange(start: number, size: number): ArrayBuffer {
    return this.bytes.slice(start, start + size).buffer;
  }
  unmap(): void {}
  destroy(): void {
    Buffer.living--;
  }
}
const device = {
  queue: { submit: () => undefined },
  createBuffer: ({ size }: { size: number }) => new Buffer(size),
  createCommandEncoder: () => ({
    copyBufferToBuffer(from: Buffer, fromByte: number, to: Buffer, toByte: number, bytes: number) {
      if (fromByte % 4 || toByte % 4 || bytes % 4) throw new Error('copies move multiples of 4 bytes');
      if (fromByte + bytes > from.size || toByte + bytes > to.size) throw new Error('out of the buffer');
      to.bytes.set(from.bytes.subarray(fromByte, fromByte + bytes), toByte);
    },
    finish: () => undefined,
  }),
} as unknown as GpuDevice;
const tensors = {
  fromGpuBuffer: (
    gpuBuffer: Buffer,
    { dataType, dims, dispose }: { dataType: string; dims: number[]; dispose(): void },
  ) => ({
    gpuBuffer,
    type: dataType,
    dims,
    size: dims.reduce((product, size) => product * size, 1),
    location: 'gpu-buffer',
    dispose,
  }),
} as unknown as TensorConstructor;

function values(tensor: Tensor): Float32Array {
  const { bytes } = tensor.gpuBuffer as unknown as Buffer;
  return new Float32Array(bytes.buffer, 0, tensor.size);
}

/** What a cache holds at an index, so that every value says where it belongs: row, token and the rest. */
function mark(layout: CacheLayout, entry: number, row: number, token: number, rest: number): number {
  return 1000 * (layout.entries.length * row + entry) + 10 * token + rest / 8;
}

/** Visits every valid value of a batch. */
function each(
  layout: CacheLayout,
  cache: BatchCache,
  visit: (data: Float32Array, at: number, expected: number) => void,
  rowOf = (row: number) => row,
): void {
  layout.entries.forEach(({ past, dims }, entry) => {
    const tensor = cache.feeds[past]!;
    const data = values(tensor);
    for (let at = 0; at < data.length; at++) {
      let left = at;
      let [row, token, rest] = [0, 0, 0];
      for (let axis = dims.length - 1; axis >= 0; axis--) {
        const index = left % tensor.dims[axis]!;
        left = Math.floor(left / tensor.dims[axis]!);
        if (dims[axis] === -1) row = index;
        else if (dims[axis] === -2) token = index;
        else rest = 3 * rest + index;
      }
      if (token < cache.length) visit(data, at, mark(layout, entry, rowOf(row), token, rest));
    }
  });
}

const entry = (name: string, dims: number[]) => ({
  past: name,
  present: `new ${name}`,
  dims,
  type: 'float32' as const,
});
const layouts: [string, CacheLayout, string[]][] = [
  ['in place', { entries: [entry('keys', [-1, 2, -2, 3]), entry('values', [-1, 2, -2, 3])] }, ['keys', 'values']],
  ['growing', { entries: [entry('keys', [-1, 2, -2, 3])] }, []],
  ['the batch behind another axis', { entries: [entry('both', [2, -1, 3, -2, 2])] }, []],
  ['beside a state of fixed size', { entries: [entry('keys', [-1, 2, -2, 3]), entry('conv', [-1, 3, 2])] }, ['keys']],
];

describe.each(layouts)('caches on the GPU, %s', (_, layout, inPlace) => {
  const run = <Result>(job: () => Promise<Result>) => job();
  const caches = () => new GpuCaches(layout, new GpuMemory(device, tensors, run), new Set(inPlace));

  /** A batch as a first run leaves it: exactly as long as its tokens. */
  function firstRun(rows: number, length: number): BatchCache {
    const memory = new GpuMemory(device, tensors, run);
    const feeds = Object.fromEntries(
      layout.entries.map(({ past, dims }) => [
        past,
        memory.allocate(
          'float32',
          dims.map((size) => (size === -1 ? rows : size === -2 ? length : size)),
        ),
      ]),
    );
    const cache = { rows, length, feeds, isOwn: true };
    each(layout, cache, (data, at, expected) => (data[at] = expected));
    return cache;
  }

  const check = (cache: BatchCache, rowOf?: (row: number) => number) => {
    let count = 0;
    each(
      layout,
      cache,
      (data, at, expected) => {
        count++;
        expect(data[at]).toBe(expected);
      },
      rowOf,
    );
    expect(count).toBeGreaterThan(0);
  };

  it('are split into rows and joined in any order', async () => {
    const keeper = caches();
    const rows = await keeper.split(firstRun(3, 5));
    check(keeper.join([rows[2]!, rows[0]!]), (row) => [2, 0][row]!);
    const again = await keeper.split(keeper.join([rows[1]!, rows[2]!]));
    check(keeper.join(again), (row) => [1, 2][row]!);
  });

  it('go on with more room when they need it', async () => {
    const keeper = caches();
    const cache = keeper.join(await keeper.split(firstRun(2, 5)));
    if (inPlace.length === 0) {
      expect(cache.room).toBeUndefined();
      expect(keeper.makeRoom(cache, 1000)).toBe(cache);
      return;
    }
    expect(keeper.makeRoom(cache, cache.room!)).toBe(cache);
    const larger = keeper.makeRoom(cache, cache.room! + 1);
    expect(larger.room).toBe(2 * cache.room!);
    check(larger);
  });

  it('go back where all of them are written in place', async () => {
    const keeper = caches();
    const cache = keeper.join(await keeper.split(firstRun(1, 5)));
    const rewound = keeper.rewind(cache, 3);
    if (inPlace.length < layout.entries.length) expect(rewound).toBeNull();
    else check(rewound!);
    expect(keeper.rewind(cache, 6)).toBeNull();
  });

  it('free rows that were dropped, once they are swept', async () => {
    const keeper = caches();
    const cache = firstRun(2, 4);
    const before = Buffer.living;
    keeper.drop(await keeper.split(cache));
    expect(Buffer.living).toBe(before + 2 * layout.entries.length);
    keeper.sweep();
    expect(Buffer.living).toBe(before);
  });
});
