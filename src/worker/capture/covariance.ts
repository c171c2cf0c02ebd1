import {
  centredRows,
  correlationOf,
  covarianceAlong,
  largestCoordinates,
  type Classes,
} from '../../core/covariance/covariance.js';
import { participationRatio, spectrumOf } from '../../core/covariance/spectrum.js';
import { whiteningOf } from '../../core/covariance/whitening.js';
import { finderNamed } from '../../core/directions/index.js';
import type { TextFinder } from '../../core/directions/finder.js';
import { heldOutSeparation } from '../../core/directions/separation.js';
import { principalComponents } from '../../core/tensors/principal-component.js';
import { norm, type Numbers } from '../../core/tensors/vector.js';
import type { CovarianceReport, CovarianceRequest, SpreadReport, SpreadRequest } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import type { OnProgress, Turn } from './background.js';
import { captureContrast, type CapturedContrast } from './contrast.js';

const shownEigenvalues = 16;

/** How the residuals of contrast texts vary together at one layer. Same errors as {@link captureContrast}. */
export async function covarianceReport(
  model: SteeredModel,
  request: CovarianceRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<CovarianceReport> {
  const { texts, hook, layer, part, axes, whitened } = request;
  const captured = await captureContrast(model, texts, hook, task, onProgress, turn);
  const plain = classesAt(captured, layer, model.shape.width);
  const whiten = whitened ? whiteningOf(plain) : null;
  const classes = whiten ? { positive: plain.positive.map(whiten), negative: plain.negative.map(whiten) } : plain;
  const rows = centredRows(classes, part);
  const { vectors, coordinates } = vectorsOf(axes, rows, whiten);
  const covariance = covarianceAlong(rows, vectors);
  const { shares, variance } = spectrumOf(rows, shownEigenvalues);
  return {
    covariance: Float32Array.from(covariance),
    correlation: Float32Array.from(correlationOf(covariance)),
    coordinates,
    spectrum: Float32Array.from(shares),
    variance,
    texts: [plain.positive.length, plain.negative.length],
  };
}

function vectorsOf(
  axes: CovarianceRequest['axes'],
  rows: readonly Numbers[],
  whiten: ((x: Numbers) => Float64Array) | null,
): { readonly vectors: readonly Numbers[]; readonly coordinates: readonly number[] | null } {
  switch (axes.kind) {
    case 'components':
      return { vectors: principalComponents(rows, axes.count).map(({ component }) => component), coordinates: null };
    case 'coordinates': {
      const coordinates = largestCoordinates(rows, axes.count);
      const width = rows[0]?.length ?? 0;
      const vectors = coordinates.map((at) => Float64Array.from({ length: width }, (_, i) => (i === at ? 1 : 0)));
      return { vectors, coordinates };
    }
    case 'directions':
      // A direction is a displacement, so it is whitened as the residuals are.
      return { vectors: axes.vectors.map((vector) => unitOf(whiten ? whiten(vector) : vector)), coordinates: null };
  }
}

/** Whitening may leave nothing of a direction along which the classes do not vary. */
function unitOf(vector: Numbers): Float64Array {
  const length = norm(vector) || 1;
  return Float64Array.from(vector, (value) => value / length);
}

/** The same at every layer in few numbers, and what whitening does to the separation. Same errors as {@link captureContrast}. */
export async function spreadReport(
  model: SteeredModel,
  { texts, hook }: SpreadRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<SpreadReport> {
  const captured = await captureContrast(model, texts, hook, task, onProgress, turn);
  const { layers, width } = model.shape;
  const plain = finderNamed('mean-difference') as TextFinder;
  const whitened = finderNamed('mass-mean') as TextFinder;
  const report: { -readonly [Key in keyof SpreadReport]: SpreadReport[Key][number][] } = {
    participation: [],
    withinShare: [],
    plain: [],
    whitened: [],
  };
  for (let layer = 0; layer < layers; layer++) {
    await task.breathe();
    onProgress({ label: 'Comparing the layers', done: layer, total: layers });
    const classes = classesAt(captured, layer, width);
    const total = centredRows(classes, 'total');
    report.participation.push(participationRatio(total));
    report.withinShare.push(varianceOf(centredRows(classes, 'within')) / varianceOf(total));
    const separation = (finder: TextFinder) =>
      heldOutSeparation(finder, { ...classes, options: { inverse: 'pseudo' }, layer });
    report.plain.push(separation(plain));
    report.whitened.push(separation(whitened));
  }
  return report;
}

function classesAt(
  { positive, negative }: CapturedContrast,
  layer: number,
  width: number,
): Classes & { readonly positive: readonly Float32Array[]; readonly negative: readonly Float32Array[] } {
  const at = ({ residual }: CapturedContrast['positive'][number]) =>
    residual.subarray(layer * width, (layer + 1) * width);
  return { positive: positive.map(at), negative: negative.map(at) };
}

function varianceOf(rows: readonly Numbers[]): number {
  return rows.reduce((sum, row) => sum + norm(row) ** 2, 0) / rows.length;
}
