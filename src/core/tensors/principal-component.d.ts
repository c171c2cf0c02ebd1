import { type Numbers } from './vector.js';
export interface PrincipalComponent {
    /** Unit vector [d]; its sign is arbitrary. All zeros when the rows have no further component. */
    readonly component: Float64Array;
    /** Root mean square of the rows' projections on it: the singular value over √n. */
    readonly magnitude: number;
}
/** The first of {@link principalComponents}. */
export declare function firstPrincipalComponent(rows: readonly Numbers[]): PrincipalComponent;
/**
 * First right singular vectors of the rows X [n, d], uncentred: the directions of the largest mean squares, in their order.
 * Centre the rows first where the variance is meant.
 *
 * Few rows are decomposed by their n × n Gram matrix X Xᵀ, since contrast texts are far fewer than the residual is wide: an
 * eigenvector u gives Xᵀu/‖Xᵀu‖. Of many rows only the wanted ones are searched, in blocks of a Krylov space that restarts
 * from what it found (Musco & Musco 1504.05477), since a whole decomposition grows with the cube of their number.
 */
export declare function principalComponents(rows: readonly Numbers[], count: number): PrincipalComponent[];
