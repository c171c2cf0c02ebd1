/**
 * What was measured in an experiment, in JSON as it is saved and given away: a sweep with its texts, and what a search found. Points are
 * not in it, since they follow from the texts' figures.
 */
import { z } from 'zod';
import { errorCodes } from '../errors.js';
import { decodeFloats, encodeFloats } from '../formats/base64.js';
import { samplingSchema, scopeSchema, textsSchema } from '../formats/schema.js';
import { effectNames } from '../outcomes/index.js';
import { operatorNames } from '../steering/plan.js';
import { mostTexts } from '../sweeps/index.js';
import { fitSchema, identifier, layerIndex, limitsSchema, longText, messageSchema } from './parts.js';

const count = z.int().min(0).max(1_000_000_000);
const span = z.tuple([layerIndex, layerIndex]);
const name = z.string().max(10_000);
const words = z.array(name).max(100_000);
const sentence = z.string().max(100_000);

/** JSON has neither NaN, which says that a figure is not known, nor what is infinite: they are written as words. */
const figure = z.codec(
  z.union([z.number(), z.literal(['NaN', 'Infinity', '-Infinity'])]),
  z.union([z.number(), z.nan(), z.literal([Infinity, -Infinity])]),
  {
    decode: (value) => Number(value),
    encode: (value) => (Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity')),
  },
);
const interval = z.tuple([figure, figure]).nullable();

/** Little-endian float32 in base64, bit for bit. */
const floats = z.codec(
  z.string().max(8_000_000),
  z.custom<Float32Array>((value) => value instanceof Float32Array),
  {
    decode(value, context) {
      const values = decodeFloats(value);
      if (values) return values;
      context.issues.push({ code: 'custom', message: 'is not base64 of whole float32 values', input: value });
      return z.NEVER;
    },
    encode: (values) => encodeFloats(values),
  },
);

const prompt = z.union([longText, z.object({ messages: z.array(messageSchema).min(1).max(10_000) })]);
const { seed: _, ...samplingFields } = samplingSchema.shape;
const sampling = z.object(samplingFields);
const choice = z.object({ effect: z.enum(effectNames), layer: layerIndex, words, away: words });
const error = z.object({
  code: z.enum(errorCodes),
  message: sentence,
  fields: z.record(z.string().max(200), z.union([sentence, z.number(), z.boolean()])),
});

/** What a sweep goes through, as it is set. */
export const sweepSpecSchema = z.object({
  directionIds: z.array(identifier).max(1000),
  strengthKind: z.enum(['even', 'list']),
  from: z.number().nullable(),
  to: z.number().nullable(),
  count: z.int().min(1).max(10_000),
  strengths: sentence,
  layers: sentence.nullable(),
  ownPrompt: z.boolean(),
  prompts: longText.nullable(),
  seeds: z.int().min(1).max(10_000),
  tokens: z.int().min(1).max(1_000_000),
  effect: z.enum(effectNames).nullable(),
  effectLayer: layerIndex.nullable(),
  words: sentence,
  away: sentence,
  inWords: z.boolean(),
  instruction: longText.nullable(),
  examples: longText.nullable(),
  random: z.boolean(),
});

/** A sweep without its texts. */
export const sweptRunSchema = z
  .object({
    id: identifier,
    context: z
      .object({
        model: longText,
        directions: longText,
        prompts: z.string().max(8_000_000),
        sampling: longText,
        effect: longText,
        wordings: longText,
      })
      .meta({
        description: 'What texts and figures depend on, as text: where one is other now, they are of the past.',
      }),
    model: identifier,
    weights: z.object({ revision: identifier.nullable(), dtype: identifier, device: z.enum(['wasm', 'webgpu']) }),
    directions: z
      .array(
        z.object({
          id: identifier,
          name,
          opposite: name,
          colour: z.int().min(0).max(999),
          operator: z.enum(operatorNames),
          choice,
        }),
      )
      .min(1)
      .max(1000),
    prompts: z.array(prompt).min(1).max(mostTexts),
    seeds: z.array(z.int()).min(1).max(mostTexts),
    sampling,
    settings: z
      .array(
        z.object({
          kind: z.enum(['steered', 'prompt', 'random', 'baseline']),
          direction: z.string().max(1000),
          layers: span.nullable(),
          strength: z.number(),
          of: identifier,
        }),
      )
      .max(mostTexts),
    running: z.boolean().meta({ description: 'Whether it was being written when this was saved.' }),
    failures: z
      .array(z.object({ id: sentence, error }))
      .max(2 * mostTexts)
      .default([]),
    error: error.nullable().default(null),
  })
  // Each setting has a text of each prompt with each seed.
  .refine(({ settings, prompts, seeds }) => settings.length * prompts.length * seeds.length <= mostTexts, {
    error: `has more than ${mostTexts} texts`,
  });

export const sweptTextSchema = z.object({
  id: sentence,
  on: count,
  seed: z.int(),
  pieces: z.array(name).max(1_000_000),
  special: z.array(count).max(1_000_000).meta({ description: 'Which of the pieces are special tokens, from 0.' }),
  kl: floats.meta({ description: 'KL(steered ‖ unsteered) of each token’s prediction, nats: float32 in base64.' }),
  reason: z.enum(['end-of-text', 'length', 'context-full']),
  figures: z.record(
    identifier,
    z.object({ effect: figure, meanKl: figure, perplexity: figure, distinct2: figure, normRatio: figure }),
  ),
});

const verdict = z.enum(['within range', 'strained', 'broken']);
const reportLine = z.object({
  kind: z.enum(['found', 'asSet', 'random', 'instruction', 'examples']),
  point: z.object({
    effect: figure,
    cost: figure,
    texts: count,
    interval,
    figures: z.object({
      meanKl: figure,
      perplexityRatio: figure,
      distinct2: figure,
      baselineDistinct2: figure,
      normRatio: figure,
    }),
  }),
  judgement: z.object({ verdict, reasons: z.array(sentence).max(100) }),
});

/** What a search came to. */
export const foundSchema = z.object({
  sought: z.object({
    name,
    opposite: name,
    directionId: identifier.nullable(),
    fixed: z.boolean(),
    finding: textsSchema.nullable(),
    judging: textsSchema.nullable(),
    apart: z.boolean(),
    choice,
    budget: z.number(),
    worst: z.enum(['within range', 'strained']),
    model: identifier,
    sampling,
    scope: scopeSchema.exactOptional(),
  }),
  asSet: longText.nullable(),
  best: z
    .object({
      arm: z.object({ method: identifier, layers: span }),
      strength: z.number(),
      effect: figure,
      cost: figure,
      direction: fitSchema,
    })
    .nullable(),
  loweredFrom: z.number().nullable(),
  accepted: z.boolean(),
  limits: limitsSchema,
  report: z
    .object({
      lines: z.array(reportLine).max(100),
      gain: z.object({ mean: figure, interval, works: z.boolean() }),
      texts: z.array(z.object({ prompt, baseline: longText, steered: longText })).max(10_000),
    })
    .nullable(),
  ended: z.enum(['done', 'cancelled']),
  arms: count,
  trials: count,
  texts: count,
  seconds: z.number(),
  usedId: identifier.nullable(),
});

/** As JSON has them. */
export type SweptRunJson = z.input<typeof sweptRunSchema>;
export type SweptTextJson = z.input<typeof sweptTextSchema>;
export type FoundJson = z.input<typeof foundSchema>;
/** As in memory. */
export type SweptRunParts = z.output<typeof sweptRunSchema>;
export type SweptTextParts = z.output<typeof sweptTextSchema>;
export type FoundParts = z.output<typeof foundSchema>;
