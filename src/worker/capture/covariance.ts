import {
  centredRows,
  correlationOf,
  covarianceAlong,
  largestCoordinates,
  type Classes,
} from '../../core/covariance/covariance.js';
import { participationSteps, spectrumSteps, type Spectrum } from '../../core/covariance/spectrum.js';
import { whiteningSteps, type Whitening } from '../../core/covariance/whitening.js';
import { defaultsOf } from '../../core/directions/finder.js';
import { togetherIn } from '../../core/directions/fit.js';
import { massMean } from '../../core/directions/mass-mean.js';
import { meanDifference } from '../../core/directions/mean-difference.js';
import { separationSteps } from '../../core/directions/separation.js';
import { eachStep, type Steps } from '../../core/steps.js';
import { norm, type Numbers } from '../../core/tensors/vector.js';
import type { CovarianceReport, CovarianceRequest, SpreadReport, SpreadRequest } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { inPieces, type OnProgress, type Turn } from './background.js';
import { captureContrast, type CapturedContrast } from './contrast.js';

const shownEigenvalues = 16;

/**
 * How the residuals of contrast texts vary together at one layer. What is computed here lets messages in, as in a fit. Same
 * errors as {@link captureContrast}.
 */
export async function covarianceReport(
  model: SteeredModel,
  request: CovarianceRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<CovarianceReport> {
  const captured = await captureContrast(model, request.texts, request.hook, task, onProgress, turn);
  const classes = classesAt(captured, request.layer, model.shape.width);
  const progress = { label: 'Comparing the texts', done: 0, total: 0 };
  return inPieces(covarianceSteps(classes, request), task, () => onProgress(progress));
}

function* covarianceSteps(
  plain: Classes,
  { part, axes, whitened }: Pick<CovarianceRequest, 'part' | 'axes' | 'whitened'>,
): Steps<CovarianceReport> {
  const whiten = whitened ? yield* whiteningSteps(plain) : null;
  const classes = whiten
    ? { positive: yield* whitenedSteps(plain.positive, whiten), negative: yield* whitenedSteps(plain.negative, whiten) }
    : plain;
  const rows = centredRows(classes, part);
  const count = axes.kind === 'components' ? axes.count : 0;
  const spectrum = yield* spectrumSteps(rows, Math.max(shownEigenvalues, count));
  const { vectors, coordinates } = vectorsOf(axes, rows, spectrum, whiten);
  const covariance = covarianceAlong(rows, vectors);
  return {
    covariance: Float32Array.from(covariance),
    correlation: Float32Array.from(correlationOf(covariance)),
    coordinates,
    spectrum: Float32Array.from(spectrum.shares.subarray(0, shownEigenvalues)),
    variance: spectrum.variance,
    texts: [plain.positive.length, plain.negative.length],
  };
}

function* whitenedSteps(side: readonly Numbers[], whiten: Whitening): Steps<readonly Numbers[]> {
  const white: Numbers[] = [];
  for (const residual of side) {
    white.push(whiten(residual));
    yield;
  }
  return white;
}

function vectorsOf(
  axes: CovarianceRequest['axes'],
  rows: readonly Numbers[],
  { components }: Spectrum,
  whiten: Whitening | null,
): { readonly vectors: readonly Numbers[]; readonly coordinates: readonly number[] | null } {
  const width = rows[0]?.length ?? 0;
  switch (axes.kind) {
    case 'components': {
      const vectors = Array.from({ length: axes.count }, (_, k) => components[k]?.component ?? new Float64Array(width));
      return { vectors, coordinates: null };
    }
    case 'coordinates': {
      const coordinates = largestCoordinates(rows, axes.count);
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

/**
 * The same at every layer in few numbers, and what the inverse covariance does to the separation, held out as the directions'
 * own separation is. Same errors as {@link captureContrast}.
 */
export async function spreadReport(
  model: SteeredModel,
  { texts, hook }: SpreadRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<SpreadReport> {
  const captured = await captureContrast(model, texts, hook, task, onProgress, turn);
  const { layers, width } = model.shape;
  const at = Array.from({ length: layers }, (_, layer) => classesAt(captured, layer, width));
  return inPieces(spreadSteps(at, togetherIn(texts)), task, (done) =>
    onProgress({ label: 'Comparing the layers', done, total: layers }),
  );
}

/** @param together as for {@link separationSteps} */
function* spreadSteps(layers: readonly TextClasses[], together: number): Generator<number, SpreadReport> {
  const report: { -readonly [Key in keyof SpreadReport]: SpreadReport[Key][number][] } = {
    participation: [],
    withinShare: [],
    plain: [],
    whitened: [],
  };
  for (const [layer, classes] of layers.entries()) {
    const total = centredRows(classes, 'total');
    report.participation.push(yield* eachStep(participationSteps(total), layer));
    report.withinShare.push(varianceOf(centredRows(classes, 'within')) / varianceOf(total));
    const separation = (finder: typeof meanDifference) =>
      eachStep(separationSteps(finder, { ...classes, options: defaultsOf(finder), layer }, together), layer);
    report.plain.push(yield* separation(meanDifference));
    report.whitened.push(yield* separation(massMean));
    yield layer + 1;
  }
  return report;
}

interface TextClasses extends Classes {
  readonly positive: readonly Float32Array[];
  readonly negative: readonly Float32Array[];
}

function classesAt({ positive, negative }: CapturedContrast, layer: number, width: number): TextClasses {
  const at = ({ residual }: CapturedContrast['positive'][number]) =>
    residual.subarray(layer * width, (layer + 1) * width);
  return { positive: positive.map(at), negative: negative.map(at) };
}

function varianceOf(rows: readonly Numbers[]): number {
  return rows.reduce((sum, row) => sum + norm(row) ** 2, 0) / rows.length;
}
