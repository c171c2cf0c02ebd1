import type { z } from 'zod';
import { isChatKind } from '../chat/contrast.js';
import type { Prompt } from '../chat/prompt.js';
import { isPaired, type FittedDirection, type LayerDirection } from '../directions/direction.js';
import { SteerboardError } from '../errors.js';
import type { ModelStamp } from '../model.js';
import { needNames, operatorOf, plainApplication, unitOf } from './application.js';
import type { Board, JsonFormat } from './format.js';
import { fileStem } from './names.js';
import { invalid, parseUntrusted, type Path } from './hostile.js';
import { fromZod } from './issues.js';
import {
  convention,
  documentSchema,
  version,
  type DocumentApplication,
  type DocumentDirection,
  type SteerboardDocument,
} from './schema.js';

export type { SteerboardDocument } from './schema.js';

export const steerboardFormat: JsonFormat = {
  name: 'steerboard',
  label: 'Steerboard JSON',
  description: 'Everything: vectors, the texts that made them, statistics, and how each direction is applied.',
  extension: '.json',
  mediaType: 'application/json',
  magnitudes: false,
  limits: () => [],
  write: (board) => [
    {
      // Without a prompt it is one direction, with those it refers to behind it.
      fileName: `${board.prompt === undefined && board.directions[0] ? fileStem(board.directions[0].name) : 'steerboard'}.json`,
      mediaType: 'application/json',
      content: writeDocument(createDocument(board)),
    },
  ],
  recognises: (root) => typeof root === 'object' && root !== null && 'format' in root,
  read: (root) => ({ kind: 'document', document: documentOf(root) }),
};

/**
 * A document of directions that were all found in the same model.
 *
 * @throws SteerboardError `input-empty` without directions, `document-other-model` when their models differ.
 */
export function createDocument(input: Board): SteerboardDocument {
  const model = input.directions[0]?.direction.model;
  if (model === undefined) throw new SteerboardError('input-empty', 'There is no direction to export. Fit one first.');
  for (const { name, direction } of input.directions) {
    if (direction.model.width === model.width && direction.model.layers === model.layers) continue;
    const message = `"${name}" belongs to another model than the first direction. Export them separately.`;
    throw new SteerboardError('document-other-model', message, { model: direction.model.id });
  }
  // A reader that knows `resid_post` alone must refuse a document in which something is written elsewhere.
  const hooks = input.directions.map(({ direction }) => direction.hook);
  const hook = hooks.find((name) => name !== 'resid_post') ?? 'resid_post';
  return {
    format: 'steerboard',
    version,
    model: { ...model },
    hook: { name: hook, convention },
    directions: input.directions.map(({ name, opposite, expression, direction, plan }) => ({
      name,
      ...(opposite && { opposite }),
      ...(expression && { expression }),
      ...(direction.hook !== hook && { hook: direction.hook }),
      ...(direction.notes && { notes: [...direction.notes] }),
      source: plainSource(direction),
      layers: direction.layers.map(plainLayer),
      plan: plainApplication(
        plan,
        direction.layers.some(({ positions }) => (positions?.length ?? 0) > 0),
      ),
    })),
    steerSpecialTokens: input.steerSpecialTokens,
    ...(input.prompt === undefined ? {} : { prompt: plainPrompt(input.prompt) }),
    ...(input.sampling === undefined ? {} : { sampling: { ...input.sampling } }),
  };
}

function plainPrompt(prompt: Prompt): NonNullable<SteerboardDocument['prompt']> {
  return typeof prompt === 'string' ? prompt : { messages: prompt.messages.map((message) => ({ ...message })) };
}

function plainSource({ source }: FittedDirection): DocumentDirection['source'] {
  const { method, options, texts } = source;
  if (texts === null) return { method, options: { ...options }, texts };
  const copied = {
    kind: texts.kind,
    positive: [...texts.positive],
    negative: [...texts.negative],
    ...(texts.questions && { questions: [...texts.questions] }),
    ...(texts.read && { read: { ...texts.read } }),
  };
  return { method, options: { ...options }, texts: copied };
}

function plainLayer(layer: LayerDirection): DocumentDirection['layers'][number] {
  const { separation, means, transport, positions, ...rest } = layer;
  return {
    ...rest,
    separation: separation && { ...separation },
    ...(means && { means: { ...means } }),
    ...(transport && { transport: { ...transport } }),
    ...(positions && { positions: positions.map((position) => ({ ...position })) }),
  };
}

/** The direction at an index of the document, as if it had been fitted here. */
export function directionOf(document: SteerboardDocument, index: number): FittedDirection {
  const { id, revision, dtype, family, layers, width } = document.model;
  const stamp: ModelStamp = { id, revision, dtype, family, layers, width };
  const direction = document.directions[index]!;
  return {
    model: stamp,
    hook: direction.hook ?? document.hook.name,
    ...(direction.notes && { notes: direction.notes }),
    source: direction.source,
    layers: direction.layers,
  };
}

/**
 * JSON text, indented, vectors in base64; what {@link readDocument} kept of unknown fields is written again.
 *
 * @throws SteerboardError `document-invalid` when the document breaks its own rules.
 */
export function writeDocument(document: SteerboardDocument): string {
  checkConsistency(document);
  const encoded = documentSchema.safeEncode(document);
  if (!encoded.success) throw fromZod(encoded.error);
  return `${JSON.stringify(encoded.data, null, 2)}\n`;
}

/**
 * Reads and checks a document. Vectors come back bit for bit (one whose norm drifted from 1 by less than 1 % is made
 * unit), layers in ascending order, unknown fields as they were.
 *
 * @throws SteerboardError `document-newer` for a newer major version; `document-invalid`, naming the field, for all else.
 */
export function readDocument(text: string): SteerboardDocument {
  return documentOf(parseUntrusted(text));
}

/** As {@link readDocument}, of JSON that {@link parseUntrusted} parsed. */
export function documentOf(root: unknown): SteerboardDocument {
  checkFormat(root);
  const decoded = documentSchema.safeDecode(root as z.input<typeof documentSchema>);
  if (!decoded.success) throw fromZod(decoded.error);
  checkConsistency(decoded.data);
  for (const direction of decoded.data.directions) direction.layers.sort((a, b) => a.layer - b.layer);
  return decoded.data;
}

/**
 * Whether a document's directions can steer the loaded model.
 *
 * @returns null when it is the same model; a warning to show when only the shape agrees.
 * @throws SteerboardError `document-other-model` when width or number of layers differ.
 */
export function checkFits(document: SteerboardDocument, stamp: ModelStamp): string | null {
  const { id, revision, layers, width } = document.model;
  if (layers !== stamp.layers || width !== stamp.width) {
    throw new SteerboardError(
      'document-other-model',
      `These directions belong to ${id} (${layers} layers of width ${width}); ${stamp.id} has ${stamp.layers} of width ${stamp.width}. Load that model, or fit the contrast texts again here.`,
      { layers, width, expectedLayers: stamp.layers, expectedWidth: stamp.width },
    );
  }
  if (id !== stamp.id) {
    return `These directions were found in ${id}. ${stamp.id} has the same shape, but unless it is the same model they mean nothing in it.`;
  }
  if (revision !== null && stamp.revision !== null && revision !== stamp.revision) {
    return `These directions were found in another revision of ${id}; they may fit less well.`;
  }
  return null;
}

function checkFormat(root: unknown): void {
  if (typeof root !== 'object' || root === null || Array.isArray(root)) throw invalid([], 'is not a JSON object');
  const { format, version: written } = root as { format?: unknown; version?: unknown };
  if (format !== 'steerboard') throw invalid(['format'], 'is not "steerboard"; this is some other kind of file');
  const match = typeof written === 'string' ? /^(\d{1,6})\.\d{1,6}$/.exec(written) : null;
  if (match === null) throw invalid(['version'], 'is not a version such as "1.0"');
  if (Number(match[1]) > 1) {
    const message = `This file was written by a newer Steerboard (format ${match[0]}; this one reads up to 1.x). Update the page and import it again.`;
    throw new SteerboardError('document-newer', message, { version: match[0] });
  }
}

/** What a schema cannot say: lengths and indices that depend on the model. */
function checkConsistency({ model, directions }: SteerboardDocument): void {
  directions.forEach((direction, at) => {
    const seen = new Set<number>();
    direction.layers.forEach(({ layer, vector }, index) => {
      const path: Path = ['directions', at, 'layers', index];
      if (layer >= model.layers)
        throw invalid([...path, 'layer'], `is ${layer}, but the model has layers 0 to ${model.layers - 1}`);
      if (seen.has(layer)) throw invalid([...path, 'layer'], `is ${layer} a second time`);
      seen.add(layer);
      for (const [name, values] of [['vector', vector] as const, ...moreVectors(direction.layers[index]!)]) {
        if (values.length === model.width) continue;
        throw invalid([...path, name], `has ${values.length} values, but the model's width is ${model.width}`);
      }
    });
    checkPlan(direction.plan, at, directions.length, model.layers);
    const { from, to } = direction.plan.layers;
    const path: Path = ['directions', at, 'plan', 'layers'];
    if (from > to || to >= model.layers)
      throw invalid(path, `goes from ${from} to ${to}, but the model has layers 0 to ${model.layers - 1}`);
    const { texts } = direction.source;
    if (texts && isPaired(texts.kind) && texts.positive.length !== texts.negative.length) {
      throw invalid(['directions', at, 'source', 'texts'], 'has pairs with a side missing');
    }
    if (texts && isChatKind(texts.kind) && !texts.questions?.length) {
      throw invalid(
        ['directions', at, 'source', 'texts', 'questions'],
        'is missing, and system prompts need questions',
      );
    }
  });
}

function moreVectors({ transport, positions }: DocumentDirection['layers'][number]) {
  return [
    ...(transport ? ([['transport', transport.scale] as const, ['transport', transport.shift] as const] as const) : []),
    ...(positions ?? []).map(({ vector }) => ['positions', vector] as const),
  ];
}

function checkPlan(plan: DocumentApplication, at: number, directions: number, layers: number): void {
  const path: Path = ['directions', at, 'plan'];
  const needs = typeof plan.operator === 'string' ? [] : plan.operator.needs;
  const unknown = needs.find((need) => !(needNames as readonly string[]).includes(need));
  if (unknown !== undefined) {
    const message = `This file was written by a newer Steerboard: it applies a direction by "${unknown}", which this one does not know. Update the page and import it again.`;
    throw new SteerboardError('document-newer', message, { need: unknown });
  }
  const { second, condition, layerFactors, scope, strengthUnit } = plan;
  const unit = unitOf(operatorOf(plan));
  if (strengthUnit !== unit)
    throw invalid([...path, 'strengthUnit'], `is "${strengthUnit}", but "${operatorOf(plan)}" counts in "${unit}"`);
  for (const [name, index] of [['second', second] as const, ['condition', condition?.direction] as const]) {
    if (index === undefined || index < directions) continue;
    throw invalid([...path, name], `refers to direction ${index}, but there are ${directions}, counted from 0`);
  }
  if (condition && condition.layer >= layers)
    throw invalid(
      [...path, 'condition', 'layer'],
      `is ${condition.layer}, but the model has layers 0 to ${layers - 1}`,
    );
  if (layerFactors && layerFactors.length !== layers)
    throw invalid([...path, 'layerFactors'], `has ${layerFactors.length} values, but the model has ${layers} layers`);
  const { curve = [] } = scope;
  if (curve.some(({ at: handle }, index) => index > 0 && handle < curve[index - 1]!.at))
    throw invalid([...path, 'scope', 'curve'], 'has handles that are not in ascending order');
}
