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
  type ValueInfoProto,
} from 'onnx-buf';
import { SteerboardError } from '../errors.js';
import { attentionFacts, chooseFastPromptKernel } from './attention.js';
import { findAttentionHeads, headLayers } from './attentionHeads.js';
import { describeCaches, dimensionOfIds } from './caches.js';
import { forkPorts, forkStream } from './forks.js';
import { decodeModel, encodeModel, GraphIndex, operatorSet, type DecodedModel, type Dimension } from './graph.js';
import {
  fullNumbers,
  headOutputs,
  hookNames,
  hookPorts,
  outputOf,
  portsOf,
  takesMore,
  type CompiledHooks,
  type HookReport,
} from './hooks.js';
import { selectLogits } from './languageHead.js';
import { alignLevels } from './levels.js';
import { mergeBranches } from './mergedDecoder.js';
import { readHeads } from './readHeads.js';
import { findResidualStream, type ResidualStream } from './residualStream.js';
import { availableHooks, spliceHooks } from './splice.js';
import { vocabularyOf, widthOf } from './tensorFacts.js';
import { filesBeside, referToFile } from './weights.js';

export interface InstrumentOptions {
  /** Name under which the session will be given the bytes of `model`, such as `model.onnx`. */
  readonly weightsFile: string;
  /** The graph must agree. */
  readonly expected?: Expected;
  /** Which hooks are compiled, and how. Absent: `resid_post`, affine. A hook that the graph does not have is left out. */
  readonly hooks?: CompiledHooks;
  /** Device that the graph is for. `wasm` makes GroupQueryAttention take its fast kernel for prompts. Absent: any. */
  readonly device?: 'wasm' | 'webgpu';
  /** Whether rows fork at every block's output, where the graph can; {@link HookReport.forks} says whether they do. */
  readonly forks?: boolean;
}

/** What config.json says. */
export interface Expected {
  readonly layers?: number | undefined;
  readonly width?: number | undefined;
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
  const wanted = options.hooks ?? { resid_post: 'affine' };
  const { report, stream: found } = describe(decoded, options.expected ?? {}, wanted);
  checkExpected(report, options.expected ?? {});
  const opset = operatorSet(decoded);
  const forks = options.forks === true && canFork(graph, opset);
  const stream = forks ? forkStream(graph, found) : found;
  const index = new GraphIndex(graph);
  // Before the hooks, which change what is added to the stream.
  const heads = wanted[headOutputs] ? headLayers(findAttentionHeads(index, stream, report.cache, report.width)) : null;
  spliceHooks(graph, index, stream, report.compiled, report.width, opset);
  selectLogits(graph, stream, report.vocabulary);
  if (options.device === 'wasm') chooseFastPromptKernel(graph, index);
  declarePorts(graph, report);
  if (heads !== null) {
    const values = readHeads(graph, index, heads);
    const dims = [dimensionOfIds(graph, 0) ?? 'steer_batch', dimensionOfIds(graph, 1) ?? 'steer_sequence', values];
    graph.output.push(port(outputOf(headOutputs), TensorProto_DataType.FLOAT, dims));
  }
  if (forks) declareForks(graph, report.layers);
  const aligned = forks ? alignLevels(graph, report.cache, stream) : null;
  if (forks && aligned === null) return instrument(model, { ...options, forks: false });
  const beside = filesBeside(graph);
  referToFile(graph, model, options.weightsFile);
  const said = aligned === null ? report : { ...report, forks: aligned };
  return { graph: encodeModel(decoded), report: said, filesBeside: beside };
}

/** Sizes of a split are an input since operator set 13. */
function canFork(graph: GraphProto, opset: number): boolean {
  return opset >= 13 && typeof dimensionOfIds(graph, 0) !== 'number';
}

function declareForks(graph: GraphProto, layers: number): void {
  graph.input.push(
    port(forkPorts.rows, TensorProto_DataType.INT64, ['steer_forks']),
    port(forkPorts.sizes, TensorProto_DataType.INT64, [layers]),
  );
}

/** What {@link instrument} would find, without changing anything. Same errors. */
export function describeDecoder(model: Uint8Array, expected: Expected = {}): HookReport {
  return describe(decodeModel(model), expected, {}).report;
}

function describe(
  decoded: DecodedModel,
  expected: Expected,
  wanted: CompiledHooks,
): { report: HookReport; stream: ResidualStream } {
  const { graph } = decoded;
  const merged = mergeBranches(graph);
  checkPorts(graph);
  const cache = describeCaches(graph);
  const pasts = cache.entries.map((entry) => entry.past);
  const presents = cache.entries.map((entry) => entry.present);
  const stream = findResidualStream(graph, { pasts, presents }, expected.layers);
  const index = new GraphIndex(graph);
  const width = widthOf(index, stream) ?? expected.width ?? null;
  const vocabulary = vocabularyOf(index);
  if (width === null || vocabulary === null) {
    throw new SteerboardError(
      'model-not-decoder',
      'The width of the residual stream or the size of the vocabulary cannot be read off this graph. Export it with its shapes.',
      { layers: stream.blocks.length },
    );
  }
  const has = (name: string) => graph.input.some((value) => value.name === name);
  const posts = stream.blocks.map((block) => block.post);
  const hooks = availableHooks(stream);
  const report: HookReport = {
    layers: posts.length,
    width,
    vocabulary,
    fused: posts.some((cut) => cut.fused),
    hooks,
    blocks: stream.sumsPerBlock === 1 ? 'parallel' : 'sequential',
    residualTensors: posts.map((cut) => cut.tensor),
    compiled: {
      ...Object.fromEntries(hooks.flatMap((hook) => (wanted[hook] ? [[hook, wanted[hook]]] : []))),
      ...(wanted[headOutputs] && { [headOutputs]: 'read' }),
    },
    attention: attentionFacts(graph, merged),
    changes: merged?.changes ?? [],
    cache,
    inputs: { attentionMask: has('attention_mask'), positionIds: has('position_ids') },
  };
  return { report, stream };
}

/** Inputs that give away what else a graph is. */
const otherParts: readonly (readonly [RegExp, string])[] = [
  [/^encoder_(hidden_states|outputs|attention_mask)/, 'the decoder of an encoder-decoder model'],
  [/^pixel_values/, 'a model that sees images, or the part of one that does'],
  [/^(input_features|input_values|audio_values)/, 'a model of sound, or the part of one that hears'],
  [/^(timestep|latent_sample|sample)$/, 'a part of a model that makes images'],
  [/^inputs_embeds$/, 'a part of a larger model, which takes vectors in place of tokens'],
];

function checkPorts(graph: GraphProto): void {
  const inputs = graph.input.map((value) => value.name);
  const outputs = graph.output.map((value) => value.name);
  const refuse = (why: string) => new SteerboardError('model-not-decoder', why, { inputs: inputs.length });
  const listed = `inputs: ${shortened(inputs)}; outputs: ${shortened(outputs)}`;
  const part = otherParts.find(([sign]) => inputs.some((name) => sign.test(name)));
  if (part !== undefined) {
    throw refuse(`This is ${part[1]} (${listed}). Choose a causal language model, which takes "input_ids" alone.`);
  }
  if (!inputs.includes('input_ids') || !outputs.includes('logits')) {
    throw refuse(`A text decoder takes "input_ids" and gives "logits"; this graph does not (${listed}).`);
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

function declarePorts(graph: GraphProto, { layers, width, compiled }: HookReport): void {
  const batch = dimensionOfIds(graph, 0) ?? 'steer_batch';
  const sequence = dimensionOfIds(graph, 1) ?? 'steer_sequence';
  const float = TensorProto_DataType.FLOAT;
  let writes = false;
  for (const hook of hookNames) {
    const mode = compiled[hook];
    if (mode === undefined) continue;
    const ports = portsOf(hook);
    if (mode !== 'read') graph.input.push(port(ports.bias, float, [batch, layers, width]));
    if (mode === 'affine' || takesMore(mode)) {
      const columns = `${ports.read}_columns`;
      graph.input.push(
        port(ports.read, float, [batch, width, columns]),
        port(ports.write, float, [batch, columns, width]),
      );
    }
    if (takesMore(mode)) {
      const { vectors, capRead, capWrite, limits, numbers } = ports.full;
      const caps = `${capRead}_caps`;
      const size = fullNumbers.reduce((sum, part) => sum + part.size, 0);
      graph.input.push(
        port(vectors, float, [batch, 4 * layers, width]),
        port(capRead, float, [batch, width, `${capRead}_columns`]),
        port(capWrite, float, [batch, `${capRead}_columns`, width]),
        port(limits, float, [batch, 2 * layers, caps]),
        port(numbers, float, [batch, layers, size]),
      );
    }
    graph.output.push(port(ports.output, float, [batch, sequence, layers * width]));
    writes ||= mode !== 'read';
  }
  if (writes) graph.input.push(port(hookPorts.mask, float, [batch, sequence, 1]));
  graph.input.push(port(hookPorts.logitPositions, TensorProto_DataType.INT64, ['steer_logits']));
  const logits = graph.output.find((value) => value.name === 'logits');
  const shape = logits?.type?.value.case === 'tensorType' ? logits.type.value.value.shape : undefined;
  if (shape === undefined) return;
  const dims = [shape.dim[0] ?? dimension(batch), dimension('steer_logits'), shape.dim.at(-1) ?? dimension(null)];
  shape.dim = dims;
}

/** A declared input or output of a graph. */
export function port(name: string, elemType: number, dims: readonly Dimension[]): ValueInfoProto {
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
