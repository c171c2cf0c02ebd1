/**
 * The legacy checkpoint of llama2.c: seven int32 (dim, hidden, layers, heads, kv heads, vocabulary, context), then
 * float32 tensors one after the other, each for all layers (`memory_map_weights` in run.c). A negative vocabulary
 * says that the head has weights of its own. After the final norm come two tables of rotary angles, not read.
 */

/**
 * @typedef {object} Shape
 * @property {number} width @property {number} feedForward @property {number} layers @property {number} heads
 * @property {number} kvHeads @property {number} headDim @property {number} vocabulary @property {number} context
 * @property {boolean} tied
 *
 * @typedef {object} Layer every matrix as [out, in], row-major
 * @property {Float32Array} inputNorm @property {Float32Array} q @property {Float32Array} k @property {Float32Array} v
 * @property {Float32Array} o @property {Float32Array} mlpNorm @property {Float32Array} gate
 * @property {Float32Array} down @property {Float32Array} up
 *
 * @typedef {object} Checkpoint
 * @property {Shape} shape @property {Float32Array} embedding [vocabulary, width] @property {Layer[]} layers
 * @property {Float32Array} norm @property {Float32Array | null} head null when the embedding is the head
 */

const headerBytes = 28;

/** @param {Uint8Array} bytes @returns {Checkpoint} queries and keys are already in the order of rotate-half */
export function readCheckpoint(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes) throw new Error(`The checkpoint has ${bytes.length} bytes, not even a header of 28.`);
  const [width, feedForward, layerCount, heads, kvHeads, signedVocabulary, context] = Array.from(
    { length: 7 },
    (_, i) => view.getInt32(4 * i, true),
  );
  const vocabulary = Math.abs(signedVocabulary);
  const headDim = width / heads;
  const shape = {
    width,
    feedForward,
    layers: layerCount,
    heads,
    kvHeads,
    headDim,
    vocabulary,
    context,
    tied: signedVocabulary > 0,
  };
  const plausible = [width, feedForward, layerCount, heads, kvHeads, vocabulary, context].every(
    (n) => n > 0 && n < 1 << 24,
  );
  if (!plausible || !Number.isInteger(headDim / 2) || heads % kvHeads !== 0)
    throw new Error(`This is no legacy llama2.c checkpoint: its header says ${JSON.stringify(shape)}.`);

  let offset = headerBytes;
  /** @param {number} length */
  const take = (length) => {
    if (offset + 4 * length > bytes.length)
      throw new Error(`The checkpoint ends at byte ${bytes.length}, weights go on to ${offset + 4 * length}.`);
    const out = Float32Array.from({ length }, (_, i) => view.getFloat32(offset + 4 * i, true));
    offset += 4 * length;
    return out;
  };
  /** @param {number} length */
  const takeLayers = (length) => Array.from({ length: layerCount }, () => take(length));

  const embedding = take(vocabulary * width);
  const inputNorm = takeLayers(width);
  const q = takeLayers(heads * headDim * width);
  const k = takeLayers(kvHeads * headDim * width);
  const v = takeLayers(kvHeads * headDim * width);
  const o = takeLayers(width * heads * headDim);
  const mlpNorm = takeLayers(width);
  const gate = takeLayers(feedForward * width);
  const down = takeLayers(width * feedForward);
  const up = takeLayers(feedForward * width);
  const norm = take(width);
  if (!shape.tied) offset += 4 * context * headDim; // the tables of angles
  const head = shape.tied ? null : take(vocabulary * width);
  const layers = inputNorm.map((gain, i) => ({
    inputNorm: gain,
    q: rotateHalfRows(q[i], heads, headDim, width),
    k: rotateHalfRows(k[i], kvHeads, headDim, width),
    v: v[i],
    o: o[i],
    mlpNorm: mlpNorm[i],
    gate: gate[i],
    down: down[i],
    up: up[i],
  }));
  return { shape, embedding, layers, norm, head };
}

/**
 * llama2.c rotates neighbours (2j, 2j+1) of a head; the usual layout rotates (j, j + headDim/2). Both are the same
 * rotation of the same numbers once rows 2j and 2j+1 of the projection move to j and j + headDim/2.
 * @param {Float32Array} weight [heads · headDim, width] @param {number} heads @param {number} headDim @param {number} width
 */
export function rotateHalfRows(weight, heads, headDim, width) {
  const out = new Float32Array(weight.length);
  for (let head = 0; head < heads; head++)
    for (let j = 0; j < headDim; j++) {
      const from = head * headDim + j;
      const to = head * headDim + (j % 2) * (headDim / 2) + Math.floor(j / 2);
      out.set(weight.subarray(from * width, (from + 1) * width), to * width);
    }
  return out;
}
