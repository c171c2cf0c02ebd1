/**
 * Neuronpedia's vectors: the body of `POST /api/vector/new`, one vector of one layer each, and what it replies. The default
 * strength is how many times the vector is added, a raw coefficient of at most ±300.
 */
import { z } from 'zod';
import { SteerboardError } from '../errors.js';
import { scaled } from '../tensors/vector.js';
import { operatorNamed } from '../steering/index.js';
import { rawCoefficient } from './application.js';
import { float32Schema } from './bounds.js';
import { floatNumbers } from './foreign-json.js';
import type {
  Board,
  Content,
  ForeignDirection,
  JsonFormat,
  Magnitude,
  TakenDirection,
  WriteOptions,
  WrittenFile,
} from './format.js';
import { fromZod } from './issues.js';
import { unsaid } from './limits.js';
import { withVectors } from './magnitudes.js';
import { fileStems } from './names.js';

const strongest = 300;
const hookTypes = { resid_pre: 'hook_resid_pre', resid_post: 'hook_resid_post' } as const;
type NeuronpediaHook = keyof typeof hookTypes;

const text = z.string().max(500);
const bodySchema = z.object({
  modelId: text,
  layerNumber: z.int().min(0).max(999_999),
  hookType: z.string().max(100),
  vector: floatNumbers,
  vectorDefaultSteerStrength: float32Schema.default(1),
  vectorLabel: text.nullable().default(null),
});
const replySchema = z.object({
  modelId: text,
  hookName: text,
  values: floatNumbers,
  label: text.nullable().default(null),
  defaultSteerStrength: float32Schema.nullable().default(1),
});

export const neuronpediaFormat: JsonFormat = {
  name: 'neuronpedia',
  label: 'Neuronpedia vector',
  description:
    'The body of Neuronpedia’s POST /api/vector/new: one vector of one layer; a list where several layers are steered.',
  extension: '.json',
  mediaType: 'application/json',
  magnitudes: true,
  limits,
  write: (whole, { magnitude }) => {
    const { board } = withVectors(whole, 'applied', -1);
    const stems = fileStems(board.directions.map(({ name }) => name));
    return board.directions.map((taken, index) => writeOne(taken, stems[index]!, magnitude));
  },
  recognises: (root) =>
    itemsOf(root).some((item) => 'layerNumber' in item || 'vectorLabel' in item || 'hookName' in vectorOf(item)),
  read,
};

function limits(whole: Board, { magnitude }: WriteOptions): readonly string[] {
  // One vector of one layer: the layers are those that are steered, whatever the size.
  const { board, leftOut } = withVectors(whole, 'applied', -1);
  const several = board.directions
    .filter(({ plan }) => plan.layers.to > plan.layers.from)
    .map(
      ({ name }) =>
        `“${name}” is applied at several layers: the file is a list with a body for each, to be sent one at a time.`,
    );
  const loud = board.directions.filter((taken) => bodiesOf(taken, magnitude).some(({ clipped }) => clipped));
  return [
    ...leftOut,
    ...several,
    ...loud.map(
      ({ name }) => `“${name}” is stronger than Neuronpedia’s ±${strongest}; the rest is in the length of its vector.`,
    ),
    'The model’s id is the one here; change modelId to Neuronpedia’s name of it.',
    // The strength is in the file either way.
    ...unsaid(board, 'applied', {
      readers: 'Neuronpedia',
      scopes: false,
      operators: ['add'],
      hooks: Object.keys(hookTypes),
      specialTokens: false,
    }),
  ];
}

function writeOne(taken: TakenDirection, stem: string, magnitude: Magnitude): WrittenFile {
  if (!isKnown(taken.direction.hook)) {
    const message = `"${taken.name}" belongs to ${taken.direction.hook}; Neuronpedia has resid_pre and resid_post only. Choose another format.`;
    throw new SteerboardError('input-empty', message, { hook: taken.direction.hook });
  }
  const bodies = bodiesOf(taken, magnitude).map(({ body }) => body);
  if (bodies.length === 0) {
    throw new SteerboardError(
      'input-empty',
      `"${taken.name}" has no vector at the layers it is applied at. Choose other layers.`,
    );
  }
  const content = `${JSON.stringify(bodies.length === 1 ? bodies[0] : bodies)}\n`;
  return { fileName: `${stem}-neuronpedia.json`, mediaType: 'application/json', content };
}

function bodiesOf({ name, direction, plan }: TakenDirection, magnitude: Magnitude) {
  const { hook, model, layers } = direction;
  if (!isKnown(hook)) return [];
  return layers
    .filter(({ layer }) => layer >= plan.layers.from && layer <= plan.layers.to)
    .map(({ layer, vector, scale, residualNorm }) => {
      const { adds } = operatorNamed(plan.operator);
      const size = magnitude === 'natural' || !adds ? scale : 1;
      const strength = adds ? rawCoefficient(plan, layer, residualNorm) / size : 1;
      const excess = Math.max(1, Math.abs(strength) / strongest);
      const body = {
        modelId: model.id,
        layerNumber: layer,
        hookType: hookTypes[hook],
        vector: [...(size * excess === 1 ? vector : scaled(vector, size * excess))],
        vectorDefaultSteerStrength: strength / excess,
        vectorLabel: name,
      };
      return { body, clipped: excess > 1 };
    });
}

function isKnown(hook: string): hook is NeuronpediaHook {
  return hook in hookTypes;
}

function read(root: unknown): Content {
  const vectors = itemsOf(root).map((item) => ('values' in vectorOf(item) ? ofReply(vectorOf(item)) : ofBody(item)));
  const notes = vectors.flatMap(({ strength, name, layer }) =>
    strength === 0
      ? [`“${name ?? `layer ${layer}`}” has the default strength 0, so it changes nothing until you set one.`]
      : [],
  );
  // Vectors of one label, strength and hook are the layers of one direction.
  const groups = new Map<string, typeof vectors>();
  for (const vector of vectors) {
    const key = JSON.stringify([vector.name, vector.hook, vector.model, vector.strength]);
    const group = groups.get(key) ?? [];
    const there = group.some(({ layer }) => layer === vector.layer);
    groups.set(there ? `${key} ${groups.size}` : key, there ? [vector] : [...group, vector]);
  }
  const directions = [...groups.values()].map((group): ForeignDirection => ({
    name: group[0]!.name,
    hook: group[0]!.hook,
    model: group[0]!.model,
    coefficient: group[0]!.strength,
    layers: group.map(({ layer, vector }) => ({ layer, vector })).sort((a, b) => a.layer - b.layer),
  }));
  return { kind: 'foreign', directions, notes };
}

function ofBody(item: unknown) {
  const parsed = bodySchema.safeParse(item);
  if (!parsed.success) throw fromZod(parsed.error);
  const { modelId, layerNumber, hookType, vector, vectorDefaultSteerStrength, vectorLabel } = parsed.data;
  // The API's older form has hyphens and no "hook".
  const hook = hookOf(hookType.replace(/^hook_/, '').replace('-', '_'), hookType);
  return {
    model: modelId,
    layer: layerNumber,
    hook,
    vector,
    strength: vectorDefaultSteerStrength,
    name: vectorLabel || null,
  };
}

function ofReply(item: unknown) {
  const parsed = replySchema.safeParse(item);
  if (!parsed.success) throw fromZod(parsed.error);
  const { modelId, hookName, values, label, defaultSteerStrength } = parsed.data;
  const match = /^blocks\.(\d{1,6})\.hook_(.+)$/.exec(hookName);
  const hook = hookOf(match?.[2] ?? '', hookName);
  return {
    model: modelId,
    layer: Number(match![1]),
    hook,
    vector: values,
    strength: defaultSteerStrength ?? 1,
    name: label || null,
  };
}

function hookOf(name: string, asWritten: string): NeuronpediaHook {
  if (isKnown(name)) return name;
  const message = `This file cannot be imported: its hook is "${asWritten.slice(0, 60)}", not resid_pre or resid_post of a block.`;
  throw new SteerboardError('document-invalid', message, { path: 'hookType' });
}

function itemsOf(root: unknown): readonly object[] {
  const items: readonly unknown[] = Array.isArray(root) ? root : [root];
  return items.filter((item): item is object => typeof item === 'object' && item !== null);
}

/** A reply holds its vector; the vector may also stand alone. */
function vectorOf(item: object): object {
  const inner = 'vector' in item ? item.vector : item;
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : item;
}
