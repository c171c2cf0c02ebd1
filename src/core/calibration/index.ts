/** How strong is still safe: which strengths to try, and where a budget of KL a token is left. */
export type { CostPoint } from './point.js';
export { rangeOf, type SafeRange } from './range.js';
export { coarseStrengths, fineStrengths, isBracketed, mergeLooks, type TriedScale } from './strengths.js';
export { shareAbove, upperCosts } from './upper.js';
