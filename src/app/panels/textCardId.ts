import type { RowName } from '../rows.js';

/** Of a text's card on the page, for whoever must know whether it is seen. */
export const textCardId = (row: RowName): string => `${row}-text`;
