/** The inputs of a graph whose rows fork, and the cache of one. */
import { forkPorts } from '../../core/onnx/forks.js';
import type { ModelShape } from '../../core/model.js';
import type { CompiledPlan } from '../../core/steering/schedule.js';
import type { Feeds } from '../runtime/ort.js';
import { composeRows, emptyCache, type BatchCache, type RowSource } from './cache.js';
import type { Decoder } from './decoder.js';

/** A row that goes on from another one at some level. */
export interface ForkedRow {
  /** The level at which it comes in, the layer whose output is changed first; −1: it comes in with the others. */
  readonly level: number;
  /** The row that it is a copy of, among those that come in. */
  readonly origin: number;
}

/** Which rows there are where. The rows that come in are the first, and forks follow in the order of their levels. */
export class ForkedRows {
  /**
   * @param first how many rows begin at the lowest level, beside those of `forks` that do too
   * @param forks in the order of their levels
   */
  constructor(
    private readonly layers: number,
    private readonly first: number,
    private readonly forks: readonly ForkedRow[],
  ) {}

  get all(): number {
    return this.first + this.forks.length;
  }

  /** How many rows there are at a level. */
  at(level: number): number {
    const next = this.forks.findIndex((fork) => fork.level > level);
    return this.first + (next < 0 ? this.forks.length : next);
  }

  /**
   * What a run of them costs, in rows that go through all layers. The head counts as V/12d layers: it has V·d weights, and a
   * layer has about 12d².
   */
  cost({ width, vocabulary }: Pick<ModelShape, 'width' | 'vocabulary'>): number {
    const head = vocabulary / (12 * width);
    let computed = head * this.all;
    for (let layer = 0; layer < this.layers; layer++) computed += this.at(layer - 1);
    return computed / (this.layers + head);
  }

  /** The ports that say so to the graph. */
  feeds(Tensor: Decoder['Tensor']): Feeds {
    const sizes = Array.from({ length: this.layers }, (_, level) => this.at(level));
    const rows = sizes.flatMap((size, level) => {
      const below = level === 0 ? this.at(-1) : sizes[level - 1]!;
      return Array.from({ length: size }, (_, row) => (row < below ? row : this.forks[row - this.first]!.origin));
    });
    const integers = (values: readonly number[]) =>
      new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
    return { [forkPorts.rows]: integers(rows), [forkPorts.sizes]: integers(sizes) };
  }

  /** The cache of all rows before they have read anything. */
  emptyCache({ report, Tensor }: Decoder): BatchCache {
    return emptyCache(report.cache, this.all, Tensor, (entry) => this.at(report.forks!.cacheLevels[entry]!));
  }

  /** The cache of all rows; those that fork hold nothing of the blocks below. */
  cacheOf(decoder: Decoder, sources: readonly RowSource[]): BatchCache {
    const { cache, forks } = decoder.report;
    return composeRows(cache, sources, decoder.Tensor, (entry) => this.at(forks!.cacheLevels[entry]!));
  }
}

/** The level at which a text under a plan parts from the same tokens without it: nothing is changed before that block's output. */
export function levelOf(plan: CompiledPlan): number {
  const levels = plan.apart.map(({ hook, layer }) => (hook === 'resid_post' ? layer : layer - 1));
  return levels.length === 0 ? -1 : Math.max(-1, Math.min(...levels));
}
