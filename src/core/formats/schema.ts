import { z } from 'zod';
import { contrastKinds } from '../directions/direction.js';
import { hookNames } from '../onnx/hooks.js';
import type { StrengthUnit } from '../steering/operator.js';
import { operatorNames } from '../steering/plan.js';
import { isAllFinite, norm } from '../tensors/vector.js';
import { decodeFloats, encodeFloats } from './base64.js';
import { factorSchema, float32Schema, mostTokens } from './bounds.js';

// No code is made from strings, so that a Content-Security-Policy without 'unsafe-eval' holds.
z.config({ jitless: true });

/** Written by this project; a reader takes every 1.x. */
export const version = '1.1';
export const convention =
  'A layer is a 0-based block index. Vectors are read from and written to the output of that block (resid_post), which is Hugging Face hidden_states[layer + 1] (except the last, taken before the final norm) and llama.cpp direction.<layer>. Another name of the hook means another point of the block, as TransformerLens names them.';
/** What strengths count, by the operator's unit; where there is none to set, the first is written. */
export const strengthUnits = {
  norms: 'mean residual norm',
  factor: 'factor',
  degrees: 'degrees',
  share: 'share',
} as const satisfies Readonly<Record<StrengthUnit, string>>;

/** A vector this close to unit norm is kept bit for bit; one within `smallDrift` is made unit; others are refused. */
const roundingDrift = 1e-5;
const smallDrift = 1e-2;

const name = z.string().min(1).max(200);
const identifier = z.string().max(500);
const count = z.int().min(1).max(1_000_000);
const layerIndex = z.int().min(0).max(999_999);
const positive = float32Schema.positive();

/** Statistics that are undefined are null in the file and NaN in memory: JSON has no NaN. */
const statistic = z.codec(z.number().nullable(), z.union([z.number(), z.nan()]), {
  decode: (value) => value ?? NaN,
  encode: (value) => (Number.isFinite(value) ? value : null),
});

/** Base64 of little-endian float32, or plain numbers; written as base64. In memory a unit `Float32Array`. */
export const vectorSchema = z.codec(
  z.union(
    [
      z.string().meta({ contentEncoding: 'base64', description: 'd little-endian float32 values in base64.' }),
      z.array(z.number()).meta({ description: 'd numbers; accepted on import.' }),
    ],
    { error: 'expected base64 of little-endian float32 values, or numbers' },
  ),
  z.custom<Float32Array>((value) => value instanceof Float32Array),
  {
    decode(value, context) {
      const vector = typeof value === 'string' ? decodeFloats(value) : Float32Array.from(value);
      const problem = vector === null ? 'is not base64 of whole float32 values' : problemOf(vector);
      if (vector === null || problem !== null) {
        context.issues.push({ code: 'custom', message: `${problem}`, input: value });
        return z.NEVER;
      }
      const length = norm(vector);
      return Math.abs(length - 1) <= roundingDrift ? vector : vector.map((element) => element / length);
    },
    encode: (vector) => encodeFloats(vector),
  },
);

/** Numbers that are no unit vector: transport, and the positions of Activation Addition. Bit for bit, as long as they are finite. */
const floatsSchema = z.codec(
  z.union([z.string().meta({ contentEncoding: 'base64' }), z.array(z.number())], {
    error: 'expected base64 of little-endian float32 values, or numbers',
  }),
  z.custom<Float32Array>((value) => value instanceof Float32Array),
  {
    decode(value, context) {
      const values = typeof value === 'string' ? decodeFloats(value) : Float32Array.from(value);
      if (values !== null && isAllFinite(values)) return values;
      const message = values === null ? 'is not base64 of whole float32 values' : 'has values that are not finite';
      context.issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    },
    encode: (values) => encodeFloats(values),
  },
);

function problemOf(vector: Float32Array): string | null {
  const length = norm(vector);
  if (!Number.isFinite(length)) return 'has values that are not finite';
  if (length === 0) return 'is all zeros, which is no direction';
  if (Math.abs(length - 1) > smallDrift) {
    return `has norm ${length.toPrecision(4)}, not 1; divide it by its norm and put that into "scale"`;
  }
  return null;
}

export const stampSchema = z
  .looseObject({
    id: identifier,
    revision: identifier.nullable(),
    dtype: identifier,
    family: identifier,
    layers: count,
    width: count,
  })
  .meta({ description: 'The model that the directions were found in.' });

const hookSchema = z.looseObject({
  name: z.enum(hookNames),
  convention: z
    .string()
    .optional()
    .meta({ description: `For readers. ${convention}` }),
});

export const textsSchema = z.looseObject({
  kind: z.enum(contrastKinds),
  positive: z.array(z.string()),
  negative: z.array(z.string()),
  questions: z.array(z.string()).exactOptional(),
  read: z
    .union([
      z.looseObject({ kind: z.enum(['last', 'mean']) }),
      z.looseObject({ kind: z.literal('token'), index: z.int() }),
      z.looseObject({ kind: z.literal('after'), marker: z.string() }),
    ])
    .exactOptional()
    .meta({ description: 'Which token of a text is read; absent: the last one.' }),
});

export const sourceSchema = z.looseObject({
  method: name,
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  texts: textsSchema.nullable(),
});

export const layerSchema = z.looseObject({
  layer: layerIndex,
  vector: vectorSchema,
  scale: positive.meta({ description: 'Natural magnitude: the norm before the vector was made unit.' }),
  residualNorm: positive.meta({ description: 'Mean norm of the residual at this layer; strength is in this unit.' }),
  separation: z
    .looseObject({ auc: statistic, accuracy: statistic, effectSize: statistic })
    .nullable()
    .meta({ description: 'How well the direction separates texts it was not found from; null when unknown.' }),
  means: z
    .looseObject({ positive: float32Schema, negative: float32Schema })
    .exactOptional()
    .meta({ description: 'Projections of the mean residuals of both sides on the vector.' }),
  transport: z
    .looseObject({ scale: floatsSchema, shift: floatsSchema })
    .exactOptional()
    .meta({ description: 'ω and β of the linear map h ↦ ω ∘ h + β from the negative side to the positive one.' }),
  positions: z
    .array(z.looseObject({ vector: floatsSchema, scale: float32Schema.min(0) }))
    .max(100_000)
    .exactOptional()
    .meta({
      description: 'One unit vector a position of the prompt, from its first token on, with its natural magnitude.',
    }),
});

const tokenCount = z.int().min(0).max(mostTokens);
const firstTokens = z.looseObject({ kind: z.literal('first'), count: tokenCount });
const lastTokens = z.looseObject({ kind: z.literal('last'), count: tokenCount });
const tokenWindow = z
  .looseObject({ kind: z.literal('window'), from: tokenCount, to: tokenCount })
  .meta({ description: 'From `from` to before `to`, counted from 0.' });
export const scopeSchema = z.looseObject({
  prompt: z.boolean(),
  generated: z.boolean(),
  promptRange: z.union([firstTokens, lastTokens, tokenWindow]).exactOptional(),
  generatedRange: z.union([firstTokens, tokenWindow]).exactOptional(),
  curve: z
    .array(z.looseObject({ at: tokenCount, factor: factorSchema }))
    .max(10_000)
    .exactOptional()
    .meta({ description: 'Factor of the strength over the generated tokens, by handles in ascending order.' }),
});
const directionIndex = z.int().min(0).max(999);
const conditionSchema = z.looseObject({
  direction: directionIndex.meta({ description: 'Index into `directions`.' }),
  layer: layerIndex,
  figure: z.enum(['projection', 'alignment']),
  side: z.enum(['above', 'below']),
  threshold: factorSchema,
});

const applicationSchema = z
  .looseObject({
    enabled: z.boolean(),
    operator: z
      .union(
        [
          z.enum(operatorNames),
          z.looseObject({ name: z.enum(operatorNames), needs: z.array(z.string().max(100)).max(100) }),
        ],
        { error: `expected one of ${operatorNames.join(', ')}` },
      )
      .meta({ description: 'An object lists what a reader has to heed; one that does not know a need must refuse.' }),
    strength: factorSchema.meta({
      description: 'Signed; of most operators, raw coefficient = strength × residualNorm of the layer.',
    }),
    strengthUnit: z.enum(Object.values(strengthUnits)),
    layers: z
      .looseObject({ from: layerIndex, to: layerIndex })
      .meta({ description: 'First and last layer, both included.' }),
    layerFactors: z
      .array(factorSchema)
      .max(1_000_000)
      .exactOptional()
      .meta({ description: 'Strength over layers: a factor for each layer of the model.' }),
    scope: scopeSchema,
    options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
    second: directionIndex
      .exactOptional()
      .meta({ description: 'Index into `directions` of the other direction, for operators that take two.' }),
    condition: conditionSchema.exactOptional(),
  })
  .meta({ description: 'How the direction is applied.' });

const directionSchema = z.looseObject({
  name,
  hook: z
    .enum(hookNames)
    .exactOptional()
    .meta({ description: 'Where this direction is read and written, when not at the hook of the document.' }),
  expression: z
    .string()
    .max(10_000)
    .exactOptional()
    .meta({ description: 'What it is combined of, over the names of other directions.' }),
  notes: z
    .array(z.string().max(1000))
    .max(100)
    .exactOptional()
    .meta({ description: 'What to know about how it was found, a sentence each.' }),
  source: sourceSchema,
  layers: z.array(layerSchema).min(1).max(10_000).meta({ description: 'In ascending order of layer.' }),
  plan: applicationSchema,
});

export const samplingSchema = z.looseObject({
  temperature: z.number().min(0),
  topK: z.int().min(0),
  topP: z.number().min(0).max(1),
  repetitionPenalty: positive,
  seed: z.int(),
  maxNewTokens: z.int().min(1).max(1_000_000),
});

const promptSchema = z
  .union([
    z.string(),
    z.looseObject({
      messages: z
        .array(z.looseObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
        .min(1)
        .max(10_000),
    }),
  ])
  .meta({ description: 'A plain text, or a conversation that ends with a user’s turn, for the model’s own template.' });

/** Unknown fields are kept everywhere. */
export const documentSchema = z
  .looseObject({
    format: z.literal('steerboard'),
    version: z.string().regex(/^1\.\d{1,6}$/),
    model: stampSchema,
    hook: hookSchema,
    directions: z.array(directionSchema).min(1).max(1000),
    steerSpecialTokens: z.boolean(),
    prompt: promptSchema.optional(),
    sampling: samplingSchema.optional(),
  })
  .meta({ title: 'Steerboard directions', id: 'steerboard-1' });

/** As in memory: vectors are `Float32Array`s, undefined statistics NaN. */
export type SteerboardDocument = z.output<typeof documentSchema>;
export type DocumentDirection = SteerboardDocument['directions'][number];
export type DocumentApplication = DocumentDirection['plan'];

/** The published JSON Schema (draft 2020-12) of the file. */
export function jsonSchema(): object {
  return z.toJSONSchema(documentSchema, { io: 'input', target: 'draft-2020-12' });
}
