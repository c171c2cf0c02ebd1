/** Which hooks plans need a graph to have. */
import { headOutputs, hookNames, readPoints, type CompiledHooks, type HookMode, type HookName } from '../onnx/hooks.js';
import type { LayerIntervention } from './intervention.js';
import type { CompiledPlan } from './schedule.js';

/** From the least a hook can do to the most. */
const modes: readonly HookMode[] = ['read', 'add', 'affine', 'bounded', 'full'];

/** The hooks that all these plans act at, in the least mode that does: `add` where they only add. */
export function hooksNeeded(plans: readonly CompiledPlan[]): CompiledHooks {
  const needed = plans.flatMap((plan) => plan.apart).map((it): CompiledHooks => ({ [it.hook]: modeFor(it) }));
  return joinHooks(...needed);
}

/** The least that a hook has to be compiled for to do this. */
export function modeFor({ rank, beyond }: Pick<LayerIntervention, 'rank' | 'beyond'>): HookMode {
  if (beyond !== undefined) return beyond.turn || beyond.slerp ? 'full' : 'bounded';
  return rank > 0 ? 'affine' : 'add';
}

/** Every hook that one of the sets has, in the mode that serves all. */
export function joinHooks(...sets: readonly CompiledHooks[]): CompiledHooks {
  const joined: Partial<Record<HookName, HookMode>> = {};
  for (const hook of hookNames) {
    const most = Math.max(...sets.map((set) => modeOf(set, hook)));
    if (most >= 0) joined[hook] = modes[most]!;
  }
  return sets.some((set) => set[headOutputs]) ? { ...joined, [headOutputs]: 'read' } : joined;
}

/** Whether a graph with these hooks can do what is needed. */
export function coversHooks(compiled: CompiledHooks, needed: CompiledHooks): boolean {
  return readPoints.every((point) => modeOf(compiled, point) >= modeOf(needed, point));
}

function modeOf(set: CompiledHooks, hook: keyof CompiledHooks): number {
  const mode = set[hook];
  return mode === undefined ? -1 : modes.indexOf(mode);
}
