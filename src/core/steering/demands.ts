import type { HookName } from '../onnx/hooks.js';
import type { Effect } from './operator.js';

/** An effect along a unit vector, [d]. */
export type Demand<Kind extends Effect['kind'] = Effect['kind']> = Extract<Effect, { kind: Kind }> & {
  readonly vector: Float64Array;
};

/** What all terms together ask of one hook of one layer. */
export interface HookDemands {
  readonly hook: HookName;
  readonly layer: number;
  readonly demands: Demand[];
}

/** The demands of one kind, in the order of the terms. */
export function demandsOf<Kind extends Effect['kind']>({ demands }: HookDemands, kind: Kind): readonly Demand<Kind>[] {
  return demands.filter((demand): demand is Demand<Kind> => demand.kind === kind);
}

/** Vectors as the rows of one matrix, rounded to float32. */
export function matrixOf(vectors: readonly Float64Array[], width: number): Float32Array {
  const matrix = new Float32Array(vectors.length * width);
  vectors.forEach((vector, k) => matrix.set(vector, k * width));
  return matrix;
}
