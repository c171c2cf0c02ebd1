/**
 * What every level of a graph whose rows fork reads beside the stream. Ids, masks and positions come in for the lowest level's
 * rows alone, and what is computed from them is computed again for each level that reads it, from what belongs to that level's
 * rows: so every part of the graph gets what it would get if its rows were all there from the beginning. The steering inputs
 * come in for all rows, of which a level takes the first.
 */
import { create } from '@bufbuild/protobuf';
import { NodeProtoSchema, type GraphProto, type NodeProto, type ValueInfoProto } from 'onnx-buf';
import { forkedRows, forkPorts, levelBegunBy, type ForkReport } from './forks.js';
import { dimensionsOf, makeNode, readsOf } from './graph.js';
import { hookPorts, type CacheLayout } from './hooks.js';
import { int64Tensor } from './pieces.js';
import type { ResidualStream } from './residualStream.js';

const base = -1;
const textInputs: ReadonlySet<string> = new Set(['input_ids', 'attention_mask', 'position_ids']);
const sharedPorts: ReadonlySet<string> = new Set([hookPorts.logitPositions, forkPorts.rows, forkPorts.sizes]);
const zero = 'steer.fork.zero';
const one = 'steer.fork.one';

/**
 * Gives the nodes of every level what they read beside the stream, in the level's rows.
 *
 * @param stream as it was hooked
 * @returns null where that cannot be done; the graph is of no use then
 */
export function alignLevels(graph: GraphProto, cache: CacheLayout, stream: ResidualStream): ForkReport | null {
  const aligner = new Aligner(graph, stream);
  for (const node of graph.node) if (!aligner.take(node)) return null;
  graph.node = aligner.nodes;
  const used = new Set(graph.node.flatMap(({ input }) => input));
  const numbers = [int64Tensor(zero, [0]), int64Tensor(one, [1])];
  graph.initializer.push(...numbers.filter(({ name }) => used.has(name)));
  const cacheLevels = cache.entries.map(({ present }) => aligner.levelOf(present) ?? base);
  nameRows(graph, cache, cacheLevels);
  return { cacheLevels };
}

class Aligner {
  readonly nodes: NodeProto[] = [];
  /** Level of every tensor that is computed from the text. */
  private readonly levels = new Map<string, number>();
  /** Tensors that carry the text, so that a level above has copies of their rows. */
  private readonly text: Set<string>;
  /** Tensors whose first axis are the rows. */
  private readonly carrying = new Set<string>();
  /** Among them those that are computed from steering inputs alone, in all rows. */
  private readonly ports = new Set<string>();
  private readonly producers = new Map<string, { readonly node: NodeProto; readonly input: readonly string[] }>();
  /** Tensors that were made for a level. */
  private readonly made = new Set<string>();
  /** The hooks' outputs, which hold all rows. */
  private readonly outputs: ReadonlySet<string>;
  private readonly highest: number;

  constructor(graph: GraphProto, { blocks, flowing }: ResidualStream) {
    this.highest = blocks.length - 1;
    this.text = new Set(flowing);
    for (const { name } of graph.input) {
      if (textInputs.has(name)) this.levels.set(name, base);
      else if (!name.startsWith('steer.') || sharedPorts.has(name)) continue;
      else this.ports.add(name);
      this.carrying.add(name);
    }
    this.outputs = new Set(graph.output.flatMap(({ name }) => (name.startsWith('steer.') ? [name] : [])));
  }

  levelOf(tensor: string): number | undefined {
    return this.levels.get(tensor);
  }

  /** Takes the next node over. @returns whether that can be done */
  take(node: NodeProto): boolean {
    const reads = readsOf(node);
    const known = reads.flatMap((name) => this.levels.get(name) ?? []);
    const captures = reads.some(
      (name) => !node.input.includes(name) && (this.levels.has(name) || this.ports.has(name)),
    );
    if (captures) return false;
    const begun = levelBegunBy(node);
    const input = [...node.input];
    if (begun !== null) {
      node.input = [this.at(input[0]!, begun - 1), input[1]!];
      this.note(node, input, begun);
    } else if (known.length > 0) {
      const isOutput = node.output.some((name) => this.outputs.has(name));
      const level = isOutput ? this.highest : Math.max(...known);
      node.input = input.map((name) => this.at(name, level));
      this.note(node, input, level);
    } else if (input.some((name) => this.ports.has(name))) {
      for (const name of node.output) {
        this.ports.add(name);
        this.carrying.add(name);
      }
    }
    this.nodes.push(node);
    return true;
  }

  private note(node: NodeProto, input: readonly string[], level: number): void {
    const carries =
      node.opType !== 'Shape' && node.opType !== 'Size' && node.input.some((name) => this.carrying.has(name));
    for (const name of node.output) {
      if (name === '') continue;
      this.levels.set(name, level);
      this.producers.set(name, { node, input });
      if (carries) this.carrying.add(name);
      if (carries && node.input.some((it) => this.text.has(it))) this.text.add(name);
    }
  }

  /** The tensor in the rows of a level that is not below its own. */
  private at(tensor: string, level: number): string {
    if (this.ports.has(tensor)) return level === this.highest ? tensor : this.first(tensor, level);
    const own = this.levels.get(tensor);
    if (own === undefined || own === level) return tensor;
    const name = nameAt(tensor, level);
    if (this.made.has(name)) return name;
    const producer = this.producers.get(tensor);
    if (producer === undefined || (this.text.has(tensor) && this.carrying.has(tensor))) {
      return this.make(name, 'Gather', [tensor, this.between(own, level)], level);
    }
    const { node, input } = producer;
    const copy = create(NodeProtoSchema, {
      ...node,
      name: nameAt(node.name, level),
      input: input.map((it) => this.at(it, level)),
      output: node.output.map((it) => it && nameAt(it, level)),
    });
    this.note(copy, input, level);
    for (const output of copy.output) this.made.add(output);
    this.nodes.push(copy);
    return name;
  }

  /** Of a steering input, or what is made of it, the rows of a level. */
  private first(tensor: string, level: number): string {
    return this.make(nameAt(tensor, level), 'Slice', [tensor, zero, this.countOf(level), zero], level);
  }

  /** Number of a level's rows, int64 [1]. */
  private countOf(level: number): string {
    if (level > base) return this.make(`${forkedRows(level)}.count`, 'Shape', [forkedRows(level)]);
    const shape = this.make('steer.fork.ids', 'Shape', ['input_ids']);
    return this.make('steer.fork.ids.count', 'Slice', [shape, zero, one, zero]);
  }

  /** For each row of a level the one of a lower level that it comes from. */
  private between(lower: number, level: number): string {
    if (lower === level - 1) return forkedRows(level);
    const name = `${forkPorts.rows}.${lower}.${level}`;
    // Ids and masks are read by every level, and the outputs read every level: each of the two is one chain of look-ups.
    return lower === base
      ? this.make(name, 'Gather', [this.between(base, level - 1), forkedRows(level)])
      : this.make(name, 'Gather', [forkedRows(lower + 1), this.between(lower + 1, level)]);
  }

  /** A node with one output, once. */
  private make(output: string, opType: string, input: string[], level?: number): string {
    if (this.made.has(output)) return output;
    const node = makeNode(opType, output, input, [output], opType === 'Gather' ? { axis: 0 } : {});
    this.made.add(output);
    if (level !== undefined) this.note(node, input, level);
    this.nodes.push(node);
    return output;
  }
}

function nameAt(name: string, level: number): string {
  return `${name}@${level}`;
}

/**
 * Numbers of rows that may differ get names that differ, as tensors of the same named size may be given the same memory. What
 * the file says of tensors inside is forgotten.
 */
function nameRows(graph: GraphProto, { entries }: CacheLayout, levels: readonly number[]): void {
  graph.valueInfo = [];
  const axes = new Map<string, { readonly axis: number; readonly name: string }>();
  for (const name of textInputs) axes.set(name, { axis: 0, name: 'steer.rows' });
  entries.forEach(({ past, present, dims }, index) => {
    const rows = {
      axis: dims.indexOf(-1),
      name: levels[index] === base ? 'steer.rows' : `steer.rows.${levels[index]}`,
    };
    axes.set(past, rows).set(present, rows);
  });
  for (const value of [...graph.input, ...graph.output]) {
    const rows = axes.get(value.name);
    if (rows) nameDimension(value, rows.axis, rows.name);
  }
}

function nameDimension(value: ValueInfoProto, axis: number, name: string): void {
  if (value.type?.value.case !== 'tensorType' || dimensionsOf(value)?.[axis] === undefined) return;
  value.type.value.value.shape!.dim[axis]!.value = { case: 'dimParam', value: name };
}
