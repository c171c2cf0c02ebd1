import type { MeasuredText } from './measured-text.js';

/** Mean of a figure over the generated tokens that are not special; NaN for none. */
export function meanOver({ ids, special }: MeasuredText, figure: (token: number) => number): number {
  let sum = 0;
  let count = 0;
  for (let token = 0; token < ids.length; token++) {
    if (special[token]) continue;
    sum += figure(token);
    count++;
  }
  return count > 0 ? sum / count : NaN;
}
