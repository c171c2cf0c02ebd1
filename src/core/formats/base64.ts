/**
 * Base64 (RFC 4648 §4, with padding) of bytes and of little-endian float32. Own code since `core` has no platform: `atob` belongs to the
 * DOM, and `Uint8Array.fromBase64` is not everywhere yet.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codeOfValue = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const valueOfCode = new Int8Array(128).fill(-1);
codeOfValue.forEach((code, value) => (valueOfCode[code] = value));

/** How many character codes are made into a string at once: well below any engine's limit of arguments. */
const chunk = 8192;

/** Bit for bit, also NaN payloads. */
export function encodeFloats(values: Float32Array): string {
  return encodeBytes(littleEndianBytes(values));
}

/** Null when the text is not canonical base64 or not a whole number of floats. */
export function decodeFloats(text: string): Float32Array | null {
  const bytes = decodeBytes(text);
  if (bytes === null || bytes.length % 4 !== 0) return null;
  const view = new DataView(bytes.buffer);
  const values = new Float32Array(bytes.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

export function encodeBytes(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let at = 0, to = 0; at < bytes.length; at += 3, to += 4) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    codes[to] = codeOfValue[group >> 18]!;
    codes[to + 1] = codeOfValue[(group >> 12) & 63]!;
    codes[to + 2] = codeOfValue[(group >> 6) & 63]!;
    codes[to + 3] = codeOfValue[group & 63]!;
  }
  for (let missing = (3 - (bytes.length % 3)) % 3; missing > 0; missing--) codes[codes.length - missing] = 61; // '='
  let text = '';
  for (let at = 0; at < codes.length; at += chunk)
    text += String.fromCharCode.apply(null, codes.subarray(at, at + chunk) as unknown as number[]);
  return text;
}

/** Null when the text is not canonical base64. */
export function decodeBytes(text: string): Uint8Array<ArrayBuffer> | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const byteLength = (text.length / 4) * 3 - padding;
  const bytes = new Uint8Array(byteLength + padding);
  const digits = text.length - padding;
  for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
    let group = 0;
    for (let i = at; i < at + 4; i++) {
      const value = i < digits ? (valueOfCode[text.charCodeAt(i)] ?? -1) : 0;
      if (value < 0) return null;
      group = (group << 6) | value;
    }
    bytes[to] = group >> 16;
    bytes[to + 1] = (group >> 8) & 255;
    bytes[to + 2] = group & 255;
  }
  for (let i = byteLength; i < bytes.length; i++) if (bytes[i] !== 0) return null; // bits left over in the last digit
  return bytes.slice(0, byteLength);
}

function littleEndianBytes(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i]!, true);
  return new Uint8Array(view.buffer);
}
