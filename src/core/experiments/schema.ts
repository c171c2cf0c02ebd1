/** What a file or a link of an experiment holds. Fields that are not known are dropped on the way into the page. */
import { z } from 'zod';
import { hookNames } from '../onnx/hooks.js';
import { operatorNames } from '../steering/plan.js';
import { mostTexts } from '../sweeps/index.js';
import { factorSchema } from '../formats/bounds.js';
import { samplingSchema, scopeSchema, stampSchema, textsSchema } from '../formats/schema.js';
import { foundSchema, sweepSpecSchema, sweptRunSchema, sweptTextSchema } from './measured.js';
import { fitSchema, identifier, layerIndex, limitsSchema, longText, messageSchema } from './parts.js';

/** A reader takes every 1.x. Since 1.1: `limits`. Since 1.2: `sweep` and `found`. */
export const experimentVersion = '1.2';
export const experimentFormat = 'steerboard-experiment';

const name = z.string().max(200);
const index = z.int().min(0).max(999);
const options = z.record(z.string().max(200), z.union([z.string().max(10_000), z.number(), z.boolean()]));

const placeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bundled'), id: identifier }),
  z.object({ kind: z.literal('hub'), id: identifier, revision: identifier, host: identifier }),
  z.object({ kind: z.literal('folder'), name: identifier }),
]);

export const circumstancesSchema = z
  .object({ place: placeSchema, model: stampSchema, device: z.enum(['wasm', 'webgpu']) })
  .meta({
    description: 'The model, where it is to be had, and the device: what a text depends on beside the settings.',
  });

const directionSchema = z.object({
  name,
  opposite: name,
  colour: z.int().min(0).max(999),
  texts: textsSchema.nullable().meta({ description: 'The contrast texts that it is found from; null for none.' }),
  method: name,
  methodOptions: options,
  expression: z
    .string()
    .max(10_000)
    .nullable()
    .meta({ description: 'What it is combined of, over the names of other directions here; null for others.' }),
  hook: z.enum(hookNames),
  fits: z.array(fitSchema).max(100).meta({
    description: 'At most one a model. Empty: it is to be found again from its texts, method and options, or formula.',
  }),
  enabled: z.boolean(),
  operator: z.enum(operatorNames),
  strength: factorSchema,
  operatorOptions: options,
  second: index.nullable().meta({ description: 'Index into `directions` of the other direction; null for none.' }),
  scope: scopeSchema,
  condition: z
    .object({
      direction: index.meta({ description: 'Index into `directions`.' }),
      layer: layerIndex,
      figure: z.enum(['projection', 'alignment']),
      side: z.enum(['above', 'below']),
      threshold: factorSchema,
    })
    .nullable(),
  layers: z
    .tuple([layerIndex, layerIndex])
    .nullable()
    .meta({ description: 'First and last layer, both included; null: where it separates best.' }),
  layerFactors: z.array(factorSchema).max(1_000_000).nullable(),
});

const promptSchema = z.object({
  text: longText.meta({ description: 'The plain text.' }),
  view: z.enum(['chat', 'text']).meta({ description: 'How a chat model is asked; others continue the plain text.' }),
  chat: z.object({
    system: longText,
    turns: z.array(messageSchema).max(10_000),
    message: longText,
    sent: z
      .object({ messages: z.array(messageSchema).min(1).max(10_000) })
      .nullable()
      .meta({ description: 'What the replies answer.' }),
  }),
});

const keptTextSchema = z.object({
  ids: z
    .array(
      z
        .int()
        .min(0)
        .max(2 ** 31),
    )
    .max(1_000_000),
  pieces: z.array(z.string().max(10_000)).max(1_000_000),
  promptLength: z.int().min(0).max(1_000_000),
  reason: z.string().max(100),
});

const figure = z.number().nullable();
export const outcomeFields = {
  baseline: keptTextSchema,
  steered: keptTextSchema,
  figures: z
    .object({
      meanKl: figure,
      perplexity: figure,
      baselinePerplexity: figure,
      distinct2: figure,
      baselineDistinct2: figure,
      normRatio: figure,
      verdict: z.enum(['within range', 'strained', 'broken']).nullable(),
      reasons: z.array(z.string().max(1000)).max(100),
    })
    .meta({
      description:
        'Of the steered text, and `baseline…` of the other: KL in nats a token, perplexity under the unsteered model, distinct-2 as a share, the largest norm ratio of the steered layers. Null: not known.',
    }),
} as const;

const sweepSchema = z
  .object({ spec: sweepSpecSchema, run: sweptRunSchema, texts: z.array(sweptTextSchema).max(mostTexts) })
  .meta({
    description:
      'A sweep: how it is set, what was carried out, and its texts with their figures. Directions are called “direction 0” and so on, by their place in `directions`; another name is of one that is gone. Null: none was made.',
  });

export const experimentSchema = z
  .object({
    format: z.literal(experimentFormat),
    version: z.string().regex(/^1\.\d{1,6}$/),
    name: z.string().min(1).max(200),
    made: circumstancesSchema.nullable(),
    directions: z.array(directionSchema).max(1000),
    selected: index.nullable(),
    steerSpecialTokens: z.boolean(),
    prompt: promptSchema,
    sampling: samplingSchema,
    limits: limitsSchema.default(() => limitsSchema.parse({})),
    outcome: z
      .object(outcomeFields)
      .nullable()
      .meta({ description: 'Both texts, as `made` says, by their tokens’ ids; null when they were not complete.' }),
    sweep: sweepSchema.nullable().default(null),
    found: foundSchema.nullable().default(null).meta({ description: 'What a search came to; null: none was made.' }),
  })
  .meta({ title: 'Steerboard experiment', id: 'steerboard-experiment-1' });

/** As in memory: vectors are `Float32Array`s, undefined statistics NaN. */
export type ExperimentDocument = z.output<typeof experimentSchema>;
export type ExperimentDirection = ExperimentDocument['directions'][number];

/** The published JSON Schema (draft 2020-12) of the file. */
export function experimentJsonSchema(): object {
  return z.toJSONSchema(experimentSchema, { io: 'input', target: 'draft-2020-12' });
}
