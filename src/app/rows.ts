/** The two texts. */
export type RowName = 'baseline' | 'steered';
export const rowNames: readonly RowName[] = ['baseline', 'steered'];
