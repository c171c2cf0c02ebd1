import { SteerboardError } from '../../core/errors.js';
import { headOutputs, hookNames, readPoints, type CompiledHooks } from '../../core/onnx/hooks.js';
import { instrument } from '../../core/onnx/instrument.js';
import { coversHooks, hooksNeeded, joinHooks } from '../../core/steering/hooks.js';
import type { Plan } from '../../core/steering/plan.js';
import { compilePlan, type CompiledPlan } from '../../core/steering/schedule.js';
import type { Decoder } from '../generation/decoder.js';
import { graphName, openDecoder } from './open-decoder.js';
import type { SteeredModel, UneditedGraph } from './steered-model.js';

/** Compiles plans whose conditions are decided, and gives the model the hooks that they act at. Same errors as {@link compilePlan} and {@link ensureHooks}. */
export async function preparePlans(model: SteeredModel, plans: readonly Plan[]): Promise<readonly CompiledPlan[]> {
  const compiled = plans.map((plan) => compilePlan(plan, model.shape));
  await ensureHooks(model, hooksNeeded(compiled));
  return compiled;
}

/**
 * Weights of which two sessions fit: a WASM heap ends at 4 GB, holds the weights and what kernels make of them, and never
 * shrinks; what a GPU has is not said.
 */
const largestTwice = 1.2e9;

/**
 * Opens the graph again with the hooks that are missing, beside those that it has. The old session works until the new one is
 * there; of weights larger than `largest` it goes first, and is opened again when the new one cannot be. What is kept of texts
 * stays good, since a hook that does nothing changes nothing.
 *
 * @throws SteerboardError `document-other-model` when the graph does not have such a point, `file-unreadable` when its files
 *   are not here any more, `out-of-memory`; then the model is as it was, unless the message says otherwise
 */
export async function ensureHooks(
  model: SteeredModel,
  needed: CompiledHooks,
  largest: number = largestTwice,
): Promise<void> {
  const { compiled } = model.decoder.report;
  if (coversHooks(compiled, needed)) return;
  checkHooks(model, needed);
  // Heads are read for a fit; who opens the graph for something else does without.
  const { [headOutputs]: _, ...kept } = compiled;
  const wanted = joinHooks(kept, needed);
  model.onCompiling(readPoints.filter((point) => wanted[point] !== undefined && wanted[point] !== compiled[point]));
  try {
    const graph = await model.readGraph();
    if (bytesOf(graph) <= largest) await exchange(model, await openWith(model, graph, wanted), 'after');
    else await openAlone(model, graph, wanted);
  } catch (error) {
    if (!(error instanceof SteerboardError) || error.code !== 'out-of-memory') throw error;
    const places = Object.keys(wanted).join(', ');
    const now = model.isClosed
      ? 'There was not enough to go back either, so the model is closed now: open it again under Models.'
      : 'The model is as it was.';
    const message = `There was not enough memory to open the model with hooks at ${places}. ${now} Add at the block's output (resid_post) instead, or open the model in a smaller dtype.`;
    throw new SteerboardError('out-of-memory', message, error.fields);
  } finally {
    model.onCompiling([]);
  }
}

/** Whether the graph can be opened again while the old session is there. */
export async function opensBeside(model: SteeredModel, largest: number = largestTwice): Promise<boolean> {
  return bytesOf(await model.readGraph()) <= largest;
}

/** @throws SteerboardError `document-other-model` when the graph does not have such a point */
export function checkHooks(model: Pick<SteeredModel, 'decoder'>, needed: CompiledHooks): void {
  const { hooks } = model.decoder.report;
  const missing = hookNames.filter((hook) => needed[hook] !== undefined && !hooks.includes(hook));
  if (missing.length === 0) return;
  throw new SteerboardError(
    'document-other-model',
    `This model's graph has no ${missing.join(' or ')} to steer at. Choose one of ${hooks.join(', ')}.`,
    { missing: missing.join(' '), hooks: hooks.join(' ') },
  );
}

async function openWith(model: SteeredModel, { bytes, others }: UneditedGraph, hooks: CompiledHooks): Promise<Decoder> {
  const { runtime, shape } = model;
  const edited = instrument(bytes, { weightsFile: graphName, hooks, device: runtime.device, expected: shape });
  return openDecoder(runtime, edited, [{ path: graphName, data: bytes }, ...others]);
}

/** The old session is released before the new one is made. */
async function openAlone(model: SteeredModel, graph: UneditedGraph, wanted: CompiledHooks): Promise<void> {
  const before = model.decoder.report.compiled;
  await model.close();
  try {
    await exchange(model, await openWith(model, graph, wanted));
  } catch (error) {
    await exchange(model, await openWith(model, graph, before));
    throw error;
  }
}

async function exchange(model: SteeredModel, next: Decoder, release?: 'after'): Promise<void> {
  const old = model.decoder;
  next.mostAtOnce = old.mostAtOnce;
  await model.leaveSession();
  model.use(next);
  if (release) await old.session.release();
}

export function bytesOf({ bytes, others }: UneditedGraph): number {
  return others.reduce((sum, { data }) => sum + (data instanceof Uint8Array ? data.length : data.size), bytes.length);
}
