/** Numbers as people read them: a true minus, always a sign where a sign has a meaning. */
export function signedNumber(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return '–';
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

export function plainNumber(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return value === Infinity ? '∞' : '–';
  if (Math.abs(value) >= 10_000) return value.toExponential(1);
  return value.toFixed(
    Math.abs(value) >= 100 ? Math.min(digits, 0) : Math.abs(value) >= 10 ? Math.min(digits, 1) : digits,
  );
}

export function spanText([from, to]: readonly [number, number]): string {
  return from === to ? `${from}` : `${from}–${to}`;
}

export function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(bytes >= 1e8 ? 0 : 1)} MB`;
}
