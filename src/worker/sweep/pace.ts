import type { CacheLayout } from '../../core/onnx/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';

/** A run with the model should take no longer, in milliseconds, for whoever else waits for the model waits for one run. */
const runMs = 50;
/**
 * Rows of the first batch, when nothing is known yet; its texts are the first that are seen. Fewer are not taken of large models either:
 * there one row alone takes longer than a run should, and eight take little more than one.
 */
const leastRows = 8;
/** On a GPU another number of rows may mean other shaders to compile, and rows cost little. */
const rowsOnGpu = 16;
/** Runs that are looked at: a second or more, as other programs may have the processor for as long. */
const recent = 32;

/** How many tokens the model reads in the time that a run may take, as measured. */
export class Pace {
  /** Milliseconds for a token of a row, of the newest runs. */
  private readonly perToken: number[] = [];

  constructor(private readonly onGpu: boolean) {}

  /** What a run took. */
  took(tokens: number, milliseconds: number): void {
    this.perToken.push(milliseconds / tokens);
    if (this.perToken.length > recent) this.perToken.shift();
  }

  /**
   * Tokens that a run may read, of all rows together. The quickest of the newest runs says it: in the others
   * something else had the processor.
   */
  get tokens(): number {
    if (this.onGpu) return rowsOnGpu;
    return Math.max(leastRows, Math.floor(runMs / Math.min(...this.perToken)));
  }
}

const known = new WeakMap<SteeredModel, Pace>();

/** The pace of a model, as it was in all that it did: short calls that follow each other need not find it anew. */
export function paceOf(model: SteeredModel): Pace {
  const pace = known.get(model) ?? new Pace(model.decoder.onGpu);
  known.set(model, pace);
  return pace;
}

const megabyte = 2 ** 20;
const mostCacheBytes = 96 * megabyte;
const mostLogitBytes = 48 * megabyte;

/**
 * Rows whose memory is bounded: each has two caches, of the steered and of the unsteered model, and both predictions. A run holds
 * a cache more than once while it makes the next.
 *
 * @param length tokens of a whole text
 */
export function rowsInMemory(layout: CacheLayout, length: number, vocabulary: number): number {
  const cache = layout.entries.reduce((sum, { dims, type }) => {
    const values = dims.reduce<number>((size, dim) => size * (dim === -1 ? 1 : dim === -2 ? length : dim), 1);
    return sum + values * (type === 'float16' ? 2 : 4);
  }, 0);
  const logits = vocabulary * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(1, Math.floor(Math.min(mostCacheBytes / (2 * cache), mostLogitBytes / (2 * logits))));
}
