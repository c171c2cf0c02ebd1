import { z } from 'zod';
import { SteerboardError } from '../../core/errors.js';
import type { Device } from '../../protocol/api.js';
import { readJson, type ModelFiles } from './files.js';

/** What a model's config.json says, under one set of names. */
export interface ModelConfig {
  readonly family: string;
  readonly layers: number;
  /** Null where the config does not say (genai_config.json). */
  readonly width: number | null;
  readonly vocabulary: number;
  readonly context: number;
  /** Tokens that end a text. */
  readonly endIds: readonly number[];
  /** dtypes that the config's `transformers.js_config` names, by device. */
  readonly dtype: Readonly<Partial<Record<Device, string>>>;
  /** Path of the graph when the config names it. */
  readonly graphPath: string | null;
}

const count = z.number().int().positive();
const ids = z.union([z.number().int(), z.array(z.number().int())]).nullish();
const dtype = z.union([z.string(), z.record(z.string(), z.string())]);
const config = z.looseObject({
  model_type: z.string(),
  num_hidden_layers: count.optional(),
  n_layer: count.optional(),
  hidden_size: count.optional(),
  n_embd: count.optional(),
  vocab_size: count,
  max_position_embeddings: count.optional(),
  n_positions: count.optional(),
  n_ctx: count.optional(),
  eos_token_id: ids,
  'transformers.js_config': z.looseObject({ dtype: dtype.optional() }).optional(),
});
const generationConfig = z.looseObject({ eos_token_id: ids });
const genaiConfig = z.looseObject({
  model: z.looseObject({
    type: z.string(),
    vocab_size: count,
    context_length: count,
    eos_token_id: ids,
    decoder: z.looseObject({
      filename: z.string(),
      num_hidden_layers: count,
      hidden_size: count.optional(),
      head_size: count.optional(),
      num_attention_heads: count.optional(),
    }),
  }),
});

/** @throws `model-mismatch` when there is no config or it lacks what is needed. */
export async function readConfig(files: ModelFiles): Promise<ModelConfig> {
  const json = await readJson(files, 'config.json');
  if (json === null) {
    const genai = await readJson(files, 'genai_config.json');
    if (genai !== null) return fromGenai(genai);
    throw new SteerboardError(
      'model-mismatch',
      `${files.name} has no config.json. Choose the folder that holds config.json, tokenizer.json and onnx/.`,
      { model: files.name },
    );
  }
  const parsed = config.safeParse(json);
  if (!parsed.success) throw invalid('config.json', parsed.error);
  const it = parsed.data;
  const generation = generationConfig.safeParse(await readJson(files, 'generation_config.json'));
  const layers = it.num_hidden_layers ?? it.n_layer;
  const width = it.hidden_size ?? it.n_embd;
  if (!layers || !width) {
    throw new SteerboardError(
      'model-not-decoder',
      `config.json (model type ${it.model_type}) names no number of layers or no hidden size: this is not a decoder that can be steered here.`,
      { family: it.model_type },
    );
  }
  return {
    family: it.model_type,
    layers,
    width,
    vocabulary: it.vocab_size,
    context: it.max_position_embeddings ?? it.n_positions ?? it.n_ctx ?? 2048,
    endIds: [...new Set([...list(it.eos_token_id), ...list(generation.data?.eos_token_id)])],
    dtype: dtypes(it['transformers.js_config']?.dtype),
    graphPath: null,
  };
}

function fromGenai(json: unknown): ModelConfig {
  const parsed = genaiConfig.safeParse(json);
  if (!parsed.success) throw invalid('genai_config.json', parsed.error);
  const { model } = parsed.data;
  return {
    family: model.type,
    layers: model.decoder.num_hidden_layers,
    width: model.decoder.hidden_size ?? null,
    vocabulary: model.vocab_size,
    context: model.context_length,
    endIds: list(model.eos_token_id),
    dtype: {},
    graphPath: model.decoder.filename,
  };
}

function invalid(path: string, error: z.ZodError): SteerboardError {
  const issue = error.issues[0];
  const where = issue?.path.join('.') ?? '';
  return new SteerboardError('model-mismatch', `${path} does not describe a model: ${where} ${issue?.message ?? ''}`, {
    path,
    where,
  });
}

function list(value: number | readonly number[] | null | undefined): readonly number[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'number' ? [value] : value;
}

function dtypes(value: z.infer<typeof dtype> | undefined): ModelConfig['dtype'] {
  if (value === undefined) return {};
  if (typeof value === 'string') return { wasm: value, webgpu: value };
  return {
    ...(value.wasm === undefined ? {} : { wasm: value.wasm }),
    ...(value.webgpu === undefined ? {} : { webgpu: value.webgpu }),
  };
}
