/** How a decoder keeps what it has read: which input and output belong together, and the shape of an empty cache. */
import { TensorProto_DataType, type GraphProto, type ValueInfoProto } from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { dimensionsOf, elementTypeOf, GraphIndex, integerAttribute, type Dimension } from './graph.js';
import type { CacheEntry, CacheLayout } from './hooks.js';

/** `past_key_values.0.key` and `present.0.key`, `past_0` and `present_0`, `past_conv.0` and `present_conv.0`. */
const cacheName = /^(past|present)(?:_key_values)?(?=[._])/;

/**
 * Pairs every `past…` input with its `present…` output.
 *
 * @throws SteerboardError `model-not-decoder` when there is none, when one has no partner, or when a shape is not one of a cache
 */
export function describeCaches(graph: GraphProto): CacheLayout {
  const presents = new Map(graph.output.flatMap(({ name }) => labelled(name, 'present')));
  const outputs = new Map(graph.output.map((value) => [value.name, value]));
  const index = new GraphIndex(graph);
  const batch = dimensionOfIds(graph, 0);
  const entries = graph.input.flatMap((value) =>
    labelled(value.name, 'past').map(([label]) => {
      const present = presents.get(label);
      if (present === undefined) {
        throw refuse(`The cache input "${value.name}" has no output that continues it`, { caches: presents.size });
      }
      return describe(index, value, outputs.get(present)!, batch);
    }),
  );
  if (entries.length === 0 || entries.length !== presents.size) {
    throw refuse(
      entries.length + presents.size === 0
        ? 'This graph has no cache: it is an encoder, or a decoder that was exported without one'
        : `${entries.length} cache inputs (past_key_values.…) and ${presents.size} cache outputs (present.…) were found`,
      { pasts: entries.length, presents: presents.size },
    );
  }
  return { entries };
}

/** A dimension of `input_ids`: 0 is the batch, 1 the sequence. */
export function dimensionOfIds(graph: GraphProto, axis: number): Dimension {
  const ids = graph.input.find((value) => value.name === 'input_ids');
  return (ids === undefined ? null : dimensionsOf(ids))?.[axis] ?? null;
}

function labelled(name: string, side: 'past' | 'present'): [string, string][] {
  return cacheName.exec(name)?.[1] === side ? [[name.replace(cacheName, ''), name]] : [];
}

function describe(index: GraphIndex, value: ValueInfoProto, present: ValueInfoProto, batch: Dimension): CacheEntry {
  const type = elementTypeOf(value);
  if (type !== TensorProto_DataType.FLOAT && type !== TensorProto_DataType.FLOAT16) {
    const found = TensorProto_DataType[type] ?? String(type);
    throw refuse(`The cache "${value.name}" is of type ${found}; float32 and float16 can be used`, { type });
  }
  const shape = dimensionsOf(value) ?? [];
  // By name where the batch has one; else the batch comes first ([2, B, heads, past, d] and [B, heads, past, d] alike).
  const symbolic = shape.flatMap((dim, axis) => (typeof dim === 'number' ? [] : [axis]));
  const batchAxis = symbolic.find((axis) => shape[axis] !== null && shape[axis] === batch) ?? symbolic[0];
  // What grows is named otherwise in the output; a size that both sides name alike is one that the file does not say.
  const after = dimensionsOf(present) ?? [];
  const others = symbolic.filter((axis) => axis !== batchAxis);
  const isUnsaid = (axis: number) => others.length > 1 && shape[axis] !== null && shape[axis] === after[axis];
  const growing = others.filter((axis) => !isUnsaid(axis));
  const headSize = others.some(isUnsaid) ? headSizeOf(index, value.name) : null;
  if (shape.length < 3 || growing.length > 1 || others.length - growing.length > (headSize === null ? 0 : 1)) {
    throw refuse(`The cache "${value.name}" has the shape [${shape.map((dim) => dim ?? '?').join(', ')}]`, {
      axes: shape.length,
      symbolic: symbolic.length,
    });
  }
  const dims = shape.map((dim, axis) => {
    if (axis === batchAxis) return -1;
    if (axis === growing[0]) return -2;
    return typeof dim === 'number' ? dim : headSize!;
  });
  const floatType = type === TensorProto_DataType.FLOAT ? 'float32' : 'float16';
  return { past: value.name, present: present.name, dims, type: floatType };
}

/** Width of one head, from the fused attention that reads a cache: its output holds all heads side by side. */
function headSizeOf(index: GraphIndex, past: string): number | null {
  const node = index.graph.node.find((candidate) => candidate.input.includes(past));
  const heads = node === undefined ? null : integerAttribute(node, 'num_heads');
  const output = node?.output[0] ?? '';
  if (heads === null || output === '') return null;
  const declared = index.value.get(output);
  const width = declared === undefined ? null : dimensionsOf(declared)?.at(-1);
  if (typeof width === 'number') return width / heads;
  // Undeclared: the product that follows says how wide its input is.
  const next = index.graph.node.find((candidate) => candidate.input[0] === output);
  const rows =
    next === undefined ? null : (integerAttribute(next, 'K') ?? index.constant(next.input[1] ?? '')?.dims[0]);
  return rows === null || rows === undefined ? null : Number(rows) / heads;
}

function refuse(found: string, fields: Record<string, number>): SteerboardError {
  return new SteerboardError(
    'model-not-decoder',
    `${found}. Steerboard needs a decoder exported with its key/value cache ("text-generation-with-past").`,
    fields,
  );
}
