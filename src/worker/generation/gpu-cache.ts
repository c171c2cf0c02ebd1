import type { CacheEntry, CacheLayout } from '../../core/onnx/hooks.js';
import type { GpuCopy, GpuMemory } from '../runtime/gpu-memory.js';
import type { Feeds, Tensor } from '../runtime/ort.js';
import type { BatchCache, CachedRow, CacheKeeper } from './cache.js';

/** On the GPU: one tensor per cache entry, as long as the text. */
interface GpuRow extends CachedRow {
  readonly tensors: readonly Tensor[];
}

/** Room that a batch begins with; it doubles when a text needs more. */
const leastRoom = 128;

/**
 * Caches that never leave the GPU. Where attention can write in place, a batch has room for more tokens than it holds: a
 * step copies nothing, and going back to an earlier length is saying so. Other caches are as long as the text, and what a
 * run returns is what the next one takes.
 */
export class GpuCaches implements CacheKeeper {
  constructor(
    private readonly layout: CacheLayout,
    private readonly memory: GpuMemory,
    /** Names of the `past…` inputs that may be longer than what is valid. */
    private readonly inPlace: ReadonlySet<string>,
  ) {}

  /** Whether copies can be made: they move multiples of 4 bytes. */
  static canKeep({ entries }: CacheLayout): boolean {
    return entries.every((entry) => (pieceSize(entry, 1) * bytesOf(entry)) % 4 === 0);
  }

  async split(cache: BatchCache): Promise<readonly CachedRow[]> {
    const copies: GpuCopy[] = [];
    const rows = Array.from({ length: cache.rows }, (_, row): GpuRow => {
      const tensors = this.layout.entries.map((entry) => {
        const tensor = this.memory.allocate(entry.type, dimensions(entry, 1, cache.length));
        const batch = { tensor: cache.feeds[entry.past]!, rows: cache.rows, row, room: this.roomOf(entry, cache) };
        copies.push(...copiesOf(entry, cache.length, batch, { tensor, rows: 1, row: 0, room: cache.length }));
        return tensor;
      });
      const bytes = this.layout.entries.reduce((sum, entry, at) => sum + tensors[at]!.size * bytesOf(entry), 0);
      return { length: cache.length, bytes, tensors };
    });
    this.memory.copy(copies);
    return rows;
  }

  join(rows: readonly CachedRow[]): BatchCache {
    const length = rows[0]!.length;
    const room = this.inPlace.size > 0 ? enough(length + 1) : undefined;
    const cache = this.allocate(rows.length, length, room);
    this.memory.copy(
      (rows as readonly GpuRow[]).flatMap((own, row) =>
        this.layout.entries.flatMap((entry, at) => {
          const to = { tensor: cache.feeds[entry.past]!, rows: rows.length, row, room: this.roomOf(entry, cache) };
          return copiesOf(entry, length, { tensor: own.tensors[at]!, rows: 1, row: 0, room: length }, to);
        }),
      ),
    );
    return cache;
  }

  /** The batch with room for `total` tokens, which is itself where it has that. The old one is the caller's to free. */
  makeRoom(cache: BatchCache, total: number): BatchCache {
    if (cache.room === undefined || total <= cache.room) return cache;
    const larger = this.allocate(cache.rows, cache.length, enough(total));
    const copies: GpuCopy[] = [];
    for (const entry of this.layout.entries) {
      const from = cache.feeds[entry.past]!;
      for (let row = 0; row < cache.rows; row++) {
        const part = (tensor: Tensor, of: BatchCache) => ({ tensor, rows: of.rows, row, room: this.roomOf(entry, of) });
        const to = part(larger.feeds[entry.past]!, larger);
        copies.push(...copiesOf(entry, cache.length, part(from, cache), to));
      }
    }
    this.memory.copy(copies);
    return larger;
  }

  /**
   * The batch as it was when it held `length` tokens; nothing is copied, and what was written since is overwritten. Null
   * where a cache is not written in place: what it was is gone.
   */
  rewind(cache: BatchCache, length: number): BatchCache | null {
    const canRewind = cache.room !== undefined && this.layout.entries.every(({ past }) => this.inPlace.has(past));
    return canRewind && length <= cache.length ? { ...cache, length } : null;
  }

  /** The tensors that a run writes to, by output; null for what it makes itself. */
  targets(cache: BatchCache): Record<string, Tensor | null> {
    const own = (entry: CacheEntry) => cache.room !== undefined && this.inPlace.has(entry.past);
    return Object.fromEntries(
      this.layout.entries.map((entry) => [entry.present, own(entry) ? cache.feeds[entry.past]! : null]),
    );
  }

  drop(rows: readonly CachedRow[]): void {
    for (const row of rows as readonly GpuRow[]) this.memory.drop(row.tensors);
  }

  sweep(): void {
    this.memory.sweep();
  }

  private allocate(rows: number, length: number, room: number | undefined): BatchCache {
    const feeds: Feeds = {};
    for (const entry of this.layout.entries) {
      const tokens = room !== undefined && this.inPlace.has(entry.past) ? room : length;
      feeds[entry.past] = this.memory.allocate(entry.type, dimensions(entry, rows, tokens));
    }
    return { rows, length, feeds, isOwn: true, ...(room !== undefined && { room }) };
  }

  private roomOf(entry: CacheEntry, { room, length }: BatchCache): number {
    return room !== undefined && this.inPlace.has(entry.past) ? room : length;
  }
}

function enough(tokens: number): number {
  let room = leastRoom;
  while (room < tokens) room *= 2;
  return room;
}

interface Part {
  readonly tensor: Tensor;
  readonly rows: number;
  readonly row: number;
  /** Size of the growing axis. */
  readonly room: number;
}

/** Copies of one row's first `length` tokens from one tensor to another, as few as the layouts allow. */
function copiesOf(entry: CacheEntry, length: number, from: Part, to: Part): GpuCopy[] {
  const batch = entry.dims.indexOf(-1);
  const growing = entry.dims.indexOf(-2);
  const size = (axes: readonly number[]) => axes.reduce((product, axis) => product * (axis === -2 ? length : axis), 1);
  const outer = size(entry.dims.slice(0, batch));
  // Without room to spare, everything of a row behind the batch axis lies together.
  const isWhole = growing < batch || (from.room === length && to.room === length);
  const heads = isWhole ? 1 : size(entry.dims.slice(batch + 1, growing));
  const token = isWhole ? 0 : size(entry.dims.slice(growing + 1));
  const piece = isWhole ? size(entry.dims.slice(batch + 1)) : length * token;
  const bytes = bytesOf(entry);
  const start = (part: Part, block: number, head: number) => {
    const row = block * part.rows + part.row;
    return bytes * (isWhole ? row * piece : (row * heads + head) * part.room * token);
  };
  const copies: GpuCopy[] = [];
  for (let block = 0; block < outer; block++) {
    for (let head = 0; head < heads; head++) {
      copies.push({
        from: from.tensor,
        fromByte: start(from, block, head),
        to: to.tensor,
        toByte: start(to, block, head),
        bytes: piece * bytes,
      });
    }
  }
  return copies;
}

function pieceSize(entry: CacheEntry, length: number): number {
  const growing = entry.dims.indexOf(-2);
  const behind = entry.dims.slice(Math.max(growing, entry.dims.indexOf(-1)) + 1);
  return behind.reduce((product, axis) => product * axis, length);
}

function dimensions(entry: CacheEntry, rows: number, tokens: number): number[] {
  return entry.dims.map((size) => (size === -1 ? rows : size === -2 ? tokens : size));
}

function bytesOf(entry: CacheEntry): number {
  return entry.type === 'float16' ? 2 : 4;
}
