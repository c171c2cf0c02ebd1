/** The ways to span a plane at one layer. Signs are chosen by the data, so that the same texts give the same picture. */
import { SteerboardError } from '../errors.js';
import { orthonormalBasis } from '../tensors/basis.js';
import { principalComponents } from '../tensors/principal-component.js';
import { addScaled, dot, meanOf, norm, normalised, subtract, type Numbers } from '../tensors/vector.js';

/**
 * What spans a plane. `components`: the texts' first two principal components; `rest`: a direction and the strongest
 * component of what it leaves; `directions`: two directions.
 */
export const axesKinds = ['components', 'rest', 'directions'] as const;
export type AxesKind = (typeof axesKinds)[number];

export type Axes = readonly [Float32Array, Float32Array];

/** Residuals of contrast texts at one layer. */
export interface ContrastResiduals {
  /** n₊ and n₋ vectors [d] */
  readonly positive: readonly Numbers[];
  readonly negative: readonly Numbers[];
}

/** A second axis of less than this share of the first, or of the residuals' spread, is rounding. */
const smallest = 1e-5;

/**
 * The first two principal components of all residuals, centred; both point to the positive side.
 *
 * @throws SteerboardError `direction-degenerate` when the residuals lie on a line, as two always do
 */
export function componentAxes({ positive, negative }: ContrastResiduals): Axes {
  const [first, second] = principalComponents(centred([...positive, ...negative]), 2);
  if (!(second!.magnitude > smallest * first!.magnitude)) {
    throw new SteerboardError(
      'direction-degenerate',
      'These texts lie on one line, which spans no plane. Write at least three texts, or take another direction for the second axis.',
    );
  }
  const towards = meanOf(positive);
  addScaled(towards, meanOf(negative), -1);
  return [pointing(first!.component, towards), pointing(second!.component, towards)];
}

/**
 * û is the first direction; ŵ is what is left of the second without its part along the first (Gram–Schmidt).
 *
 * @throws SteerboardError `direction-degenerate` when they point along the same line
 */
export function directionAxes(first: Numbers, second: Numbers): Axes {
  const [u, w] = orthonormalBasis([first, second]);
  if (!u || !w) {
    throw new SteerboardError(
      'direction-degenerate',
      'These two directions lie on the same line here, which spans no plane. Choose another one for the second axis.',
    );
  }
  return [Float32Array.from(u), Float32Array.from(w)];
}

/**
 * û is the direction; ŵ is the first principal component of the centred residuals without their part along it: the strongest
 * of what the direction does not say. It points to the positive side.
 *
 * @throws SteerboardError `direction-degenerate` when nothing is left beside the direction
 */
export function againstRest(direction: Numbers, { positive, negative }: ContrastResiduals): Axes {
  const u = normalised(direction);
  const rows = centred([...positive, ...negative]);
  const rest = rows.map((row) => {
    const left = row.slice();
    addScaled(left, u, -dot(left, u));
    return left;
  });
  const [strongest] = principalComponents(rest, 1);
  const spread = Math.sqrt(rows.reduce((sum, row) => sum + dot(row, row), 0) / rows.length);
  if (!(strongest!.magnitude > smallest * spread)) {
    throw new SteerboardError(
      'direction-degenerate',
      'The texts differ along the direction alone, so nothing is left for a second axis. Write more texts, or take another direction for it.',
    );
  }
  const towards = meanOf(positive);
  addScaled(towards, meanOf(negative), -1);
  // Rounding leaves a little of û in the component; the axes are to be orthonormal.
  return directionAxes(u, pointing(strongest!.component, towards));
}

/** Share of the residuals' variance along each axis, 0…1 each; NaN when they do not vary. */
export function varianceShares(axes: Axes, { positive, negative }: ContrastResiduals): readonly [number, number] {
  const rows = centred([...positive, ...negative]);
  const total = rows.reduce((sum, row) => sum + dot(row, row), 0);
  const along = (axis: Numbers): number => rows.reduce((sum, row) => sum + dot(row, axis) ** 2, 0) / total;
  return [along(axes[0]), along(axes[1])];
}

function centred(rows: readonly Numbers[]): Float32Array[] {
  const mean = meanOf(rows);
  return rows.map((row) => subtract(row, mean));
}

/** The unit vector with the sign that has a part along `towards`; where it has none, its largest entry is positive. */
function pointing(component: Float64Array, towards: Numbers): Float32Array {
  const along = dot(component, towards);
  let sign = Math.sign(along);
  if (Math.abs(along) <= 1e-6 * norm(towards)) {
    const largest = component.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    sign = Math.sign(largest);
  }
  return Float32Array.from(component, (value) => value * (sign || 1));
}
