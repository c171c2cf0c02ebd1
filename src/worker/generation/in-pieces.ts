import type { Feeds, TensorConstructor } from '../runtime/ort.js';
import { disposeCache, type BatchCache, type CachedRow } from './cache.js';
import type { Decoder, DecoderResult, DecoderRun } from './decoder.js';

type Pieces = Pick<Decoder, 'run' | 'report' | 'caches' | 'empty' | 'Tensor'>;

/**
 * Reads what was asked for in several runs of at most `most` tokens, each on the cache of those before: for graphs that take
 * one token at a time, and for adapters whose attention computes something else for more. The likeliest tokens are not
 * given, the logits always are.
 */
export function runInPieces(decoder: Pieces, request: DecoderRun, most: number): Promise<DecoderResult> {
  const { afterCache } = decoder.report.attention;
  const alone = afterCache === 'any-of-one-row' && request.rows > 1 && most > 1;
  return alone ? eachRow(decoder, request) : eachPiece(decoder, request, most);
}

async function eachPiece(decoder: Pieces, request: DecoderRun, most: number): Promise<DecoderResult> {
  const { rows, length } = request;
  const { vocabulary } = decoder.report;
  const positions = { all: length, last: 1, none: 0 }[request.logits];
  let residuals = new Float32Array();
  const logits = new Float32Array(rows * positions * vocabulary);
  const { lengths: _, likeliestAt: __, lent: ___, ...same } = request;
  let past = request.past;
  for (let start = 0; start < length; start += most) {
    const size = Math.min(most, length - start);
    const isLast = start + size === length;
    const part = <T>(values: ArrayLike<T>): T[] =>
      Array.from({ length: rows * size }, (_, i) => values[Math.floor(i / size) * length + start + (i % size)]!);
    const result = await decoder.run({
      ...same,
      ids: part(request.ids),
      mask: Float32Array.from(part(request.mask)),
      length: size,
      past,
      logits: request.logits === 'last' && !isLast ? 'none' : request.logits,
    });
    past = result.cache;
    const perToken = result.residuals.length / (rows * size);
    if (start === 0) residuals = new Float32Array(rows * length * perToken);
    for (let row = 0; row < rows; row++) {
      residuals.set(blockOf(result.residuals, row, size * perToken), (row * length + start) * perToken);
      if (request.logits === 'all') {
        logits.set(blockOf(result.logits, row, size * vocabulary), (row * length + start) * vocabulary);
      } else if (positions === 1 && isLast) {
        logits.set(blockOf(result.logits, row, vocabulary), row * vocabulary);
      }
    }
  }
  return { logits, residuals, cache: past };
}

/** Fused attention takes several tokens after a cache only for a batch of one, so the rows are read alone, then joined. */
async function eachRow(decoder: Pieces, request: DecoderRun): Promise<DecoderResult> {
  const { rows, length, past } = request;
  const { vocabulary } = decoder.report;
  const begun = past.length > 0 ? await decoder.caches.split(past) : null;
  const logitsOfRow = { all: length, last: 1, none: 0 }[request.logits] * vocabulary;
  let residuals = new Float32Array();
  const logits = new Float32Array(rows * logitsOfRow);
  const read: CachedRow[] = [];
  const { lengths: _, lent: __, ...same } = request;
  for (let row = 0; row < rows; row++) {
    const result = await decoder.run({
      ...same,
      rows: 1,
      ids: Array.from({ length }, (_, at) => request.ids[row * length + at]!),
      mask: request.mask.slice(row * length, (row + 1) * length),
      past: begun ? decoder.caches.join([begun[row]!]) : decoder.empty(1),
      steering: feedsOf(request.steering, row, decoder.Tensor),
    });
    if (row === 0) residuals = new Float32Array(rows * result.residuals.length);
    residuals.set(result.residuals, row * result.residuals.length);
    logits.set(result.logits.subarray(0, logitsOfRow), row * logitsOfRow);
    read.push(...(await decoder.caches.split(result.cache)));
    disposeCache(result.cache);
  }
  const cache: BatchCache = decoder.caches.join(read);
  decoder.caches.drop([...read, ...(begun ?? [])]);
  disposeCache(past, cache);
  return { logits, residuals, cache };
}

/** One row of a batch's steering inputs, whose first axis is the batch; prompts' are on the CPU. */
function feedsOf(steering: Feeds, row: number, Tensor: TensorConstructor): Feeds {
  return Object.fromEntries(
    Object.entries(steering).map(([name, tensor]) => {
      const [rows, ...rest] = tensor.dims;
      const own = blockOf(tensor.data as Float32Array, row, tensor.size / rows!);
      return [name, new Tensor('float32', own.slice(), [1, ...rest])];
    }),
  );
}

function blockOf(values: Float32Array, index: number, size: number): Float32Array {
  return values.subarray(index * size, (index + 1) * size);
}
