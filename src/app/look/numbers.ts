/** Numbers as people read them: a true minus, always a sign where a sign has a meaning. */
export function signedNumber(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return '–';
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

export function plainNumber(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return value === Infinity ? '∞' : '–';
  const size = Math.abs(value);
  const text =
    size >= 10_000
      ? size.toExponential(1).replace('e+', 'e')
      : size.toFixed(size >= 100 ? 0 : size >= 10 ? Math.min(digits, 1) : digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Tokens a second from the milliseconds of one, or null where no time was measured. */
export function tokensPerSecond(milliseconds: number | undefined): string | null {
  if (milliseconds === undefined || !Number.isFinite(milliseconds) || milliseconds <= 0) return null;
  return `${plainNumber(1000 / milliseconds, milliseconds > 100 ? 1 : 0)} tok/s`;
}

export function spanText([from, to]: readonly [number, number]): string {
  return from === to ? `${from}` : `${from}–${to}`;
}

export function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(bytes >= 1e8 ? 0 : 1)} MB`;
}
