/**
 * A request of EasySteer (vLLM): {vectors: [{source, data, algorithm, scale, layers, normalize, apply, params, name}],
 * conflict}. The vectors lie beside it as GGUF files, which `source` names.
 */
import { z } from 'zod';
import { SteerboardError } from '../errors.js';
import { operatorNamed } from '../steering/index.js';
import type { Scope } from '../steering/plan.js';
import { rawCoefficient, type Application } from './application.js';
import { decodeFloats } from './base64.js';
import { float32Schema, mostTokens } from './bounds.js';
import { floatNumbers, layerKeys } from './foreign-json.js';
import type {
  Board,
  Content,
  ForeignDirection,
  JsonFormat,
  TakenDirection,
  WriteOptions,
  WrittenFile,
} from './format.js';
import { writeControlVector } from './gguf.js';
import { fromZod } from './issues.js';
import { unsaid } from './limits.js';
import { checkWritten, layersWritten, withVectors } from './magnitudes.js';
import { fileStems } from './names.js';

const label = 'EasySteer';
/** How its algorithms are called here. */
const algorithms: Readonly<Record<string, string>> = {
  add: 'direct',
  'add-keep-norm': 'direct',
  ablate: 'erase',
};

const tensors = z.record(z.string(), z.object({ shape: z.array(z.int()), data: z.string() }));
/** From the end where the first is negative; what ends before the end, counted from there, is not taken. */
const window = z
  .tuple([z.int().min(-mostTokens).max(mostTokens), z.int().min(0).max(mostTokens).nullable()])
  .nullable()
  .optional();
const all = z.literal('all').nullable().optional();
const vectorSchema = z.object({
  source: z.string().max(1000).nullable().default(null),
  data: z
    .union([layerKeys(floatNumbers), z.object({ layers: layerKeys(floatNumbers) }), z.object({ tensors })])
    .nullable()
    .default(null),
  algorithm: z.string().max(100).default('direct'),
  scale: float32Schema.default(1),
  layers: z.array(z.int().min(0)).nullable().default(null),
  apply: z
    .object({ prompt: all, generation: all, prompt_window: window, generation_window: window })
    .nullable()
    .default(null),
  name: z.string().max(200).nullable().default(null),
});
const requestSchema = z.object({ vectors: z.array(vectorSchema).min(1).max(1000) });

export const easysteerFormat: JsonFormat = {
  name: 'easysteer',
  label: 'EasySteer request',
  description:
    'For EasySteer on vLLM: a request that says where and how strongly, and a GGUF file of vectors for each direction.',
  extension: '.json',
  mediaType: 'application/json',
  magnitudes: true,
  limits,
  write,
  recognises: (root) =>
    typeof root === 'object' && root !== null && Array.isArray((root as { vectors?: unknown }).vectors),
  read,
};

function limits(whole: Board, { magnitude, specialTokens }: WriteOptions): readonly string[] {
  const { board, leftOut } = withVectors(whole, magnitude, 1);
  const left = board.directions
    .filter((taken) => layersWritten(taken, magnitude).some(({ layer }) => layer < 1))
    .map(({ name }) => `“${name}”: layer 0 is left out, as a GGUF control vector has none.`);
  const notes = unsaid(board, 'applied', {
    readers: label,
    scopes: true,
    operators: Object.keys(algorithms),
    hooks: ['resid_post', 'resid_pre'],
    specialTokens: specialTokens !== undefined,
  });
  const shares = board.directions
    .filter(({ plan }) => algorithms[plan.operator] === 'erase' && takesShares(plan))
    .map(({ name }) => `“${name}” is taken out in part at some layers or tokens here; ${label} takes all of it out.`);
  const natural =
    magnitude === 'natural'
      ? ['A vector has one scale for all its layers; between layers, the natural magnitudes say how strong.']
      : [];
  return [
    ...leftOut,
    ...left,
    'The GGUF files have to lie where the server finds them: “source” is a path on it.',
    ...natural,
    ...shares,
    ...notes,
  ];
}

/** Whether a factor of a layer that is steered, or of a token, leaves something of the direction. */
function takesShares({ layers, layerFactors = [], scope }: Application): boolean {
  const factors = [
    ...layerFactors.slice(layers.from, layers.to + 1),
    ...(scope.generated ? (scope.curve ?? []).map(({ factor }) => factor) : []),
  ];
  return factors.some((factor) => factor !== 1);
}

function write(whole: Board, options: WriteOptions): readonly WrittenFile[] {
  const { board } = withVectors(whole, options.magnitude, 1);
  const stems = fileStems(board.directions.map(({ name }) => name));
  const parts = board.directions
    .map((taken, index) => ({ taken, source: `${stems[index]}.gguf` }))
    .filter(({ taken }) => taken.plan.enabled || whole.directions.length === 1)
    .map(({ taken, source }) =>
      partsOf(taken, source, board.steerSpecialTokens ? [] : (options.specialTokens ?? []), options),
    );
  if (parts.length === 0)
    throw new SteerboardError('input-empty', 'Every direction is switched off. Switch one on, or export one.');
  const request = { vectors: parts.map(({ vector }) => vector), conflict: 'sequential' };
  const content = `${JSON.stringify(request, null, 2)}\n`;
  return [{ fileName: 'easysteer.json', mediaType: 'application/json', content }, ...parts.map(({ file }) => file)];
}

function partsOf(taken: TakenDirection, source: string, excluded: readonly number[], { magnitude }: WriteOptions) {
  const { name, plan, direction } = taken;
  const layers = layersWritten(taken, magnitude).filter(({ layer }) => layer >= 1);
  checkWritten(name, layers, label);
  const first = direction.layers.find(({ layer }) => layer >= plan.layers.from) ?? direction.layers[0]!;
  const { adds } = operatorNamed(plan.operator);
  const natural = magnitude === 'natural' && adds !== undefined;
  const vector = {
    source,
    data: null,
    algorithm: algorithms[plan.operator] ?? 'direct',
    scale: natural ? rawCoefficient(plan, first.layer, first.residualNorm) / first.scale : 1,
    layers: layers.filter(({ of }) => of >= plan.layers.from && of <= plan.layers.to).map(({ layer }) => layer),
    // It then gives the changed residual the length that it had.
    normalize: adds?.keepsNorm === true,
    apply: applyOf(plan.scope, excluded),
    params: {},
    name,
  };
  const content = writeControlVector(direction.model.family, layers);
  return { vector, file: { fileName: source, mediaType: 'application/octet-stream', content } };
}

/** Which tokens; a window stands in the place of "all". What is excluded is left alone whatever includes it. */
function applyOf({ prompt, generated, promptRange, generatedRange }: Scope, excluded: readonly number[]) {
  return {
    prompt: prompt && !promptRange ? 'all' : null,
    generation: generated && !generatedRange ? 'all' : null,
    ...(prompt && promptRange && { prompt_window: windowOf(promptRange) }),
    ...(generated && generatedRange && { generation_window: windowOf(generatedRange) }),
    ...(excluded.length > 0 && { exclude_prompt_tokens: excluded, exclude_generation_tokens: excluded }),
  };
}

function windowOf(range: NonNullable<Scope['promptRange']>): readonly [number, number | null] {
  if (range.kind === 'window') return [range.from, range.to];
  return range.kind === 'first' ? [0, range.count] : [-range.count, null];
}

function read(root: unknown): Content {
  const parsed = requestSchema.safeParse(root);
  if (!parsed.success) throw fromZod(parsed.error);
  const { vectors } = parsed.data;
  const sources = vectors.flatMap(({ source, data }) =>
    source !== null && data === null ? [`“${source.slice(0, 80)}”`] : [],
  );
  const held = vectors.filter(({ data }) => data !== null);
  if (held.length === 0) {
    const message = `This file says how vectors are applied, but the vectors are in ${sources.join(', ') || 'no file it names'}. Import those files instead.`;
    throw new SteerboardError('document-invalid', message, { path: 'vectors' });
  }
  const notes = [
    ...(sources.length > 0
      ? [`The vectors of ${sources.join(', ')} are not in this file; import those files too.`]
      : []),
    ...held.flatMap(({ name, algorithm }) =>
      algorithm === 'direct'
        ? []
        : [`“${name ?? 'unnamed'}” is applied by “${algorithm.slice(0, 40)}” there; here it is added.`],
    ),
  ];
  return { kind: 'foreign', directions: held.map(directionOf), notes };
}

function directionOf({ data, scale, layers, apply, name }: z.output<typeof vectorSchema>): ForeignDirection {
  const all = layersOf(data!);
  const kept = layers ? all.filter(({ layer }) => layers.includes(layer)) : all;
  if (kept.length === 0) {
    const message = `“${name ?? 'unnamed'}” has no vector at the layers that it names. Import another file.`;
    throw new SteerboardError('document-invalid', message, { path: 'vectors' });
  }
  const scope = apply && scopeOf(apply);
  return { name, hook: 'resid_post', layers: kept, coefficient: scale, model: null, ...(scope && { scope }) };
}

function layersOf(data: NonNullable<z.output<typeof vectorSchema>['data']>): ForeignDirection['layers'] {
  if (Array.isArray(data)) return data;
  if ('layers' in data) return data.layers;
  const found = Object.entries(data.tensors).map(([name, { data: text }]) => {
    const vector = decodeFloats(text);
    const match = /(\d{1,6})$/.exec(name);
    if (vector && match) return { layer: Number(match[1]), vector };
    const message = `This file cannot be imported: tensor "${name.slice(0, 60)}" is not base64 of float32 values of a layer.`;
    throw new SteerboardError('document-invalid', message, { path: 'vectors' });
  });
  return found.sort((a, b) => a.layer - b.layer);
}

function scopeOf(apply: NonNullable<z.output<typeof vectorSchema>['apply']>): Scope {
  const { prompt, generation, prompt_window: promptWindow, generation_window: generationWindow } = apply;
  const [promptRange, generatedRange] = [rangeOf(promptWindow), rangeOf(generationWindow)];
  return {
    prompt: prompt === 'all' || promptRange !== null,
    generated: generation === 'all' || generatedRange !== null,
    ...(prompt !== 'all' && promptRange && { promptRange }),
    ...(generation !== 'all' && generatedRange?.kind === 'window' && { generatedRange }),
  };
}

function rangeOf(bounds: readonly [number, number | null] | null | undefined): Scope['promptRange'] | null {
  if (!bounds) return null;
  const [from, to] = bounds;
  if (from < 0) return { kind: 'last', count: -from };
  return { kind: 'window', from, to: to ?? mostTokens };
}
