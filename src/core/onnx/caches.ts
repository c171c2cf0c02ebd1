/** How a decoder keeps what it has read: which input and output belong together, and the shape of an empty cache. */
import { TensorProto_DataType, type GraphProto, type ValueInfoProto } from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { dimensionsOf, elementTypeOf, type Dimension } from './graph.js';
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
  const batch = dimensionOfIds(graph, 0);
  const entries = graph.input.flatMap((value) =>
    labelled(value.name, 'past').map(([label]) => {
      const present = presents.get(label);
      if (present === undefined) {
        throw refuse(`The cache input "${value.name}" has no output that continues it`, { caches: presents.size });
      }
      return describe(value, present, batch);
    }),
  );
  if (entries.length === 0 || entries.length !== presents.size) {
    throw refuse(
      `${entries.length} cache inputs (past_key_values.…) and ${presents.size} cache outputs (present.…) were found`,
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

function describe(value: ValueInfoProto, present: string, batch: Dimension): CacheEntry {
  const type = elementTypeOf(value);
  if (type !== TensorProto_DataType.FLOAT && type !== TensorProto_DataType.FLOAT16) {
    const found = TensorProto_DataType[type] ?? String(type);
    throw refuse(`The cache "${value.name}" is of type ${found}; float32 and float16 can be used`, { type });
  }
  const shape = dimensionsOf(value) ?? [];
  // By name where the batch has one; else the batch comes first ([2, B, heads, past, d] and [B, heads, past, d] alike).
  const symbolic = shape.flatMap((dim, axis) => (typeof dim === 'number' ? [] : [axis]));
  const batchAxis = symbolic.find((axis) => shape[axis] !== null && shape[axis] === batch) ?? symbolic[0];
  const growing = symbolic.filter((axis) => axis !== batchAxis);
  if (shape.length < 3 || growing.length > 1) {
    throw refuse(`The cache "${value.name}" has the shape [${shape.map((dim) => dim ?? '?').join(', ')}]`, {
      axes: shape.length,
      symbolic: symbolic.length,
    });
  }
  const dims = shape.map((dim, axis) => (axis === batchAxis ? -1 : axis === growing[0] ? -2 : Number(dim)));
  return { past: value.name, present, dims, type: type === TensorProto_DataType.FLOAT ? 'float32' : 'float16' };
}

function refuse(found: string, fields: Record<string, number>): SteerboardError {
  return new SteerboardError(
    'model-not-decoder',
    `${found}. Steerboard needs a decoder exported with its key/value cache ("text-generation-with-past").`,
    fields,
  );
}
