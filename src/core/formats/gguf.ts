/** Control vectors of llama.cpp and repeng, which EasySteer reads too. `direction.N` is added to the output of block N. */
import { addScaled } from '../tensors/vector.js';
import type {
  BinaryFormat,
  Board,
  Content,
  ForeignDirection,
  Magnitude,
  TakenDirection,
  WriteOptions,
  WrittenFile,
} from './format.js';
import { ggufMagic, readGguf, refuse, writeGguf } from './gguf-container.js';
import { appliedOtherwise, unsaid, type Abilities } from './limits.js';
import { checkWritten, layersWritten, withVectors, type WrittenLayer } from './magnitudes.js';
import { fileStems } from './names.js';

const label = 'GGUF control vector';
const abilities: Abilities = {
  readers: 'llama.cpp and repeng',
  scopes: false,
  operators: ['add'],
  hooks: ['resid_post', 'resid_pre'],
  specialTokens: false,
};
/** What writers call themselves. */
const architectures = ['controlvector', 'steeringvector'];

export const ggufFormat: BinaryFormat = {
  name: 'gguf',
  label,
  description:
    'For llama.cpp, repeng and EasySteer: one vector a layer, added to the block’s output; one direction a file.',
  extension: '.gguf',
  mediaType: 'application/octet-stream',
  magnitudes: true,
  limits,
  write: (whole, options) => {
    const { board } = withVectors(whole, options.magnitude, 1);
    const stems = fileStems(board.directions.map(({ name }) => name));
    return board.directions.map((taken, index) => writeOne(taken, stems[index]!, options));
  },
  recognises: (bytes) => ggufMagic.every((byte, at) => bytes[at] === byte),
  read,
};

function limits(whole: Board, { magnitude }: WriteOptions): readonly string[] {
  const { board, leftOut } = withVectors(whole, magnitude, 1);
  return [...leftOut, ...layersLeftOut(board, magnitude), ...unsaid(board, magnitude, abilities)];
}

function layersLeftOut(board: Board, magnitude: Magnitude): readonly string[] {
  return board.directions
    .filter((taken) => layersWritten(taken, magnitude).some(({ layer }) => layer < 1))
    .map(({ name, direction }) =>
      direction.hook === 'resid_pre'
        ? `“${name}”: what blocks 0 and 1 read is left out, since llama.cpp cannot steer before block 1’s output.`
        : `“${name}”: layer 0 is left out, since llama.cpp cannot steer the output of block 0.`,
    );
}

function writeOne(taken: TakenDirection, stem: string, { magnitude }: WriteOptions): WrittenFile {
  const layers = layersWritten(taken, magnitude).filter(({ layer }) => layer >= 1);
  checkWritten(taken.name, layers, label);
  return {
    fileName: `${stem}.gguf`,
    mediaType: 'application/octet-stream',
    content: writeControlVector(taken.direction.model.family, layers),
  };
}

/** @param layers each at 1 or above */
export function writeControlVector(
  modelHint: string,
  layers: readonly Pick<WrittenLayer, 'layer' | 'vector'>[],
): Uint8Array<ArrayBuffer> {
  return writeGguf(
    [
      ['general.architecture', 'controlvector'],
      ['controlvector.model_hint', modelHint],
      ['controlvector.layer_count', layers.length],
    ],
    layers.map(({ layer, vector }) => ({ name: `direction.${layer}`, values: vector })),
  );
}

function read(bytes: Uint8Array): Content {
  const { keys, tensors } = readGguf(bytes);
  const architecture = keys.get('general.architecture');
  const notes: string[] = [];
  if (typeof architecture !== 'string' || !architectures.includes(architecture)) {
    throw refuse(
      `its architecture is ${typeof architecture === 'string' ? `"${architecture.slice(0, 60)}"` : 'not named'}, not "controlvector"`,
      'Models in GGUF cannot be opened here; import a control vector',
    );
  }
  if (tensors.length === 0) throw refuse('it has no tensors', 'Export it again');
  const layers = new Map<number, Float32Array>();
  const width = tensors[0]!.values.length;
  for (const { name, values } of tensors) {
    const match = /^direction\.([1-9]\d{0,5})$/.exec(name);
    if (match === null)
      throw refuse(`tensor "${name.slice(0, 80)}" is not direction.<N> with N from 1`, 'llama.cpp refuses it too');
    if (values.length !== width) {
      throw refuse(
        `tensor "${name}" has ${values.length} values, and "${tensors[0]!.name}" has ${width}`,
        'All need the same',
      );
    }
    const layer = Number(match[1]);
    const there = layers.get(layer);
    if (there) {
      addScaled(there, values, 1);
      notes.push(`"${name}" is there more than once; as in llama.cpp, they are added up.`);
    } else layers.set(layer, values);
  }
  const announced = keys.get(`${architecture}.layer_count`);
  if (typeof announced === 'number' && announced < layers.size)
    notes.push(`It announces ${announced} layers and has ${layers.size}; all are taken.`);
  const hint = keys.get(`${architecture}.model_hint`);
  const direction: ForeignDirection = {
    name: null,
    hook: 'resid_post',
    layers: [...layers].map(([layer, vector]) => ({ layer, vector })).sort((a, b) => a.layer - b.layer),
    coefficient: 1,
    model: typeof hint === 'string' && hint !== '' ? hint : null,
  };
  return { kind: 'foreign', directions: [direction], notes };
}

/** What programs load that add all they are given. */
export interface ControlVectors {
  /** One file a direction, with the layers in it; what adds nothing has none. */
  readonly files: readonly { readonly fileName: string; readonly layers: readonly number[] }[];
  /** What is applied otherwise than here, a sentence each. */
  readonly limits: readonly string[];
}

/** What a board's directions are exported to as applied. */
export function controlVectorsOf(board: Board): ControlVectors {
  const limits = [...layersLeftOut(board, 'applied'), ...appliedOtherwise(board, 'applied', abilities)];
  return { files: filesOf(board), limits };
}

function filesOf(board: Board): ControlVectors['files'] {
  const stems = fileStems(board.directions.map(({ name }) => name));
  return board.directions.flatMap((taken, index) => {
    const layers = layersWritten(taken, 'applied').filter(({ layer }) => layer >= 1);
    const adds = layers.some(({ vector }) => vector.some((value) => value !== 0));
    return adds ? [{ fileName: `${stems[index]}.gguf`, layers: layers.map(({ layer }) => layer) }] : [];
  });
}
