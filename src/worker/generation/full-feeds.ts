import type { ModelShape } from '../../core/model.js';
import { fullNumbers, type FullPorts } from '../../core/onnx/hooks.js';
import { slerpCurve } from '../../core/onnx/slerpCurve.js';
import type { BeyondLowRank, LayerIntervention } from '../../core/steering/intervention.js';
import type { Feeds, TensorConstructor } from '../runtime/ort.js';
import { setColumns } from './columns.js';

type NumberName = (typeof fullNumbers)[number]['name'];

/** Stands for no limit, since not every device knows infinity. */
const farAway = 3e38;

const numbersSize = fullNumbers.reduce((sum, part) => sum + part.size, 0);

/**
 * The inputs of a `full` or `bounded` hook beside those of an affine one, a set of interventions a row: what `FullPorts` says. Zeros where
 * nothing is to be done; C, the number of limited projections, is the largest of all rows and layers and at least 1.
 */
export function fullFeeds(
  ports: FullPorts,
  rows: readonly (readonly LayerIntervention[])[],
  { layers, width }: Pick<ModelShape, 'layers' | 'width'>,
  Tensor: TensorConstructor,
): Feeds {
  const batch = rows.length;
  const limited = Math.max(1, ...rows.flat().map(({ beyond }) => beyond?.caps?.rank ?? 0));
  const columns = layers * limited;
  const vectors = new Float32Array(batch * 4 * layers * width);
  const capRead = new Float32Array(batch * width * columns);
  const capWrite = new Float32Array(capRead.length);
  const limits = new Float32Array(batch * 2 * columns);
  const numbers = new Float32Array(batch * layers * numbersSize);
  rows.forEach((interventions, row) => {
    for (const { layer, beyond } of interventions) {
      if (!beyond) continue;
      const { diagonal, caps, turn, slerp } = beyond;
      const at = row * layers + layer;
      if (diagonal) vectors.set(diagonal, 4 * at * width);
      if (turn) vectors.set(turn.plane, (4 * at + 1) * width);
      if (slerp) vectors.set(slerp.towards, (4 * at + 3) * width);
      numbers.set(numbersOf(beyond), at * numbersSize);
      if (!caps) continue;
      const first = layer * limited;
      setColumns(capRead.subarray(row * width * columns), columns, first, caps);
      capWrite.set(caps.write, (row * columns + first) * width);
      limits.set(caps.low.map(finite), 2 * at * limited);
      limits.set(caps.high.map(finite), (2 * at + 1) * limited);
    }
  });
  return {
    [ports.vectors]: new Tensor('float32', vectors, [batch, 4 * layers, width]),
    [ports.capRead]: new Tensor('float32', capRead, [batch, width, columns]),
    [ports.capWrite]: new Tensor('float32', capWrite, [batch, columns, width]),
    [ports.limits]: new Tensor('float32', limits, [batch, 2 * layers, limited]),
    [ports.numbers]: new Tensor('float32', numbers, [batch, layers, numbersSize]),
  };
}

const finite = (limit: number) => Math.min(Math.max(limit, -farAway), farAway);

function numbersOf({ turn, slerp, keepsNorm }: BeyondLowRank): readonly number[] {
  const curve = slerp && slerpCurve(slerp.share);
  const values: Readonly<Record<NumberName, readonly number[] | null>> = {
    target: turn && turn.target,
    floor: turn && [turn.adaptive ? 0 : -farAway],
    keep: keepsNorm ? [1] : null,
    constants: curve && curve.constants,
    powers: curve && curve.powers.flat(),
  };
  return fullNumbers.flatMap(({ name, size }) => values[name] ?? new Array<number>(size).fill(0));
}
