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

/** "layer 3", "layers 3–5". */
export function layersText(span: readonly [number, number]): string {
  return `${layersWord(span)} ${spanText(span)}`;
}

export function layersWord([from, to]: readonly [number, number]): string {
  return from === to ? 'layer' : 'layers';
}

/** Ascending whole numbers, runs of neighbours drawn together: "3–5, 7". */
export function spanList(numbers: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else spans.push([number, number]);
  }
  return spans.map(spanText).join(', ');
}

export function fileSize(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  if (bytes >= 1e5) return `${(bytes / 1e6).toFixed(bytes >= 1e8 ? 0 : 1)} MB`;
  return bytes >= 1000 ? `${(bytes / 1e3).toFixed(bytes >= 1e4 ? 0 : 1)} kB` : `${Math.round(bytes)} B`;
}

/** Seconds as people say them: "8 s", "3 min", "1 h 20 min". */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long ago, for times within memory; then the date. */
export function ago(time: number, now: number): string {
  const minutes = (now - time) / 60_000;
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${Math.floor(minutes)} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  const days = Math.floor(minutes / (24 * 60));
  return days === 1 ? 'yesterday' : days < 30 ? `${days} days ago` : new Date(time).toLocaleDateString();
}
