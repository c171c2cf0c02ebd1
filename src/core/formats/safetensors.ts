/** One F32 tensor [d] a layer, `layer.<N>.<hook>`, of unit norm; the metadata carries the Steerboard JSON as a string. */
import { hookNames, type HookName } from '../onnx/hooks.js';
import type { BinaryFormat, Board, Content, ForeignDirection } from './format.js';
import { parseUntrusted } from './hostile.js';
import { fileStem } from './names.js';
import { readSafetensors, refuse, writeSafetensors } from './safetensors-container.js';
import { looksLikeSafetensors } from './safetensors-header.js';
import type { SteerboardDocument } from './schema.js';
import { createDocument, documentOf, writeDocument } from './steerboard.js';
import { tensorsOf, vectorName, type NamedTensor } from './tensor-names.js';

/** The metadata's field that holds the document. */
const documentKey = 'steerboard';

export const safetensorsFormat: BinaryFormat = {
  name: 'safetensors',
  label: 'safetensors',
  description:
    'For Python: one tensor a layer, named layer.<N>.<hook>, of unit norm; the Steerboard JSON is in its metadata.',
  extension: '.safetensors',
  mediaType: 'application/octet-stream',
  magnitudes: false,
  limits: ({ directions }) => [
    'Other tools read the unit vectors only: how they are applied is in the metadata, which they do not heed.',
    ...(directions.length > 1
      ? ['Several directions are in one file, so their tensors are named direction.<index>.layer.<N>.<hook>.']
      : []),
  ],
  write: (board) => [
    {
      fileName: `${board.prompt === undefined && board.directions[0] ? fileStem(board.directions[0].name) : 'steerboard'}.safetensors`,
      mediaType: 'application/octet-stream',
      content: writeBoard(board),
    },
  ],
  recognises: looksLikeSafetensors,
  read,
};

function writeBoard(board: Board): Uint8Array<ArrayBuffer> {
  // Without line breaks and indents, as it is one string of the header.
  const text = JSON.stringify(JSON.parse(writeDocument(createDocument(board))));
  return writeSafetensors({
    metadata: { [documentKey]: text },
    tensors: tensorsOf(board.directions.map(({ direction }) => direction)),
  });
}

function read(bytes: Uint8Array): Content {
  const { metadata, tensors } = readSafetensors(bytes);
  const text = metadata[documentKey];
  if (text !== undefined) return { kind: 'document', document: withTensors(documentOf(parseUntrusted(text)), tensors) };
  return readPlain(tensors);
}

/** The tensors are what other tools read and may have changed, so they count, not the copy in the metadata. */
function withTensors(document: SteerboardDocument, tensors: readonly NamedTensor[]): SteerboardDocument {
  const byName = new Map(tensors.map(({ name, values }) => [name, values]));
  const { directions } = document;
  directions.forEach((direction, index) => {
    for (const layer of direction.layers) {
      const name = vectorName(directions.length, index, layer.layer, direction.hook ?? document.hook.name);
      const values = byName.get(name);
      if (!values) throw refuse(`tensor "${name}" is missing`, 'Export it again');
      layer.vector = values;
    }
  });
  // Written and read again, so that the tensors are held to what any document's vectors are.
  return documentOf(JSON.parse(writeDocument(document)));
}

function readPlain(tensors: readonly NamedTensor[]): Content {
  const found = new Map<string, { hook: HookName; layers: { layer: number; vector: Float32Array }[] }>();
  const notes: string[] = [];
  for (const { name, values } of tensors) {
    const match = /^(?:direction\.(\d{1,4})\.)?layer\.(\d{1,6})\.([a-z_]+)$/.exec(name);
    const hook = hookNames.find((known) => known === match?.[3]);
    if (!match || !hook) {
      notes.push(`Tensor “${name.slice(0, 80)}” is left out: it is not named layer.<N>.<hook>.`);
      continue;
    }
    const key = `${match[1] ?? ''} ${hook}`;
    const there = found.get(key) ?? { hook, layers: [] };
    found.set(key, there);
    there.layers.push({ layer: Number(match[2]), vector: values });
  }
  if (found.size === 0)
    throw refuse(
      `none of its ${tensors.length} tensors is named layer.<N>.<hook>`,
      'Name them so, such as layer.3.resid_post',
    );
  const directions = [...found.values()].map(({ hook, layers }): ForeignDirection => ({
    name: null,
    hook,
    layers: layers.sort((a, b) => a.layer - b.layer),
    coefficient: 1,
    model: null,
  }));
  return { kind: 'foreign', directions, notes: notes.slice(0, 5) };
}
