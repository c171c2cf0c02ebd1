/**
 * Graph surgery: takes the bytes of a decoder and gives a graph whose residual stream can be read and written at every
 * block's output. Weights are not copied; the graph refers to the bytes it came from.
 */
import { create } from '@bufbuild/protobuf';
import {
  TensorProto_DataType,
  TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
  type GraphProto,
  type NodeProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { hookLayer, splitPorts, type LayerHook } from './affineHook.js';
import { describeCaches, dimensionOfIds } from './caches.js';
import { decodeModel, encodeModel, GraphIndex, makeNode, operatorSet, type Dimension } from './graph.js';
import { hookPorts, type HookReport } from './hooks.js';
import { selectLogits } from './languageHead.js';
import { findResidualStream, type ResidualStream } from './residualStream.js';
import { typeOfCut, vocabularyOf, widthOf } from './tensorFacts.js';
import { filesBeside, referToFile } from './weights.js';

export interface InstrumentOptions {
  /** Name under which the session will be given the bytes of `model`, such as `model.onnx`. */
  readonly weightsFile: string;
  /** What config.json says; the graph must agree. */
  readonly expected?: { readonly layers?: number | undefined; readonly width?: number | undefined };
}

export interface Instrumented {
  /** The graph with its hooks, without the weights: a session needs `model` beside it as external data. */
  readonly graph: Uint8Array;
  readonly report: HookReport;
  /** Other files that hold weights, and how many bytes each has at least; a session needs them too. */
  readonly filesBeside: ReadonlyMap<string, number>;
}

/**
 * Splices {@link hookPorts} into a decoder. With zeros in every port, the logits are those of the graph as it was.
 *
 * @param model bytes of an `.onnx` file; weights in other files stay there
 * @throws SteerboardError `file-not-onnx` for other or truncated bytes, `model-not-decoder` for a graph without a cache
 *   or a residual stream, `model-mismatch` when it does not have the expected layers or width
 */
export function instrument(model: Uint8Array, options: InstrumentOptions): Instrumented {
  const decoded = decodeModel(model);
  const { graph } = decoded;
  const { report, stream } = describe(graph);
  checkExpected(report, options.expected ?? {});
  const index = new GraphIndex(graph);
  const hooks = stream.posts.map((cut, layer) => hookLayer(layer, cut, typeOfCut(index, cut)));
  graph.node = [...splitPorts(report.layers, operatorSet(decoded)), ...spliced(graph.node, stream, hooks)];
  selectLogits(graph, stream);
  concatenate(graph, hooks, 'residual', hookPorts.residuals);
  concatenate(graph, hooks, 'projection', hookPorts.projections);
  declarePorts(graph, report);
  const beside = filesBeside(graph);
  referToFile(graph, model, options.weightsFile);
  return { graph: encodeModel(decoded), report, filesBeside: beside };
}

/** What {@link instrument} would find, without changing anything. Same errors. */
export function describeDecoder(model: Uint8Array): HookReport {
  return describe(decodeModel(model).graph).report;
}

function describe(graph: GraphProto): { report: HookReport; stream: ResidualStream } {
  checkPorts(graph);
  const cache = describeCaches(graph);
  const stream = findResidualStream(
    graph,
    cache.entries.map((entry) => entry.present),
  );
  const index = new GraphIndex(graph);
  const [width, vocabulary] = [widthOf(index, stream), vocabularyOf(index)];
  if (width === null || vocabulary === null) {
    throw new SteerboardError(
      'model-not-decoder',
      'The width of the residual stream or the size of the vocabulary cannot be read off this graph. Export it with its shapes.',
      { layers: stream.posts.length },
    );
  }
  const has = (name: string) => graph.input.some((value) => value.name === name);
  const report: HookReport = {
    layers: stream.posts.length,
    width,
    vocabulary,
    fused: stream.posts.some((cut) => cut.fused),
    hooks: ['resid_post'],
    blocks: stream.sumsPerBlock === 2 ? 'sequential' : 'parallel',
    residualTensors: stream.posts.map((cut) => cut.tensor),
    cache,
    inputs: { attentionMask: has('attention_mask'), positionIds: has('position_ids') },
  };
  return { report, stream };
}

function checkPorts(graph: GraphProto): void {
  const inputs = graph.input.map((value) => value.name);
  const outputs = graph.output.map((value) => value.name);
  const refuse = (why: string) => new SteerboardError('model-not-decoder', why, { inputs: inputs.length });
  const listed = `inputs: ${shortened(inputs)}; outputs: ${shortened(outputs)}`;
  if (!inputs.includes('input_ids') || !outputs.includes('logits')) {
    throw refuse(`A text decoder takes "input_ids" and gives "logits"; this graph does not (${listed}).`);
  }
  if (inputs.includes('encoder_hidden_states')) {
    throw refuse('This is the decoder of an encoder-decoder model. Choose a causal language model.');
  }
  if (inputs.includes('use_cache_branch')) {
    throw refuse(
      'This is an old merged export that holds the decoder twice. Export it again with a current optimum (one "model.onnx").',
    );
  }
  if (inputs.some((name) => name.startsWith('steer.'))) {
    throw refuse('This graph has hooks already. Choose the file it was made from.');
  }
}

function shortened(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
}

function checkExpected(report: HookReport, expected: NonNullable<InstrumentOptions['expected']>): void {
  for (const [what, found] of [
    ['layers', report.layers],
    ['width', report.width],
  ] as const) {
    const wanted = expected[what];
    if (wanted === undefined || wanted === found) continue;
    throw new SteerboardError(
      'model-mismatch',
      `The configuration says ${what} = ${wanted}, but the graph has ${what} = ${found}. Take config.json and the ONNX file from the same model.`,
      { what, expected: wanted, found },
    );
  }
}

function spliced(nodes: readonly NodeProto[], stream: ResidualStream, hooks: readonly LayerHook[]): NodeProto[] {
  const hookAt = new Map(stream.posts.map((cut, layer) => [cut.node, hooks[layer]!]));
  return nodes.flatMap((node) => {
    const hook = hookAt.get(node);
    return hook === undefined ? [node] : [...hook.before, node, ...hook.after];
  });
}

/** One output for all layers: one readback from the GPU instead of many. */
function concatenate(graph: GraphProto, hooks: readonly LayerHook[], part: 'residual' | 'projection', output: string) {
  const inputs = hooks.map((hook) => hook[part]);
  graph.node.push(makeNode('Concat', output, inputs, [output], { axis: -1 }));
}

function declarePorts(graph: GraphProto, { layers, width }: HookReport): void {
  const batch = dimensionOfIds(graph, 0) ?? 'steer_batch';
  const sequence = dimensionOfIds(graph, 1) ?? 'steer_sequence';
  const float = TensorProto_DataType.FLOAT;
  graph.input.push(
    port(hookPorts.bias, float, [batch, layers, width]),
    port(hookPorts.read, float, [batch, width, 'steer_layers_rank']),
    port(hookPorts.write, float, [batch, 'steer_layers_rank', width]),
    port(hookPorts.mask, float, [batch, sequence, 1]),
    port(hookPorts.logitPositions, TensorProto_DataType.INT64, ['steer_logits']),
  );
  graph.output.push(
    port(hookPorts.residuals, float, [batch, sequence, layers * width]),
    port(hookPorts.projections, float, [batch, sequence, 'steer_projections']),
  );
  const logits = graph.output.find((value) => value.name === 'logits');
  const shape = logits?.type?.value.case === 'tensorType' ? logits.type.value.value.shape : undefined;
  if (shape?.dim[1] !== undefined) shape.dim[1] = dimension('steer_logits');
}

function port(name: string, elemType: number, dims: readonly Dimension[]): ValueInfoProto {
  const shape = { dim: dims.map(dimension) };
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape } } },
  });
}

function dimension(dim: Dimension) {
  return create(
    TensorShapeProto_DimensionSchema,
    typeof dim === 'number'
      ? { value: { case: 'dimValue', value: BigInt(dim) } }
      : { value: { case: 'dimParam', value: dim ?? '' } },
  );
}
