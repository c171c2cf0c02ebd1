import { notDictionary, type StoredTensor } from './stored-tensor.js';

/** Enough for the header of an array of few dimensions; NumPy pads it to 64 or 128 bytes. */
export const npyHeaderBytes = 1024;

/** NumPy's names of types, little-endian only. bfloat16 has none of its own. */
const types: Readonly<Record<string, string>> = { '<f8': 'F64', '<f4': 'F32', '<f2': 'F16' };

/** An array, and whether it lies column after column. */
export interface NpyArray extends StoredTensor {
  readonly isFortran: boolean;
}

/**
 * Reads the header of a `.npy` file: the magic, a version, the header's length and a Python dictionary.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @param start the file's first bytes
 * @throws SteerboardError `document-invalid`
 */
export function npyArray(start: Uint8Array, name: string, fileBytes: number): NpyArray {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
  if (start.length < 12 || magic.some((byte, at) => start[at] !== byte))
    throw notDictionary(`“${name}” is no NumPy array`);
  const view = new DataView(start.buffer, start.byteOffset);
  const isLong = start[6]! >= 2;
  const begin = isLong ? 12 : 10;
  const offset = begin + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = String.fromCharCode(...start.subarray(begin, Math.min(offset, start.length)));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (offset > start.length || descr === undefined || order === undefined || shape === undefined) {
    throw notDictionary(`the header of “${name}” cannot be read`);
  }
  const dims = shape.split(',').flatMap((dim) => (dim.trim() === '' ? [] : [Number(dim)]));
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw notDictionary(`“${name}” has the shape (${shape.slice(0, 60)}), which no array has`);
  }
  return {
    name,
    type: types[descr] ?? descr,
    shape: dims,
    offset,
    length: fileBytes - offset,
    isFortran: order === 'True',
  };
}
