import { SteerboardError } from '../../core/errors.js';
import type { ModelShape } from '../../core/model.js';
import {
  hookNames,
  portsOf,
  takesMore,
  type CompiledHooks,
  type HookMode,
  type HookName,
} from '../../core/onnx/hooks.js';
import { coversHooks, modeFor } from '../../core/steering/hooks.js';
import type { LayerIntervention } from '../../core/steering/intervention.js';
import type { Feeds, TensorConstructor } from '../runtime/ort.js';
import { setColumns } from './columns.js';
import { fullFeeds } from './full-feeds.js';

type Stream = Pick<ModelShape, 'layers' | 'width'>;

/**
 * The steering inputs of a batch, one set of interventions a row: for each hook that was compiled b [B, L, d], and for
 * affine ones U [B, d, L·K] and V [B, L·K, d], where K is the highest rank among all rows and layers and at least 1; for
 * bounded and full ones what full-feeds.ts says beside them. Made once for a plan and a batch.
 *
 * @throws SteerboardError `unexpected` when an intervention needs what its hook was not compiled for
 */
export function steeringFeeds(
  rows: readonly (readonly LayerIntervention[])[],
  compiled: CompiledHooks,
  stream: Stream,
  Tensor: TensorConstructor,
): Feeds {
  for (const intervention of rows.flat()) {
    const { hook, rank } = intervention;
    if (coversHooks(compiled, { [hook]: modeFor(intervention) })) continue;
    throw new SteerboardError('unexpected', `The graph was given no hook that does this at ${hook}.`, { hook, rank });
  }
  const feeds: Feeds = {};
  for (const hook of hookNames) {
    const mode = compiled[hook];
    if (mode === undefined || mode === 'read') continue;
    const own = rows.map((interventions) => interventions.filter((it) => it.hook === hook));
    Object.assign(feeds, feedsOf(hook, mode, own, stream, Tensor));
  }
  return feeds;
}

function feedsOf(
  hook: HookName,
  mode: HookMode,
  rows: readonly (readonly LayerIntervention[])[],
  stream: Stream,
  Tensor: TensorConstructor,
): Feeds {
  const { layers, width } = stream;
  const ports = portsOf(hook);
  const batch = rows.length;
  const rank = Math.max(1, ...rows.flat().map((intervention) => intervention.rank));
  const columns = layers * rank;
  const bias = new Float32Array(batch * layers * width);
  const affine = mode !== 'add';
  const read = new Float32Array(affine ? batch * width * columns : 0);
  const write = new Float32Array(read.length);
  rows.forEach((interventions, row) => {
    for (const intervention of interventions) {
      const first = intervention.layer * rank;
      bias.set(intervention.bias, (row * layers + intervention.layer) * width);
      if (!affine) continue;
      write.set(intervention.write, (row * columns + first) * width);
      setColumns(read.subarray(row * width * columns), columns, first, intervention);
    }
  });
  return {
    [ports.bias]: new Tensor('float32', bias, [batch, layers, width]),
    ...(affine && {
      [ports.read]: new Tensor('float32', read, [batch, width, columns]),
      [ports.write]: new Tensor('float32', write, [batch, columns, width]),
    }),
    ...(takesMore(mode) && fullFeeds(ports.full, rows, stream, Tensor)),
  };
}
