import { SteerboardError } from '../errors.js';
import { bytesOfType, isStoredType, notDictionary, type StoredTensor, type StoredType } from './stored-tensor.js';

/** The decoder of a sparse autoencoder in a file: a vector of the residual's width for every feature. */
export interface Decoder {
  readonly tensor: StoredTensor;
  readonly type: StoredType;
  /** Of the matrix as it lies in the file. */
  readonly shape: readonly [number, number];
  /** Whether features are its rows or its columns. */
  readonly along: 'rows' | 'columns';
  readonly features: number;
}

/** Last parts of the names that training code gives decoders, likeliest first: SAELens, dictionary_learning, OpenAI, others. */
const decoderNames = ['w_dec', 'decoder.weight', 'dec.weight', 'w_d', 'decoder', 'dictionary', 'd'] as const;
/** A Linear holds [out, in], so that the features are its columns. */
const isLinear = (name: string) => name.endsWith('.weight');

/** Which of a file's arrays is the decoder, by its name; null when none is. */
export function decoderAmong<Tensor extends { readonly name: string }>(tensors: readonly Tensor[]): Tensor | null {
  for (const wanted of decoderNames) {
    const found = tensors.find(({ name }) => {
      const lower = name.toLowerCase().replace(/\.npy$/, '');
      return lower === wanted || lower.endsWith(`.${wanted}`) || lower.endsWith(`/${wanted}`);
    });
    if (found) return found;
  }
  return null;
}

/**
 * Says how a decoder lies in its file; which side the features are on is told by the model's width, and where both sides
 * have it, by the name.
 *
 * @param isFortran whether the file holds column after column: then its matrix is taken as the transpose
 * @throws SteerboardError `document-invalid` for what is no matrix of floats, `document-other-model` with both numbers when
 *   neither side is as wide as the model
 */
export function decoderIn(tensor: StoredTensor, width: number, isFortran = false): Decoder {
  const { name, type, shape, length } = tensor;
  const [first, second] = shape;
  if (first === undefined || second === undefined || shape.length !== 2) {
    throw notDictionary(`“${name}” has the shape [${shape.join(', ')}], and a decoder has two dimensions`);
  }
  if (!isStoredType(type))
    throw notDictionary(`“${name}” is of type ${type}; float64, float32, float16 and bfloat16 are read`);
  if (first * second === 0) throw notDictionary(`“${name}” is empty`);
  if (length < first * second * bytesOfType[type]) throw notDictionary(`“${name}” is cut off`, { bytes: length });
  if (first !== width && second !== width) {
    const message = `The decoder “${name}” has the shape [${first}, ${second}], and this model's residual stream is ${width} wide: it was made for another model. Open that model, or choose another file.`;
    throw new SteerboardError('document-other-model', message, { first, second, width });
  }
  const areRows = first === second ? !isLinear(name.toLowerCase()) : second === width;
  const features = areRows ? first : second;
  if (!isFortran) return { tensor, type, shape: [first, second], along: areRows ? 'rows' : 'columns', features };
  return { tensor, type, shape: [second, first], along: areRows ? 'columns' : 'rows', features };
}
