/**
 * The nodes of a hook. Everything is computed as a change that is added to what the graph already does, so that ports
 * full of zeros leave every number as it was:
 *
 *     p = x U     change = m ∘ (b + p V)     x' = x + change
 */
import type { NodeProto } from 'onnx-buf';
import { fullNodes, fullPortNodes } from './fullNodes.js';
import { makeNode } from './graph.js';
import { hookPorts, portsOf, takesMore } from './hooks.js';
import { mostParts, nameOf, portType, reshape, split, type Hook, type Piece } from './pieces.js';

/** From x to the change, both of the hook's type. */
export function changeNodes(hook: Hook, x: string): { readonly nodes: readonly NodeProto[]; readonly change: string } {
  const name = (part: string) => nameOf(hook, part);
  const converts = hook.type !== portType;
  const change = name('change');
  const change32 = converts ? name('change32') : change;
  const down = converts ? [castNode(change, change32, change, hook.type)] : [];
  if (hook.mode === 'add') return { nodes: down, change };
  const x32 = converts ? name('x32') : x;
  const nodes = [
    ...(converts ? [castNode(x32, x, x32, portType)] : []),
    makeNode('MatMul', name('p'), [x32, name('read')], [name('p')]),
    makeNode('MatMul', name('pV'), [name('p'), name('write')], [name('pV')]),
    makeNode('Add', name('affine'), [name('pV'), name('bias')], [name('affine')]),
  ];
  const full = takesMore(hook.mode) ? fullNodes(hook, x32, name('affine')) : null;
  nodes.push(
    ...(full?.nodes ?? []),
    makeNode('Mul', change32, [full?.change ?? name('affine'), hookPorts.mask], [change32]),
    ...down,
  );
  return { nodes, change };
}

/** Gives a tensor in the ports' type. */
export function readNodes(hook: Hook, x: string): { readonly nodes: readonly NodeProto[]; readonly read: string } {
  if (hook.type === portType) return { nodes: [], read: x };
  const read = nameOf(hook, 'x32.after');
  return { nodes: [castNode(read, x, read, portType)], read };
}

export function tensorOf(hook: Hook, part: 'x' | 'sum' | 'biased' | 'skip'): string {
  return nameOf(hook, part);
}

/**
 * What takes one hook's inputs, which hold all layers, apart; to stand before everything else.
 *
 * @param hooks the hook at every layer, in layer order
 */
export function portNodes(hooks: readonly Hook[], width: number, opset: number): Piece {
  const piece: Piece = { nodes: [], constants: [] };
  const [first] = hooks;
  if (first === undefined || first.mode === 'read') return piece;
  const ports = portsOf(first.hook);
  const parts = (part: string) => hooks.map((hook) => nameOf(hook, part));
  if (first.mode === 'add') {
    // Masked for all layers at once, so that each layer's hook is one addition: [B, L, d] → [B, 1, L·d] ∘ [B, S, 1].
    const [flat, masked] = [`${ports.bias}.flat`, `${ports.bias}.masked`];
    reshape(piece, ports.bias, [0, 1, -1], flat);
    piece.nodes.push(makeNode('Mul', masked, [flat, hookPorts.mask], [masked]));
    const changes = hooks.map((hook) => nameOf(hook, hook.type === portType ? 'change' : 'change32'));
    split(piece, masked, 2, changes, opset, width);
    return piece;
  }
  split(piece, ports.bias, 1, parts('bias'), opset, 1);
  takeApart(piece, hooks, ports.read, ports.write, ['read', 'write'], width, opset);
  if (takesMore(first.mode)) {
    const { capRead, capWrite } = ports.full;
    takeApart(piece, hooks, capRead, capWrite, ['capRead', 'capWrite'], width, opset);
    fullPortNodes(piece, hooks, opset);
  }
  return piece;
}

/** What is read, [B, d, L·K], and what is written, [B, L·K, d], layer by layer. */
function takeApart(
  piece: Piece,
  hooks: readonly Hook[],
  read: string,
  write: string,
  [readPart, writePart]: readonly [string, string],
  width: number,
  opset: number,
): void {
  const layers = hooks.length;
  const parts = (part: string) => hooks.map((hook) => nameOf(hook, part));
  if (layers <= mostParts) {
    split(piece, read, 2, parts(readPart), opset, 1);
    split(piece, write, 1, parts(writePart), opset, 1);
    return;
  }
  // K is not known here, so the layers get an axis of their own: groups of them need not be equal.
  const apart = (port: string, dims: readonly number[], axis: number, part: string, joined: readonly number[]) => {
    reshape(piece, port, dims, `${port}.apart`);
    split(piece, `${port}.apart`, axis, parts(`${part}.apart`), opset, 1);
    for (const hook of hooks) reshape(piece, nameOf(hook, `${part}.apart`), joined, nameOf(hook, part));
  };
  apart(read, [0, 0, layers, -1], 2, readPart, [0, 0, -1]);
  apart(write, [0, layers, -1, width], 1, writePart, [0, -1, width]);
}

function castNode(name: string, input: string, output: string, to: number): NodeProto {
  return makeNode('Cast', name, [input], [output], { to });
}
