import { z } from 'zod';
import { SteerboardError } from '../../core/errors.js';
import { describeOtherKind, otherKind } from '../../core/hub/kind.js';
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
/** Some configs say null where others leave a field out. */
const size = count.nullish();
const ids = z.union([z.number().int(), z.array(z.number().int())]).nullish();
const dtype = z.union([z.string(), z.record(z.string(), z.string())]);
/** One size under all the names that families gave it, the usual one first. */
const names = {
  layers: ['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers'],
  width: ['hidden_size', 'n_embd', 'd_model', 'dim'],
  vocabulary: ['vocab_size', 'padded_vocab_size', 'n_vocab'],
  context: ['max_position_embeddings', 'n_positions', 'n_ctx', 'max_seq_len', 'max_sequence_length', 'seq_length'],
} as const;
const config = z.looseObject({
  model_type: z.string(),
  ...Object.fromEntries(Object.values(names).flatMap((all) => all.map((name) => [name, size]))),
  eos_token_id: ids,
  'transformers.js_config': z.looseObject({ dtype: dtype.optional() }).optional(),
});
/** Models that grew out of others keep what is about text in a part of its own. */
const wrapped = z.looseObject({ text_config: z.record(z.string(), z.unknown()).optional() });
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
  const kind = otherKind(json, files.paths ?? []);
  if (kind !== null) {
    const says = describeOtherKind(files.name, kind);
    throw new SteerboardError('model-unsupported', says, { model: files.name, kind: kind.kind });
  }
  const outer = wrapped.safeParse(json);
  const parsed = config.safeParse(outer.success ? { ...outer.data, ...outer.data.text_config } : json);
  if (!parsed.success) throw invalid('config.json', parsed.error);
  const it = parsed.data;
  const generation = generationConfig.safeParse(await readJson(files, 'generation_config.json'));
  const sizeOf = (what: keyof typeof names) => {
    const found = names[what].map((name) => it[name]).find((value) => typeof value === 'number');
    return typeof found === 'number' ? found : null;
  };
  const [layers, width, vocabulary] = [sizeOf('layers'), sizeOf('width'), sizeOf('vocabulary')];
  if (layers === null || width === null || vocabulary === null) {
    const missing = [
      layers === null && names.layers[0],
      width === null && names.width[0],
      vocabulary === null && names.vocabulary[0],
    ];
    throw new SteerboardError(
      'model-not-decoder',
      `config.json (model type ${it.model_type}) does not say ${missing.filter(Boolean).join(' and ')}: this is not a decoder that can be steered here.`,
      { family: it.model_type },
    );
  }
  return {
    family: it.model_type,
    layers,
    width,
    vocabulary,
    context: sizeOf('context') ?? genaiContext(await readJson(files, 'genai_config.json')) ?? 2048,
    endIds: [...new Set([...list(it.eos_token_id), ...list(generation.data?.eos_token_id)])],
    dtype: dtypes(it['transformers.js_config']?.dtype),
    graphPath: null,
  };
}

/** A folder of the onnxruntime-genai builder may hold both kinds of config. */
function genaiContext(json: unknown): number | null {
  const parsed = genaiConfig.safeParse(json);
  return parsed.success ? parsed.data.model.context_length : null;
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
