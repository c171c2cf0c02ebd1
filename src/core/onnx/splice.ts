/** Puts hooks into a graph: at cuts of the residual stream, and on the branches that are added to it. */
import type { GraphProto, NodeProto } from 'onnx-buf';
import { embedSumOutput, fusedSumOutput, isSkipNode } from './flow.js';
import { integerAttribute, makeNode, type GraphIndex } from './graph.js';
import { changeNodes, portNodes, readNodes, tensorOf } from './hookNodes.js';
import { hookNames, portsOf, type CompiledHooks, type HookName } from './hooks.js';
import type { Hook } from './pieces.js';
import type { Branch, Cut, ResidualStream } from './residualStream.js';
import { typeOfCut, typeOfTensor } from './tensorFacts.js';

/** Hooks that every layer of this graph can have. */
export function availableHooks({ blocks }: ResidualStream): readonly HookName[] {
  const has: Readonly<Record<HookName, boolean>> = {
    resid_pre: true,
    resid_mid: blocks.every((block) => block.mid !== null),
    resid_post: true,
    attn_out: blocks.every((block) => block.attention !== null),
    mlp_out: blocks.every((block) => block.mlp !== null),
  };
  return hookNames.filter((hook) => has[hook]);
}

/** Hooks at one place, in the order in which they act. */
interface Site<Place> {
  readonly place: Place;
  readonly hooks: Hook[];
}

/**
 * Splices the hooks in, with their ports and one output for each that holds all layers: one readback from a GPU instead
 * of many.
 */
export function spliceHooks(
  graph: GraphProto,
  index: GraphIndex,
  stream: ResidualStream,
  compiled: CompiledHooks,
  width: number,
  opset: number,
): void {
  const splicer = new Splicer();
  const { cuts, branches } = sitesOf(index, stream, compiled, opset);
  // Branches first: a fused sum's hooks start from what its inputs are by then.
  for (const { place, hooks } of branches) splicer.hookBranch(place, hooks);
  for (const { place, hooks } of cuts) splicer.hookCut(place, hooks);
  const all = [...branches, ...cuts].flatMap((site) => site.hooks);
  const first: NodeProto[] = [];
  const last: NodeProto[] = [];
  for (const hook of hookNames) {
    const own = all.filter((it) => it.hook === hook).sort((a, b) => a.layer - b.layer);
    if (own.length === 0) continue;
    const ports = portNodes(own, width, opset);
    first.push(...ports.nodes);
    for (const tensor of ports.constants) {
      if (!graph.initializer.some(({ name }) => name === tensor.name)) graph.initializer.push(tensor);
    }
    const { output } = portsOf(hook);
    const reads = own.map((it) => splicer.reads.get(it)!);
    last.push(makeNode('Concat', output, reads, [output], { axis: -1 }));
  }
  graph.node = [...first, ...splicer.around(graph.node), ...last];
}

function sitesOf(index: GraphIndex, stream: ResidualStream, compiled: CompiledHooks, opset: number) {
  const cuts: Site<Cut>[] = [];
  const branches: Site<Branch>[] = [];
  const atCut = (place: Cut, ...names: readonly (readonly [HookName, number])[]) => {
    const type = typeOfCut(index, place);
    const hooks = names.flatMap(([hook, layer]) => {
      const mode = compiled[hook];
      return mode === undefined ? [] : [{ hook, layer, mode, type, opset }];
    });
    if (hooks.length > 0) cuts.push({ place, hooks });
  };
  const atBranch = (place: Branch | null, hook: HookName, layer: number) => {
    const mode = compiled[hook];
    if (mode === undefined || place === null) return;
    const type = typeOfTensor(index, place.node.input[place.input]!);
    branches.push({ place, hooks: [{ hook, layer, mode, type, opset }] });
  };
  const { embedding, blocks } = stream;
  atCut(embedding, ['resid_pre', 0]);
  blocks.forEach(({ mid, post, attention, mlp }, layer) => {
    if (mid) atCut(mid, ['resid_mid', layer]);
    const isLast = layer === blocks.length - 1;
    atCut(post, ['resid_post', layer], ...(isLast ? [] : [['resid_pre', layer + 1] as const]));
    atBranch(attention, 'attn_out', layer);
    atBranch(mlp, 'mlp_out', layer);
  });
  return { cuts, branches };
}

const writes = (hook: Hook) => hook.mode !== 'read';

class Splicer {
  /** What each hook left behind, float32. */
  readonly reads = new Map<Hook, string>();
  private readonly before = new Map<NodeProto, NodeProto[]>();
  private readonly after = new Map<NodeProto, NodeProto[]>();

  around(nodes: readonly NodeProto[]): NodeProto[] {
    return nodes.flatMap((node) => [...(this.before.get(node) ?? []), node, ...(this.after.get(node) ?? [])]);
  }

  /** On the edge into the sum: who else reads the branch is not changed. */
  hookBranch({ node, input }: Branch, hooks: readonly Hook[]): void {
    const bias = node.input[4] ?? '';
    if (node.opType === 'SkipLayerNormalization' && bias !== '') {
      // The fused node adds the branch's last bias: it belongs to what the branch adds.
      const biased = tensorOf(hooks[0]!, 'biased');
      this.put(this.before, node, [makeNode('Add', biased, [node.input[input]!, bias], [biased])]);
      node.input = node.input.map((name, i) => (i === input ? biased : i === 4 ? '' : name));
    }
    const end = this.chain(this.before, node, node.input[input]!, hooks);
    node.input = node.input.map((name, i) => (i === input ? end : name));
  }

  hookCut(cut: Cut, hooks: readonly Hook[]): void {
    if (!cut.fused) this.hookPlain(cut, hooks);
    else if (isSkipNode(cut.node)) this.hookSkip(cut, hooks);
    else this.hookEmbedding(cut, hooks);
  }

  /** The producer's result gets another name, the last hook produces the old one: who reads it need not change. */
  private hookPlain({ tensor, node }: Cut, hooks: readonly Hook[]): void {
    if (!hooks.some(writes)) {
      this.chain(this.after, node, tensor, hooks);
      return;
    }
    const plain = `${tensor}__pre`;
    node.output = node.output.map((name) => (name === tensor ? plain : name));
    this.chain(this.after, node, plain, hooks, tensor);
  }

  /** The fused node adds input and skip (and bias) itself: its skip takes the changes along, and it stays fused. */
  private hookSkip({ node }: Cut, hooks: readonly Hook[]): void {
    const [input = '', , , , bias = ''] = node.input;
    const hasBias = node.opType === 'SkipLayerNormalization' && bias !== '';
    const outputs = Array.from({ length: fusedSumOutput + 1 }, (_, i) => node.output[i] ?? '');
    const sum = outputs[fusedSumOutput] || tensorOf(hooks[0]!, 'sum');
    node.output = [...outputs.slice(0, fusedSumOutput), sum];
    /** The stream with a skip that was changed so far. */
    const sumWith = (skip: string, hook: Hook, part: 'x' | 'sum') => {
      const [plain, biased] = [`${tensorOf(hook, part)}.of`, `${tensorOf(hook, part)}.biased`];
      const nodes = [makeNode('Add', plain, [input, skip], [plain])];
      if (hasBias) nodes.push(makeNode('Add', biased, [plain, bias], [biased]));
      this.put(this.before, node, nodes);
      return hasBias ? biased : plain;
    };
    hooks.forEach((hook, i) => {
      if (writes(hook)) {
        const skip = node.input[1]!;
        const { nodes, change } = changeNodes(hook, hook.mode === 'add' ? '' : sumWith(skip, hook, 'x'));
        const changed = tensorOf(hook, 'skip');
        this.put(this.before, node, [...nodes, makeNode('Add', changed, [skip, change], [changed])]);
        node.input = node.input.map((name, at) => (at === 1 ? changed : name));
      }
      const isFinal = !hooks.slice(i + 1).some(writes);
      if (isFinal) this.read(this.after, node, hook, sum);
      else this.read(this.before, node, hook, sumWith(node.input[1]!, hook, 'sum'));
    });
  }

  /** The embedding's own norm is computed from the hooked sum. */
  private hookEmbedding({ node }: Cut, hooks: readonly Hook[]): void {
    const outputs = Array.from({ length: embedSumOutput + 1 }, (_, i) => node.output[i] ?? '');
    const normed = outputs[0]!;
    const sum = outputs[embedSumOutput] || tensorOf(hooks[0]!, 'sum');
    if (!hooks.some(writes)) {
      node.output = [...outputs.slice(0, embedSumOutput), sum];
      this.chain(this.after, node, sum, hooks);
      return;
    }
    const plain = `${sum}__pre`;
    node.output = [`${normed}__pre`, ...outputs.slice(1, embedSumOutput), plain];
    this.chain(this.after, node, plain, hooks, sum);
    const norm = makeNode('LayerNormalization', `${normed}.hooked`, [sum, node.input[5]!, node.input[6]!], [normed], {
      axis: integerAttribute(node, 'axis') ?? -1,
    });
    norm.attribute.push(...node.attribute.filter(({ name }) => name === 'epsilon'));
    this.put(this.after, node, [norm]);
  }

  /** One hook after the other from `x` on; the last that writes produces `end`. Returns the end. */
  private chain(at: Map<NodeProto, NodeProto[]>, node: NodeProto, x: string, hooks: readonly Hook[], end?: string) {
    let current = x;
    const lastWrite = hooks.findLast(writes);
    for (const hook of hooks) {
      if (writes(hook)) {
        const { nodes, change } = changeNodes(hook, current);
        const next = hook === lastWrite && end !== undefined ? end : tensorOf(hook, 'x');
        this.put(at, node, [...nodes, makeNode('Add', next, [current, change], [next])]);
        current = next;
      }
      this.read(at, node, hook, current);
    }
    return current;
  }

  private read(at: Map<NodeProto, NodeProto[]>, node: NodeProto, hook: Hook, x: string): void {
    const { nodes, read } = readNodes(hook, x);
    this.put(at, node, nodes);
    this.reads.set(hook, read);
  }

  private put(at: Map<NodeProto, NodeProto[]>, node: NodeProto, nodes: readonly NodeProto[]): void {
    at.set(node, [...(at.get(node) ?? []), ...nodes]);
  }
}
