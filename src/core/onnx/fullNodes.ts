/**
 * The nodes of a hook in the modes `full` and `bounded`: what `BeyondLowRank` says, in its order. Each step is a change to what the one
 * before left, and the change is exactly zero where the step's ports are, so that the law holds of every part alone.
 */
import { create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType,
  TensorProtoSchema,
  TensorProto_DataType,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { makeNode } from './graph.js';
import {
  constant,
  int64Tensor,
  nameOf,
  portType,
  reshape,
  split,
  splitUnequally,
  type Hook,
  type Piece,
} from './pieces.js';
import { curveDegree, fullNumbers, portsOf } from './hooks.js';

/** Numbers that the nodes read; the last two keep divisors above 0 and are nothing beside what they are added to. */
const numbers = { half: 0.5, one: 1, two: 2, tinyNorm: 1e-18, tinySquare: 1e-9 } as const;
const numberNames = Object.keys(numbers) as (keyof typeof numbers)[];
const numberName = (name: keyof typeof numbers) => `steer.number.${name}`;
const axesName = 'steer.axes.2';
/** From this operator set on, axes are an input. */
const axesAreInput = 18;

/** Takes the ports of these modes apart, beside those of caps; to stand before everything else. */
export function fullPortNodes(piece: Piece, hooks: readonly Hook[], opset: number): void {
  const ports = portsOf(hooks[0]!.hook).full;
  const parts = (part: string) => hooks.map((hook) => nameOf(hook, part));
  split(piece, ports.vectors, 1, parts('vectors'), opset, 4);
  split(piece, ports.limits, 1, parts('limits'), opset, 2);
  split(piece, ports.numbers, 1, parts('numbers'), opset, 1);
  for (const hook of hooks) {
    const name = (part: string) => nameOf(hook, part);
    const rows = [
      { name: name('diagonal'), size: 1 },
      { name: name('plane'), size: 2 },
      { name: name('towards'), size: 1 },
    ];
    splitUnequally(piece, name('vectors'), 1, rows, opset);
    split(piece, name('limits'), 1, [name('low'), name('high')], opset, 1);
    const row = fullNumbers.map((part) => ({ name: name(part.name), size: part.size }));
    splitUnequally(piece, name('numbers'), 2, row, opset);
    if (hook.mode !== 'full') continue;
    reshape(piece, name('powers'), [0, curveDegree, 2], name('curve'));
    for (const part of ['plane', 'towards']) {
      piece.nodes.push(transposed(name(part), name(`${part}.T`)));
    }
  }
  const read = hooks[0]!.mode === 'full' ? numberNames : (['one', 'tinyNorm'] as const);
  for (const name of read) constant(piece, floatTensor(numberName(name), numbers[name]));
  if (opset >= axesAreInput) constant(piece, int64Tensor(axesName, [2]));
}

/**
 * From the affine change to the whole one, before the mask.
 *
 * @param x what the hook reads, float32
 * @param affine b + x U V
 */
export function fullNodes(hook: Hook, x: string, affine: string) {
  const steps = new Steps(hook, x);
  const name = (part: string) => nameOf(hook, part);
  const stretched = steps.node('Mul', [x, name('diagonal')], 'stretched');
  steps.change = steps.node('Add', [affine, stretched], 'linear');
  steps.add(caps(steps, name), 'capped');
  if (hook.mode === 'full') {
    steps.add(turn(steps, name), 'turned');
    steps.add(slerp(steps, name), 'slerped');
  }
  steps.add(keep(steps, name), 'kept');
  return { nodes: steps.nodes, change: steps.change };
}

type Naming = (part: string) => string;

/** (clip(q, low, high) − q) W with q = y C, where clip(q) − q = relu(low − q) − relu(q − high). */
function caps(steps: Steps, name: Naming): string {
  const q = steps.node('MatMul', [steps.y('y1'), name('capRead')], 'q');
  const below = steps.node('Relu', [steps.node('Sub', [name('low'), q], 'q.below')], 'q.lift');
  const above = steps.node('Relu', [steps.node('Sub', [q, name('high')], 'q.above')], 'q.cut');
  return steps.node('MatMul', [steps.node('Sub', [below, above], 'q.step'), name('capWrite')], 'q.W');
}

/** gate·(‖q‖·target − q) B with q = y Bᵀ; the gate is 1 where y·b₁ is above the floor, which a turn of zeros never is. */
function turn(steps: Steps, name: Naming): string {
  const y = steps.y('y2');
  const q = steps.node('MatMul', [y, name('plane.T')], 'turn.q');
  const [along] = steps.halves(q, 'turn.q1', 'turn.q2');
  const open = steps.node('Greater', [along, name('floor')], 'turn.open');
  const gate = steps.node('Cast', [open], 'turn.gate', { to: portType });
  const wanted = steps.node('Mul', [steps.norm(q, 'turn.r'), name('target')], 'turn.wanted');
  const step = steps.node('Sub', [wanted, q], 'turn.step');
  return steps.node('MatMul', [steps.node('Mul', [step, gate], 'turn.gated'), name('plane')], 'turn.change');
}

/** (C − 1 − E c) y + E ‖y‖ v̂ with E = S/(2a), as slerpCurve.ts says. */
function slerp(steps: Steps, name: Naming): string {
  const y = steps.y('y3');
  const size = steps.node('Add', [steps.norm(y, 'slerp.norm'), numberName('tinyNorm')], 'slerp.size');
  const along = steps.node('MatMul', [y, name('towards.T')], 'slerp.along');
  const cosine = steps.node('Div', [along, size], 'slerp.cosine');
  // 2a = 2√((1 + c)/2), never 0; rounding may leave c a little below −1.
  const halved = steps.node('Mul', [cosine, numberName('half')], 'slerp.halved');
  const square = steps.node(
    'Relu',
    [steps.node('Add', [halved, numberName('half')], 'slerp.square')],
    'slerp.positive',
  );
  const root = steps.node('Sqrt', [steps.node('Add', [square, numberName('tinySquare')], 'slerp.safe')], 'slerp.a');
  const double = steps.node('Mul', [root, numberName('two')], 'slerp.2a');
  const z = steps.node('Sub', [double, numberName('one')], 'slerp.z');
  const curve = steps.node('MatMul', [powers(steps, z), name('curve')], 'slerp.curve');
  const both = steps.node('Add', [curve, name('constants')], 'slerp.both');
  const [turned, wide] = steps.halves(both, 'slerp.C', 'slerp.S');
  const e = steps.node('Div', [wide, double], 'slerp.E');
  const less = steps.node('Mul', [e, cosine], 'slerp.Ec');
  const own = steps.node('Mul', [steps.node('Sub', [turned, less], 'slerp.f'), y], 'slerp.own');
  const reach = steps.node('Mul', [e, size], 'slerp.reach');
  const other = steps.node('Mul', [reach, name('towards')], 'slerp.other');
  return steps.node('Add', [own, other], 'slerp.change');
}

/** z, z², …, z⁸ side by side, by doubling. */
function powers(steps: Steps, z: string): string {
  let [all, highest] = [z, z];
  for (let degree = 1; degree < curveDegree; degree *= 2) {
    const more = steps.node('Mul', [all, highest], `slerp.more${degree}`);
    all = steps.node('Concat', [all, more], `slerp.powers${2 * degree}`, { axis: 2 });
    highest = steps.node('Mul', [highest, highest], `slerp.z${2 * degree}`);
  }
  return all;
}

/** s(‖x‖/‖y‖ − 1) y */
function keep(steps: Steps, name: Naming): string {
  const y = steps.y('y4');
  const before = steps.node('Add', [steps.norm(steps.x, 'keep.x'), numberName('tinyNorm')], 'keep.before');
  const after = steps.node('Add', [steps.norm(y, 'keep.y'), numberName('tinyNorm')], 'keep.after');
  const ratio = steps.node('Div', [before, after], 'keep.ratio');
  const longer = steps.node('Sub', [ratio, numberName('one')], 'keep.longer');
  return steps.node('Mul', [steps.node('Mul', [longer, name('keep')], 'keep.g'), y], 'keep.change');
}

/** Collects nodes, and the change that they make to x so far. */
class Steps {
  readonly nodes: NodeProto[] = [];
  change = '';

  constructor(
    readonly hook: Hook,
    readonly x: string,
  ) {}

  node(opType: string, inputs: string[], part: string, integers: Readonly<Record<string, number>> = {}): string {
    const output = nameOf(this.hook, part);
    this.nodes.push(makeNode(opType, output, inputs, [output], integers));
    return output;
  }

  /** What the steps so far have made of x. */
  y(part: string): string {
    return this.node('Add', [this.x, this.change], part);
  }

  add(step: string, part: string): void {
    this.change = this.node('Add', [this.change, step], part);
  }

  /** The two numbers of the last axis apart. */
  halves(input: string, first: string, second: string): readonly [string, string] {
    const outputs = [nameOf(this.hook, first), nameOf(this.hook, second)] as const;
    split({ nodes: this.nodes, constants: [] }, input, 2, outputs, this.hook.opset, 1);
    return outputs;
  }

  /** Euclidean norm over the last axis, which stays with size 1. Residuals are float32 here: their squares fit. */
  norm(input: string, part: string): string {
    const asInput = this.hook.opset >= axesAreInput;
    const output = this.node('ReduceL2', [input, ...(asInput ? [axesName] : [])], part, { keepdims: 1 });
    if (!asInput) {
      const axes = { name: 'axes', type: AttributeProto_AttributeType.INTS, ints: [2n] };
      this.nodes.at(-1)!.attribute.push(create(AttributeProtoSchema, axes));
    }
    return output;
  }
}

function transposed(input: string, output: string): NodeProto {
  const node = makeNode('Transpose', output, [input], [output]);
  const perm = { name: 'perm', type: AttributeProto_AttributeType.INTS, ints: [0n, 2n, 1n] };
  node.attribute.push(create(AttributeProtoSchema, perm));
  return node;
}

function floatTensor(name: string, value: number): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.FLOAT,
    dims: [1n],
    rawData: new Uint8Array(Float32Array.of(value).buffer),
  });
}
