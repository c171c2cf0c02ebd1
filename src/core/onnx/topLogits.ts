/**
 * The likeliest tokens as an output of the graph, so that sampling on a GPU need not download the vocabulary.
 *
 * A sort of the whole vocabulary would be 138 dispatches for 50k tokens (measured, onnxruntime-web 1.30): its TopK sorts
 * up to 2,048 values in one dispatch and longer lists in a hundred. So it is a tournament: the vocabulary is cut into
 * stretches of at most 512 tokens, the k best of each are found at once, then the best of two stretches together, until
 * one list is left. Nothing is lost, as a token of the k best is among the k best of every list that it is in, and equal
 * logits stay in order of id, as lists are joined in order of id and TopK prefers the lower index.
 */
import { create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType,
  TensorProtoSchema,
  TensorProto_DataType,
  type GraphProto,
  type NodeProto,
} from 'onnx-buf';
import { makeNode, operatorSet, type DecodedModel } from './graph.js';
import { port } from './instrument.js';

/** Names and shapes of the ports. B batch, k {@link mostTopLogits} or the vocabulary where it is smaller. */
export const topLogitsPorts = {
  /** Input, float32 [1]: 1 / temperature. */
  inverseTemperature: 'steer.inverse_temperature',
  /**
   * Output, float32 [B, 2k + 2], of the last of the positions whose logits are computed: the k largest logits, largest
   * first, equal ones in order of id; their token ids (whole numbers below 2²⁴ are exact); log Σ exp(logit − largest) and
   * log Σ exp((logit − largest) / temperature) over the vocabulary. One output, as each costs a readback.
   */
  top: 'steer.top_logits',
} as const;

export const mostTopLogits = 256;
/**
 * Values of one sort. TopK's shader grows with it: one for 512 values compiles ten times faster than one for 1,024 (on
 * SwiftShader), and at twice k one shader serves every round.
 */
const mostSorted = 2 * mostTopLogits;

/**
 * Adds the ports to a hooked graph.
 *
 * @returns k; 0 where the graph's operator set is older than 11 and has no operators for it, and nothing was added.
 */
export function addTopLogits(model: DecodedModel, vocabulary: number): number {
  if (operatorSet(model) < 11) return 0;
  const k = Math.min(mostTopLogits, vocabulary);
  const build = new Build(model.graph, operatorSet(model));
  const logits = build.lastLogits();
  const { values, ids } = build.tournament(logits, vocabulary, k);
  const largest = build.node('Gather', [values, build.integers('first', [0])], 'largest', { axis: 1 });
  const shifted = build.node('Sub', [logits, largest], 'shifted');
  const cooled = build.node('Mul', [shifted, topLogitsPorts.inverseTemperature], 'cooled');
  const totals = [build.logSumOfExp(shifted, 'total'), build.logSumOfExp(cooled, 'cooled_total')];
  build.graph.node.push(
    makeNode('Concat', topLogitsPorts.top, [values, ids, ...totals], [topLogitsPorts.top], { axis: 1 }),
  );
  const float = TensorProto_DataType.FLOAT;
  build.graph.input.push(port(topLogitsPorts.inverseTemperature, float, [1]));
  build.graph.output.push(port(topLogitsPorts.top, float, ['steer_rows', 2 * k + 2]));
  return k;
}

/**
 * How many lists of k are joined at each round after the first, which leaves the product of them; their number is the
 * smallest that does.
 */
export function rounds(vocabulary: number, k: number): readonly number[] {
  const most = Math.floor(mostSorted / k);
  let lists = Math.ceil(vocabulary / mostSorted);
  const factors: number[] = [];
  while (lists > 1) {
    const factor = Math.min(most, lists);
    factors.push(factor);
    lists = Math.ceil(lists / factor);
  }
  return factors;
}

class Build {
  constructor(
    readonly graph: GraphProto,
    private readonly opset: number,
  ) {}

  /** [B, V] in single precision, of the last position. */
  lastLogits(): string {
    const last = this.node('Gather', ['logits', this.integers('last', [-1], [])], 'last_logits', { axis: 1 });
    const type = this.graph.output.find(({ name }) => name === 'logits')?.type?.value;
    const isFloat = type?.case === 'tensorType' && type.value.elemType === TensorProto_DataType.FLOAT;
    return isFloat ? last : this.node('Cast', [last], 'last_logits32', { to: TensorProto_DataType.FLOAT });
  }

  /** The k largest of [B, V], and their ids: both [B, k]. */
  tournament(logits: string, vocabulary: number, k: number): { values: string; ids: string } {
    const factors = rounds(vocabulary, k);
    let lists = factors.reduce((product, factor) => product * factor, 1);
    const length = Math.ceil(vocabulary / lists);
    const count = this.integers('k', [k]);
    let source = logits;
    if (lists * length > vocabulary) {
      const pads = this.integers('pads', [0, 0, 0, lists * length - vocabulary]);
      source = this.node('Pad', [logits, pads, this.floats('lowest', [-3.4028234663852886e38], [])], 'padded');
    }
    // Indices are int64, which WebGPU has no arithmetic for: they only ever index tables of ids.
    const stretches = this.node('Reshape', [source, this.integers('stretches', [-1, lists, length])], 'in_stretches');
    let [values, at] = this.topK(stretches, count, 0);
    const table = this.floats(
      'numbers',
      Float32Array.from({ length }, (_, index) => index),
    );
    const within = this.node('Gather', [table, at], 'within', { axis: 0 });
    const starts = Float32Array.from({ length: lists }, (_, list) => list * length);
    let ids = this.node('Add', [within, this.floats('starts', starts, [1, lists, 1])], 'ids_0');
    factors.forEach((factor, index) => {
      lists /= factor;
      const shape = this.integers(`lists_${index + 1}`, [-1, lists, factor * k]);
      const joined = this.node('Reshape', [values, shape], `joined_${index + 1}`);
      const joinedIds = this.node('Reshape', [ids, shape], `joined_ids_${index + 1}`);
      [values, at] = this.topK(joined, count, index + 1);
      ids = this.node('GatherElements', [joinedIds, at], `ids_${index + 1}`, { axis: -1 });
    });
    const flat = this.integers('flat', [-1, k]);
    return { values: this.node('Reshape', [values, flat], 'values'), ids: this.node('Reshape', [ids, flat], 'ids') };
  }

  /** log Σ exp of [B, V], whose largest is 0, so that no exponential overflows: [B, 1]. */
  logSumOfExp(values: string, name: string): string {
    // From operator set 18 on, the axes are an input.
    const axes = this.opset >= 18 ? [this.integers(`${name}_axes`, [1])] : [];
    const result = this.node('ReduceLogSumExp', [values, ...axes], name, { keepdims: 1 });
    if (this.opset < 18) {
      const attribute = { name: 'axes', type: AttributeProto_AttributeType.INTS, ints: [1n] };
      this.graph.node.at(-1)!.attribute.push(create(AttributeProtoSchema, attribute));
    }
    return result;
  }

  node(opType: string, inputs: string[], name: string, integers: Readonly<Record<string, number>> = {}): string {
    return this.push(makeNode(opType, named(name), inputs, [named(name)], integers));
  }

  integers(name: string, values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.constant(name, TensorProto_DataType.INT64, BigInt64Array.from(values, BigInt), dims);
  }

  floats(name: string, values: ArrayLike<number>, dims: readonly number[] = [values.length]): string {
    return this.constant(name, TensorProto_DataType.FLOAT, Float32Array.from(values), dims);
  }

  private topK(values: string, count: string, round: number): [string, string] {
    const outputs = [named(`values_${round}`), named(`at_${round}`)];
    this.push(makeNode('TopK', named(`top_${round}`), [values, count], outputs, { axis: -1 }));
    return [outputs[0]!, outputs[1]!];
  }

  private constant(
    name: string,
    dataType: number,
    data: Float32Array | BigInt64Array,
    dims: readonly number[],
  ): string {
    const rawData = new Uint8Array(data.buffer as ArrayBuffer);
    this.graph.initializer.push(
      create(TensorProtoSchema, { name: named(name), dataType, dims: dims.map(BigInt), rawData }),
    );
    return named(name);
  }

  private push(node: NodeProto): string {
    this.graph.node.push(node);
    return node.output[0]!;
  }
}

function named(name: string): string {
  return `steer.top.${name}`;
}
