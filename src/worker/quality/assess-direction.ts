import { assessSteps, type LayerAssessment } from '../../core/quality/assess.js';
import type { Grouping } from '../../core/quality/groups.js';
import { isPaired } from '../../core/directions/direction.js';
import { optionsOf, type TextFinder } from '../../core/directions/finder.js';
import { checkCounts, togetherIn } from '../../core/directions/fit.js';
import { finderNamed } from '../../core/directions/index.js';
import { SteerboardError } from '../../core/errors.js';
import { eachStep } from '../../core/steps.js';
import type { AssessmentEvent, AssessmentRequest } from '../../protocol/api.js';
import { inPieces, type Turn } from '../capture/background.js';
import { captureContrast, type CapturedContrast } from '../capture/contrast.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';

/**
 * Assesses a direction layer by layer. What is computed here lets messages in, as in a fit. Same errors as
 * {@link captureContrast} and {@link checkCounts}, and `unexpected` for a method that does not read one token a text.
 */
export async function assessDirection(
  model: SteeredModel,
  request: AssessmentRequest,
  task: Task,
  say: (events: readonly AssessmentEvent[]) => void,
  turn: Turn,
): Promise<void> {
  const { texts, hook } = request;
  const finder = request.method === null ? null : finderOf(request.method);
  const captured = await captureContrast(
    model,
    texts,
    hook,
    task,
    (progress) => say([{ type: 'progress', progress }]),
    turn,
  );
  if (finder) checkCounts(texts, finder, captured.positive.length, captured.negative.length);
  const grouping = { paired: isPaired(texts.kind), together: togetherIn(texts) };
  await inPieces(layerSteps(model, request, finder, captured, grouping, say), task, (done) => {
    const progress = { label: 'Assessing the direction', done, total: request.vectors.length };
    say([{ type: 'progress', progress }]);
  });
}

/** Yields how many layers are done. */
function* layerSteps(
  { shape: { width } }: SteeredModel,
  { vectors, draws, options }: AssessmentRequest,
  finder: TextFinder | null,
  captured: CapturedContrast,
  grouping: Grouping,
  say: (events: readonly AssessmentEvent[]) => void,
): Generator<number, void> {
  const chosen = finder ? optionsOf(finder, options) : {};
  for (const [done, { layer, vector }] of vectors.entries()) {
    const at = ({ residual }: CapturedContrast['positive'][number]) =>
      residual.subarray(layer * width, (layer + 1) * width);
    const sides = { positive: captured.positive.map(at), negative: captured.negative.map(at), layer, options: chosen };
    const steps = assessSteps({ ...sides, finder, vector }, grouping, draws);
    const assessment: LayerAssessment = yield* eachStep(steps, done);
    say([{ type: 'layer', assessment }]);
    yield done + 1;
  }
}

function finderOf(method: string): TextFinder {
  const finder = finderNamed(method);
  if (finder.needs === 'texts' && finder.reads !== 'every-token') return finder;
  const message = `"${finder.label}" is not found from one token of each text, so it cannot be found again from some of them.`;
  throw new SteerboardError('unexpected', message, { method });
}
