/** How large numbers in a file may be, so that no product of them is infinite when it is applied. */
import { z } from 'zod';

/** Strengths, in mean residual norms or an operator's unit, and factors of them are below it; what changes a text is near 1. */
export const tooStrong = 1e6;
/** Most tokens that a range of a text counts. */
export const mostTokens = 1_000_000;
const largestFloat = 3.4028235677973366e38;

/** A strength, or a factor of one. */
export const factorSchema = z.number().gt(-tooStrong).lt(tooStrong);

/** Any number that float32 holds once it is rounded. */
export const float32Schema = z.number().min(-largestFloat).max(largestFloat);
