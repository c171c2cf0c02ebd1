/** A number as sentences have it: at most so many digits behind the point, and a true minus. */
export function figure(value: number, digits = 2): string {
  return String(Number(value.toFixed(digits))).replace('-', '−');
}
