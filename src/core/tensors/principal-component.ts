import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { addScaled, dot, norm, type Numbers } from './vector.js';

export interface PrincipalComponent {
  /** Unit vector [d]; its sign is arbitrary. All zeros when every row is zero. */
  readonly component: Float64Array;
  /** Root mean square of the rows' projections on it: the singular value over √n. */
  readonly magnitude: number;
}

/**
 * First right singular vector of the rows X [n, d], uncentred. Taken from the n × n Gram matrix X Xᵀ, since contrast
 * texts are far fewer than the residual is wide: the leading eigenvector u gives Xᵀu/‖Xᵀu‖.
 */
export function firstPrincipalComponent(rows: readonly Numbers[]): PrincipalComponent {
  const n = rows.length;
  const component = new Float64Array(rows[0]?.length ?? 0);
  const gram = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = dot(rows[i]!, rows[j]!);
      gram.set(i, j, value);
      gram.set(j, i, value);
    }
  }
  const decomposition = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  let leading = 0;
  decomposition.realEigenvalues.forEach((value, k) => {
    if (value > decomposition.realEigenvalues[leading]!) leading = k;
  });
  rows.forEach((row, i) => addScaled(component, row, decomposition.eigenvectorMatrix.get(i, leading)));
  const singularValue = norm(component);
  if (singularValue > 0) for (let i = 0; i < component.length; i++) component[i] = component[i]! / singularValue;
  return { component, magnitude: singularValue / Math.sqrt(n) };
}
