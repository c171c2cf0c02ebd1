import { SteerboardError } from '../../core/errors.js';
import { hookNames, type CompiledHooks } from '../../core/onnx/hooks.js';
import { instrument } from '../../core/onnx/instrument.js';
import { coversHooks, hooksNeeded, joinHooks } from '../../core/steering/hooks.js';
import type { Plan } from '../../core/steering/plan.js';
import { compilePlan, type CompiledPlan } from '../../core/steering/schedule.js';
import { graphName, openDecoder } from './open-decoder.js';
import type { SteeredModel } from './steered-model.js';

/** Compiles plans whose conditions are decided, and gives the model the hooks that they act at. Same errors as {@link compilePlan} and {@link ensureHooks}. */
export async function preparePlans(model: SteeredModel, plans: readonly Plan[]): Promise<readonly CompiledPlan[]> {
  const compiled = plans.map((plan) => compilePlan(plan, model.shape));
  await ensureHooks(model, hooksNeeded(compiled));
  return compiled;
}

/**
 * Opens the graph again with the hooks that are missing, beside those that it has; the old session works until the new
 * one is there. What is kept of texts stays good, since a hook that does nothing changes nothing.
 *
 * @throws SteerboardError `document-other-model` when the graph does not have such a point.
 */
export async function ensureHooks(model: SteeredModel, needed: CompiledHooks): Promise<void> {
  const { decoder, runtime } = model;
  const { compiled, hooks } = decoder.report;
  if (coversHooks(compiled, needed)) return;
  const missing = hookNames.filter((hook) => needed[hook] !== undefined && !hooks.includes(hook));
  if (missing.length > 0) {
    throw new SteerboardError(
      'document-other-model',
      `This model's graph has no ${missing.join(' or ')} to steer at. Choose one of ${hooks.join(', ')}.`,
      { missing: missing.join(' '), hooks: hooks.join(' ') },
    );
  }
  const wanted = joinHooks(compiled, needed);
  model.onCompiling(hookNames.filter((hook) => wanted[hook] !== compiled[hook]));
  try {
    const { bytes, others } = await model.readGraph();
    const edited = instrument(bytes, {
      weightsFile: graphName,
      hooks: wanted,
      device: runtime.device,
      expected: model.shape,
    });
    const next = await openDecoder(runtime, edited, [{ path: graphName, data: bytes }, ...others]);
    // Its caches may lie in the memory of the session that goes.
    model.unfinished.drop();
    model.decoder = next;
    await decoder.session.release();
  } catch (error) {
    if (!(error instanceof SteerboardError) || error.code !== 'out-of-memory') throw error;
    const message = `There was not enough memory to open the model a second time with hooks at ${Object.keys(wanted).join(', ')}. Add at the block's output (resid_post) instead, or open the model in a smaller dtype.`;
    throw new SteerboardError('out-of-memory', message, error.fields);
  } finally {
    model.onCompiling([]);
  }
}
