/**
 * A Llama as a graph of standard operators, as optimum exports it: caches grown by Concat, positions from position_ids,
 * the residual stream in `/model/layers.{i}/Add_output_0` (mid) and `Add_1_output_0` (post). Not the fused operators:
 * they want heads whose size is a multiple of 16, which small llama2.c models do not have.
 * transformers.js makes zero-length caches from the symbolic names `batch_size` and `past_sequence_length`.
 */
import { DataType, OnnxGraph } from './onnx-graph.mjs';

/** @typedef {import('./checkpoint.mjs').Checkpoint} Checkpoint */

const theta = 10000;
export const epsilon = 1e-5;

/** @param {Checkpoint} checkpoint @returns {Uint8Array} model.onnx */
export function decoderGraph(checkpoint) {
  const { shape: s, embedding, layers, norm, head } = checkpoint;
  const graph = new OnnxGraph();
  declare(graph, s);
  const rotary = rotaryAt(graph, s);
  const mask = causalMask(graph);
  const table = graph.weight('model.embed_tokens.weight', [s.vocabulary, s.width], embedding);
  let x = graph.add('Gather', '/model/embed_tokens/Gather', [table, 'input_ids']);
  layers.forEach((layer, i) => {
    const place = `/model/layers.${i}`;
    const attended = attention(
      graph,
      s,
      layer,
      i,
      normalise(graph, `${place}/input_layernorm`, layer.inputNorm, x),
      rotary,
      mask,
    );
    x = graph.add('Add', `${place}/Add`, [x, attended], {}, `${place}/Add_output_0`);
    const branch = mlp(
      graph,
      s,
      layer,
      `${place}/mlp`,
      normalise(graph, `${place}/post_attention_layernorm`, layer.mlpNorm, x),
    );
    x = graph.add('Add', `${place}/Add_1`, [x, branch], {}, `${place}/Add_1_output_0`);
  });
  x = normalise(graph, '/model/norm', norm, x);
  const matrix = head
    ? graph.transposedWeight('lm_head.MatMul.weight', s.vocabulary, s.width, head)
    : graph.add('Transpose', '/lm_head/Transpose', [table], { perm: [1, 0] });
  graph.add('MatMul', '/lm_head/MatMul', [x, matrix], {}, 'logits');
  return graph.encode('steerboard convert-llama2c');
}

function declare(graph, s) {
  graph.input('input_ids', DataType.INT64, ['batch_size', 'sequence_length']);
  graph.input('attention_mask', DataType.INT64, ['batch_size', 'total_sequence_length']);
  graph.input('position_ids', DataType.INT64, ['batch_size', 'sequence_length']);
  graph.output('logits', DataType.FLOAT, ['batch_size', 'sequence_length', s.vocabulary]);
  for (let i = 0; i < s.layers; i++)
    for (const part of ['key', 'value']) {
      const dims = (length) => ['batch_size', s.kvHeads, length, s.headDim];
      graph.input(`past_key_values.${i}.${part}`, DataType.FLOAT, dims('past_sequence_length'));
      graph.output(`present.${i}.${part}`, DataType.FLOAT, dims('total_sequence_length'));
    }
}

/** y = x Wᵀ */
function linear(graph, place, values, out, inward, x) {
  const name = `${place.slice(1).replaceAll('/', '.')}.MatMul.weight`;
  return graph.add('MatMul', `${place}/MatMul`, [x, graph.transposedWeight(name, out, inward, values)]);
}

/** RMSNorm, decomposed; the runtime's optimiser makes one operator of it. */
function normalise(graph, place, gain, x) {
  const square = graph.add('Pow', `${place}/Pow`, [x, graph.float(2)]);
  const mean = graph.add('ReduceMean', `${place}/ReduceMean`, [square, graph.int64([-1])], { keepdims: 1 });
  const root = graph.add('Sqrt', `${place}/Sqrt`, [graph.add('Add', `${place}/Add`, [mean, graph.float(epsilon)])]);
  const unit = graph.add('Div', `${place}/Div`, [x, root]);
  const weight = graph.weight(`${place.slice(1).replaceAll('/', '.')}.weight`, [gain.length], gain);
  return graph.add('Mul', `${place}/Mul`, [weight, unit]);
}

/** → cos and sin of the positions asked for, [B, 1, T, headDim], both halves of a head alike */
function rotaryAt(graph, s) {
  const half = s.headDim / 2;
  const angles = (f) =>
    Float32Array.from({ length: s.context * s.headDim }, (_, at) => {
      const [position, j] = [Math.floor(at / s.headDim), at % half];
      return f(position * theta ** ((-2 * j) / s.headDim));
    });
  return ['cos', 'sin'].map((name) => {
    const table = graph.weight(`${name}_cache`, [s.context, s.headDim], angles(Math[name]));
    const rows = graph.add('Gather', `/model/rotary_emb/${name}/Gather`, [table, 'position_ids']);
    return graph.add('Unsqueeze', `/model/rotary_emb/${name}/Unsqueeze`, [rows, graph.int64([1])]);
  });
}

/** → additive mask [B, 1, T, total]: a key counts when it is not padding and not later than the query */
function causalMask(graph) {
  const place = '/model/mask';
  const size = (name, of) =>
    graph.add('Gather', `${place}/${name}`, [graph.add('Shape', `${place}/${name}/Shape`, [of]), graph.int64(1)], {
      axis: 0,
    });
  const total = size('total', 'attention_mask');
  const past = graph.add('Sub', `${place}/Sub`, [total, size('length', 'input_ids')]);
  const keys = graph.add('Range', `${place}/keys`, [graph.int64(0), total, graph.int64(1)]);
  const queries = graph.add('Range', `${place}/queries`, [past, total, graph.int64(1)]);
  const column = graph.add('Unsqueeze', `${place}/Unsqueeze`, [queries, graph.int64([1])]);
  const causal = graph.add('LessOrEqual', `${place}/LessOrEqual`, [keys, column]);
  const rows = graph.add('Unsqueeze', `${place}/Unsqueeze_1`, ['attention_mask', graph.int64([1, 2])]);
  const valid = graph.add('Cast', `${place}/Cast`, [rows], { to: DataType.BOOL });
  const allowed = graph.add('And', `${place}/And`, [valid, causal]);
  return graph.add('Where', `${place}/Where`, [allowed, graph.float(0), graph.float(-3.4028234663852886e38)]);
}

function attention(graph, s, layer, i, x, rotary, mask) {
  const place = `/model/layers.${i}/self_attn`;
  const project = (name, heads) => {
    const y = linear(graph, `${place}/${name}_proj`, layer[name], heads * s.headDim, s.width, x);
    const split = graph.add('Reshape', `${place}/${name}/Reshape`, [y, graph.int64([0, 0, heads, s.headDim])]);
    return graph.add('Transpose', `${place}/${name}/Transpose`, [split], { perm: [0, 2, 1, 3] });
  };
  const q = rotate(graph, s, `${place}/q/rotary`, project('q', s.heads), rotary);
  const k = grow(graph, s, place, i, 'key', rotate(graph, s, `${place}/k/rotary`, project('k', s.kvHeads), rotary));
  const v = grow(graph, s, place, i, 'value', project('v', s.kvHeads));
  const keys = graph.add('Transpose', `${place}/Transpose`, [k], { perm: [0, 1, 3, 2] });
  const scores = graph.add('MatMul', `${place}/MatMul`, [q, keys]);
  const scaled = graph.add('Mul', `${place}/Mul`, [scores, graph.float(s.headDim ** -0.5)]);
  const masked = graph.add('Add', `${place}/Add`, [scaled, mask]);
  const weights = graph.add('Softmax', `${place}/Softmax`, [masked], { axis: -1 });
  const mixed = graph.add(
    'Transpose',
    `${place}/Transpose_1`,
    [graph.add('MatMul', `${place}/MatMul_1`, [weights, v])],
    {
      perm: [0, 2, 1, 3],
    },
  );
  const joined = graph.add('Reshape', `${place}/Reshape`, [mixed, graph.int64([0, 0, s.heads * s.headDim])]);
  return linear(graph, `${place}/o_proj`, layer.o, s.width, s.heads * s.headDim, joined);
}

/** x cos + (−second half, first half) sin; x [B, H, T, headDim] */
function rotate(graph, s, place, x, [cos, sin]) {
  const half = graph.int64([s.headDim / 2]);
  const first = graph.add('Slice', `${place}/Slice`, [x, graph.int64([0]), half, graph.int64([3])]);
  const second = graph.add('Slice', `${place}/Slice_1`, [x, half, graph.int64([s.headDim]), graph.int64([3])]);
  const turned = graph.add('Concat', `${place}/Concat`, [graph.add('Neg', `${place}/Neg`, [second]), first], {
    axis: -1,
  });
  const kept = graph.add('Mul', `${place}/Mul`, [x, cos]);
  return graph.add('Add', `${place}/Add`, [kept, graph.add('Mul', `${place}/Mul_1`, [turned, sin])]);
}

/** Appends to the cache, then repeats each key or value head for its group of query heads. */
function grow(graph, s, place, i, part, fresh) {
  const at = `${place}/${part}`;
  const all = graph.add(
    'Concat',
    `${at}/Concat`,
    [`past_key_values.${i}.${part}`, fresh],
    { axis: 2 },
    `present.${i}.${part}`,
  );
  if (s.heads === s.kvHeads) return all;
  const wide = graph.add('Unsqueeze', `${at}/Unsqueeze`, [all, graph.int64([2])]);
  const repeated = graph.add('Expand', `${at}/Expand`, [wide, graph.int64([1, 1, s.heads / s.kvHeads, 1, 1])]);
  const shape = graph.add('Shape', `${at}/Shape`, [all]);
  const [batch, total] = [0, 2].map((axis) =>
    graph.add('Gather', `${at}/Gather_${axis}`, [shape, graph.int64([axis])], { axis: 0 }),
  );
  const target = graph.add(
    'Concat',
    `${at}/Concat_1`,
    [batch, graph.int64([s.heads]), total, graph.int64([s.headDim])],
    { axis: 0 },
  );
  return graph.add('Reshape', `${at}/Reshape`, [repeated, target]);
}

/** SwiGLU: down(silu(gate x) · up x) */
function mlp(graph, s, layer, place, x) {
  const gate = linear(graph, `${place}/gate_proj`, layer.gate, s.feedForward, s.width, x);
  const up = linear(graph, `${place}/up_proj`, layer.up, s.feedForward, s.width, x);
  const sigmoid = graph.add('Sigmoid', `${place}/act_fn/Sigmoid`, [gate]);
  const activated = graph.add('Mul', `${place}/act_fn/Mul`, [gate, sigmoid]);
  const gated = graph.add('Mul', `${place}/Mul`, [activated, up]);
  return linear(graph, `${place}/down_proj`, layer.down, s.width, s.feedForward, gated);
}
