/**
 * IBM activation-steering's `.svec` (Lee et al. 2409.05907): {model_type, directions: {"<layer>": number[]},
 * explained_variances: {"<layer>": number}}. Its directions are read at a block's output (hidden_states[layer + 1]), and so
 * they are taken here; its own tool then adds them to the *input* of the block of that number.
 */
import { z } from 'zod';
import type { Board, Content, JsonFormat, TakenDirection, WriteOptions, WrittenFile } from './format.js';
import { floatNumbers, layerKeys } from './foreign-json.js';
import { fromZod } from './issues.js';
import { unsaid } from './limits.js';
import { checkWritten, layersWritten, withVectors } from './magnitudes.js';
import { fileStems } from './names.js';

const label = '.svec';
const svecSchema = z.object({
  model_type: z.string().max(500).nullable().default(null),
  directions: layerKeys(floatNumbers),
  explained_variances: z.unknown(),
});

export const svecFormat: JsonFormat = {
  name: 'svec',
  label: 'IBM activation-steering (.svec)',
  description: 'For IBM’s activation-steering library: one vector a layer; one direction a file.',
  extension: '.svec',
  mediaType: 'application/json',
  magnitudes: true,
  limits,
  write: (whole, options) => {
    const { board } = withVectors(whole, options.magnitude, 0);
    const stems = fileStems(board.directions.map(({ name }) => name));
    return board.directions.map((taken, index) => writeOne(taken, stems[index]!, options));
  },
  recognises: (root) =>
    typeof root === 'object' &&
    root !== null &&
    'directions' in root &&
    ('model_type' in root || 'explained_variances' in root),
  read,
};

function limits(whole: Board, { magnitude }: WriteOptions): readonly string[] {
  const { board, leftOut } = withVectors(whole, magnitude, 0);
  return [
    ...leftOut,
    'activation-steering adds the vector of a layer to what that block reads; here it is added to what the block writes, where it was found. The same layers give other texts there.',
    'How much of the variance each explains is not known here; the file says 1, as that library does for means.',
    ...unsaid(board, magnitude, {
      readers: 'activation-steering',
      scopes: false,
      operators: ['add'],
      hooks: ['resid_post', 'resid_pre'],
      specialTokens: false,
    }),
  ];
}

function writeOne(taken: TakenDirection, stem: string, { magnitude }: WriteOptions): WrittenFile {
  const layers = layersWritten(taken, magnitude).filter(({ layer }) => layer >= 0);
  checkWritten(taken.name, layers, label);
  const file = {
    model_type: taken.direction.model.family,
    directions: Object.fromEntries(layers.map(({ layer, vector }) => [String(layer), [...vector]])),
    explained_variances: Object.fromEntries(layers.map(({ layer }) => [String(layer), 1])),
  };
  return { fileName: `${stem}.svec`, mediaType: 'application/json', content: `${JSON.stringify(file)}\n` };
}

function read(root: unknown): Content {
  const parsed = svecSchema.safeParse(root);
  if (!parsed.success) throw fromZod(parsed.error);
  const { model_type: model, directions } = parsed.data;
  return {
    kind: 'foreign',
    directions: [{ name: null, hook: 'resid_post', layers: directions, coefficient: 1, model }],
    notes: [
      'activation-steering adds these vectors to what the block reads; here they are added to its output, where they were found.',
    ],
  };
}
