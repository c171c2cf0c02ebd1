/**
 * Base64 (RFC 4648 §4, with padding) of little-endian float32. Own code since `core` has no platform: `atob` belongs to the
 * DOM, and `Uint8Array.fromBase64` is not everywhere yet.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valueOfCode = new Int8Array(128).fill(-1);
for (let value = 0; value < 64; value++) valueOfCode[alphabet.charCodeAt(value)] = value;

/** Bit for bit, also NaN payloads. */
export function encodeFloats(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => view.setFloat32(index * 4, value, true));
  let text = '';
  for (let at = 0; at < view.byteLength; at += 3) {
    const rest = Math.min(3, view.byteLength - at);
    let group = 0;
    for (let i = 0; i < 3; i++) group = (group << 8) | (i < rest ? view.getUint8(at + i) : 0);
    for (let i = 0; i < 4; i++) text += i <= rest ? alphabet[(group >> (18 - 6 * i)) & 63]! : '=';
  }
  return text;
}

/** Null when the text is not canonical base64 or not a whole number of floats. */
export function decodeFloats(text: string): Float32Array | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const byteLength = (text.length / 4) * 3 - padding;
  if (byteLength % 4 !== 0) return null;
  const bytes = new Uint8Array(byteLength + padding);
  for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
    let group = 0;
    for (let i = 0; i < 4; i++) {
      const isPadding = at + i >= text.length - padding;
      const value = isPadding ? 0 : (valueOfCode[text.charCodeAt(at + i)] ?? -1);
      if (value < 0) return null;
      group = (group << 6) | value;
    }
    bytes[to] = group >> 16;
    bytes[to + 1] = (group >> 8) & 255;
    bytes[to + 2] = group & 255;
  }
  for (let i = byteLength; i < bytes.length; i++) if (bytes[i] !== 0) return null;
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}
