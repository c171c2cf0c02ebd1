/**
 * The nodes of one block's hook. Everything is computed as a change that is added to what the graph already does, so
 * that ports full of zeros leave every number as it was:
 *
 *     p = x U     change = m ∘ (b + p V)     x' = x + change
 */
import { TensorProto_DataType, type NodeProto } from 'onnx-buf';
import { makeNode } from './graph.js';
import { hookPorts } from './hooks.js';
import { fusedSumOutput, type Cut } from './residualStream.js';

/** Ports are float32; a residual of another type is converted on the way in and out. */
const portType = TensorProto_DataType.FLOAT;

export interface LayerHook {
  /** Goes right before the producer. */
  readonly before: readonly NodeProto[];
  /** Goes right after the producer. */
  readonly after: readonly NodeProto[];
  /** x' in float32. */
  readonly residual: string;
  /** p in float32. */
  readonly projection: string;
}

type LayeredPort = 'bias' | 'read' | 'write';
const layerAxis: Readonly<Record<LayeredPort, number>> = { bias: 1, read: 2, write: 1 };
const layerPart = (port: LayeredPort, layer: number) => `${hookPorts[port]}.${layer}`;

/** Takes the inputs that hold all layers apart: b [B, 1, d], U [B, d, K] and V [B, K, d] of each. */
export function splitPorts(layers: number, opset: number): readonly NodeProto[] {
  return (['bias', 'read', 'write'] as const).map((port) => {
    const parts = Array.from({ length: layers }, (_, layer) => layerPart(port, layer));
    // From operator set 18 on, equal parts have to be asked for.
    const count: Readonly<Record<string, number>> = opset >= 18 ? { num_outputs: layers } : {};
    return makeNode('Split', `${hookPorts[port]}.split`, [hookPorts[port]], parts, { axis: layerAxis[port], ...count });
  });
}

/**
 * Hooks one block's output; changes the producer's input or output names.
 *
 * @param type element type of the residual, as in TensorProto
 */
export function hookLayer(layer: number, cut: Cut, type: number): LayerHook {
  const names = namesOf(layer);
  if (!cut.fused) {
    // The producer's result gets another name, the hook produces the old one: who reads it need not change.
    const plain = `${cut.tensor}__pre`;
    cut.node.output = cut.node.output.map((name) => (name === cut.tensor ? plain : name));
    const after = [
      ...changeNodes(layer, plain, type),
      makeNode('Add', names('residual'), [plain, names('change')], [cut.tensor]),
    ];
    return {
      before: [],
      after: [...after, ...readNodes(layer, cut.tensor, type)],
      ...readings(layer, cut.tensor, type),
    };
  }
  // The fused node adds input and skip (and bias) itself: its skip takes the change along, and it stays fused.
  const [input = '', skip = '', , , bias = ''] = cut.node.input;
  const hasBias = cut.node.opType === 'SkipLayerNormalization' && bias !== '';
  const before = [
    makeNode('Add', names('sum'), [input, skip], [names('sum')]),
    ...(hasBias ? [makeNode('Add', names('biased'), [names('sum'), bias], [names('biased')])] : []),
    ...changeNodes(layer, hasBias ? names('biased') : names('sum'), type),
    makeNode('Add', names('skip'), [skip, names('change')], [names('skip')]),
  ];
  cut.node.input = cut.node.input.map((name, i) => (i === 1 ? names('skip') : name));
  const outputs = Array.from({ length: fusedSumOutput + 1 }, (_, i) => cut.node.output[i] ?? '');
  const residual = outputs[fusedSumOutput] || names('residual');
  cut.node.output = [...outputs.slice(0, fusedSumOutput), residual];
  return { before, after: readNodes(layer, residual, type), ...readings(layer, residual, type) };
}

const namesOf = (layer: number) => (part: string) => `steer.${layer}.${part}`;

/** From x, of `type`, to the change, of `type`. */
function changeNodes(layer: number, x: string, type: number): NodeProto[] {
  const names = namesOf(layer);
  const converts = type !== portType;
  const x32 = converts ? names('x32') : x;
  const change32 = converts ? names('change32') : names('change');
  return [
    ...(converts ? [castNode(names('x32'), x, x32, portType)] : []),
    makeNode('MatMul', names('p'), [x32, layerPart('read', layer)], [names('p')]),
    makeNode('MatMul', names('pV'), [names('p'), layerPart('write', layer)], [names('pV')]),
    makeNode('Add', names('unmasked'), [names('pV'), layerPart('bias', layer)], [names('unmasked')]),
    makeNode('Mul', names('change32'), [names('unmasked'), hookPorts.mask], [change32]),
    ...(converts ? [castNode(names('change'), change32, names('change'), type)] : []),
  ];
}

function readNodes(layer: number, residual: string, type: number): NodeProto[] {
  const name = namesOf(layer)('residual32');
  return type === portType ? [] : [castNode(name, residual, name, portType)];
}

function readings(layer: number, residual: string, type: number) {
  const names = namesOf(layer);
  return { residual: type === portType ? residual : names('residual32'), projection: names('p') };
}

function castNode(name: string, input: string, output: string, to: number): NodeProto {
  return makeNode('Cast', name, [input], [output], { to });
}
