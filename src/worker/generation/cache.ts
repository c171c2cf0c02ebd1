import type { CacheEntry, CacheLayout } from '../../core/onnx/hooks.js';
import { floatsForRun, giveBack } from '../runtime/engine-memory.js';
import type { Feeds, Outputs, Tensor, TensorConstructor } from '../runtime/ort.js';

type CacheArray = Float32Array | Uint16Array;

/** One text's keys and values for `length` tokens, where the device keeps them. Never changed once made. */
export interface CachedRow {
  readonly length: number;
  readonly bytes: number;
}

/** On the CPU: one array per cache entry. */
interface HostRow extends CachedRow {
  readonly arrays: readonly CacheArray[];
}

/** Where caches are kept between runs, and how texts go in and out of batches. */
export interface CacheKeeper {
  /** A copy of each row; on the CPU it frees what was on a GPU. */
  split(cache: BatchCache): Promise<readonly CachedRow[]>;
  /** A batch whose rows continue the given texts, which all have the same length. */
  join(rows: readonly CachedRow[]): BatchCache;
  /** Lets rows go that nobody needs once the present request is done. */
  drop(rows: readonly CachedRow[]): void;
  /** Frees what was dropped. */
  sweep(): void;
}

/** The caches of a batch as the next run takes them; wherever the device keeps them. */
export interface BatchCache {
  readonly rows: number;
  readonly length: number;
  readonly feeds: Feeds;
  /** Whether nothing else holds its arrays, as kept prompts do. */
  readonly isOwn: boolean;
  /** Tokens that there is room for, where caches are written in place; absent: they grow with every run. */
  readonly room?: number;
}

export function rowBytes(row: CachedRow): number {
  return row.bytes;
}

/** Caches that are split and joined on the CPU. */
export class HostCaches implements CacheKeeper {
  constructor(
    private readonly layout: CacheLayout,
    private readonly Tensor: TensorConstructor,
  ) {}

  split(cache: BatchCache): Promise<readonly CachedRow[]> {
    return splitRows(this.layout, cache);
  }

  join(rows: readonly CachedRow[]): BatchCache {
    return joinRows(this.layout, rows as readonly HostRow[], this.Tensor);
  }

  /** Arrays are the garbage collector's. */
  drop(): void {}
  sweep(): void {}
}

/**
 * Caches of no tokens, for the first run: empty, or zeros where a cache is a state of fixed size (convolutions).
 *
 * @param count how many rows an entry of the layout holds; absent: all
 */
export function emptyCache(
  layout: CacheLayout,
  rows: number,
  Tensor: TensorConstructor,
  count: (entry: number) => number = () => rows,
): BatchCache {
  const feeds: Feeds = {};
  layout.entries.forEach((entry, index) => {
    const { outer, inner } = strides(entry, 0);
    const own = count(index);
    feeds[entry.past] = makeTensor(Tensor, entry, arrayFor(entry, outer * own * inner), own, 0);
  });
  return { rows, length: 0, feeds, isOwn: true };
}

/** What a run returned becomes what the next one takes; nothing is copied. */
export function nextCache(
  layout: CacheLayout,
  outputs: Outputs,
  rows: number,
  length: number,
  room?: number,
): BatchCache {
  const feeds: Feeds = {};
  for (const entry of layout.entries) feeds[entry.past] = outputs[entry.present]!;
  return { rows, length, feeds, isOwn: true, ...(room !== undefined && { room }) };
}

/** Frees a cache that no run takes any more, but for the tensors that `next` goes on with. */
export function disposeCache(cache: BatchCache, next?: BatchCache): void {
  for (const name in cache.feeds) {
    const tensor = cache.feeds[name]!;
    if (tensor === next?.feeds[name]) continue;
    if (tensor.location === 'gpu-buffer') tensor.dispose();
    else if (cache.isOwn) freeArray(tensor.data as CacheArray);
  }
}

/**
 * Gives an array's memory back at once. A step makes megabytes of them: left to the garbage collector, every step takes
 * fresh pages from the system, which costs more than writing them.
 */
export function freeArray(array: ArrayBufferView<ArrayBufferLike>): void {
  if (giveBack(array)) return;
  const { buffer } = array;
  if (buffer instanceof ArrayBuffer && 'transfer' in buffer && buffer.byteLength > 0) buffer.transfer(0);
}

/**
 * Copies every row of a batch to the CPU, and frees what was on the GPU: once read, a tensor counts as the CPU's. Where an entry
 * holds only the first rows, the others have forked from the first one, and share what it has there.
 */
async function splitRows(layout: CacheLayout, cache: BatchCache): Promise<readonly CachedRow[]> {
  const arrays: CacheArray[][] = Array.from({ length: cache.rows }, () => []);
  for (const entry of layout.entries) {
    const tensor = cache.feeds[entry.past]!;
    const data = bits((await tensor.getData(true)) as CacheArray);
    const { outer, inner } = strides(entry, cache.length);
    const rows = tensor.dims[entry.dims.indexOf(-1)]!;
    arrays.forEach((own, row) => {
      if (row >= rows) return own.push(arrays[0]!.at(-1)!);
      const values = arrayFor(entry, outer * inner);
      for (let block = 0; block < outer; block++) {
        const start = (block * rows + row) * inner;
        values.set(data.subarray(start, start + inner), block * inner);
      }
      return own.push(values);
    });
  }
  const bytes = (own: readonly CacheArray[]) => own.reduce((sum, array) => sum + array.byteLength, 0);
  return arrays.map((own): HostRow => ({ length: cache.length, bytes: bytes(own), arrays: own }));
}

/** A batch whose rows continue the given texts, which all have the same length. */
function joinRows(layout: CacheLayout, rows: readonly HostRow[], Tensor: TensorConstructor): BatchCache {
  const [first] = rows;
  if (rows.length > 1) return composeRows(layout, rows, Tensor);
  const { length } = first!;
  const feeds: Feeds = {};
  layout.entries.forEach((entry, index) => {
    feeds[entry.past] = makeTensor(Tensor, entry, first!.arrays[index]!, 1, length);
  });
  return { rows: 1, length, feeds, isOwn: false };
}

/** The batch with only some of its rows, for caches on the CPU. */
export function keepRows(
  layout: CacheLayout,
  cache: BatchCache,
  keep: readonly number[],
  Tensor: TensorConstructor,
): BatchCache {
  return composeRows(
    layout,
    keep.map((row) => ({ batch: cache, row })),
    Tensor,
  );
}

/** Where a row of a new batch comes from: a text's own cache, or a row of another batch. */
export type RowSource = CachedRow | BatchRow;
interface BatchRow {
  readonly batch: BatchCache;
  readonly row: number;
}

/**
 * A batch made of rows of the same length, for caches on the CPU.
 *
 * @param count how many of the rows an entry of the layout holds, the first ones; absent: all
 */
export function composeRows(
  layout: CacheLayout,
  sources: readonly RowSource[],
  Tensor: TensorConstructor,
  count: (entry: number) => number = () => sources.length,
): BatchCache {
  const [first] = sources;
  const { length } = isBatchRow(first!) ? first.batch : first!;
  const feeds: Feeds = {};
  layout.entries.forEach((entry, index) => {
    const { outer, inner } = strides(entry, length);
    const rows = count(index);
    const data = arrayForRun(entry, outer * inner * rows);
    for (let at = 0; at < rows;) {
      const next = stretchFrom(sources, at, rows);
      const { values, row, of } = rowIn(sources[at]!, entry, index);
      for (let block = 0; block < outer; block++) {
        const start = (block * of + row) * inner;
        data.set(values.subarray(start, start + (next - at) * inner), (block * rows + at) * inner);
      }
      at = next;
    }
    feeds[entry.past] = makeTensor(Tensor, entry, data, rows, length);
  });
  return { rows: sources.length, length, feeds, isOwn: true };
}

function isBatchRow(source: RowSource): source is BatchRow {
  return 'batch' in source;
}

/** Where the rows end that follow each other in the batch that they come from, as they do here: they are copied at once. */
function stretchFrom(sources: readonly RowSource[], at: number, end: number): number {
  const first = sources[at]!;
  let next = at + 1;
  if (!isBatchRow(first)) return next;
  for (; next < end; next++) {
    const source = sources[next]!;
    if (!isBatchRow(source) || source.batch !== first.batch || source.row !== first.row + next - at) break;
  }
  return next;
}

/** The values of an entry that hold a row, which of their rows it is, and how many there are. */
function rowIn(source: RowSource, entry: CacheEntry, index: number) {
  if (!isBatchRow(source)) return { values: (source as HostRow).arrays[index]!, row: 0, of: 1 };
  const tensor = source.batch.feeds[entry.past]!;
  return { values: bits(tensor.data as CacheArray), row: source.row, of: tensor.dims[entry.dims.indexOf(-1)]! };
}

/** Values before the batch axis, and values of one row after it. */
function strides(entry: CacheEntry, length: number): { readonly outer: number; readonly inner: number } {
  const axis = entry.dims.indexOf(-1);
  let outer = 1;
  let inner = 1;
  entry.dims.forEach((size, at) => {
    if (at < axis) outer *= size === -2 ? length : size;
    if (at > axis) inner *= size === -2 ? length : size;
  });
  return { outer, inner };
}

function arrayFor(entry: CacheEntry, length: number): CacheArray {
  return entry.type === 'float16' ? new Uint16Array(length) : new Float32Array(length);
}

/** The same for what the next run takes, which is written whole before: where it can be, it need not be copied then. */
function arrayForRun(entry: CacheEntry, length: number): CacheArray {
  return entry.type === 'float16' ? new Uint16Array(length) : floatsForRun(length);
}

/** Half floats as their bits, whichever array class the browser gives them. */
function bits(data: CacheArray): CacheArray {
  if (data instanceof Float32Array || data instanceof Uint16Array) return data;
  const half = data as unknown as ArrayBufferView;
  return new Uint16Array(half.buffer as ArrayBuffer, half.byteOffset, half.byteLength / 2);
}

function makeTensor(
  Tensor: TensorConstructor,
  entry: CacheEntry,
  data: CacheArray,
  rows: number,
  length: number,
): Tensor {
  const dims = entry.dims.map((size) => (size === -1 ? rows : size === -2 ? length : size));
  return entry.type === 'float16'
    ? new Tensor('float16', data as Uint16Array, dims)
    : new Tensor('float32', data as Float32Array, dims);
}
