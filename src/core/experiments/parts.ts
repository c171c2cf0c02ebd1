/** Parts of an experiment's file that are in it more than once. */
import { z } from 'zod';
import { hookNames } from '../onnx/hooks.js';
import { thresholds, type JudgedName } from '../measures/index.js';
import { layerSchema, sourceSchema, stampSchema } from '../formats/schema.js';

export const identifier = z.string().max(500);
export const longText = z.string().max(1_000_000);
export const layerIndex = z.int().min(0).max(999_999);

export const fitSchema = z
  .object({
    model: stampSchema,
    hook: z.enum(hookNames),
    source: sourceSchema,
    notes: z.array(z.string().max(1000)).max(100).exactOptional(),
    layers: z.array(layerSchema).min(1).max(10_000),
  })
  .meta({
    description: 'The direction as it was found in one model: a unit vector a layer, in ascending order of layer.',
  });

export const messageSchema = z.object({ role: z.enum(['system', 'user', 'assistant']), content: longText });

/** Larger ones judge nothing. */
const mostLimit = 1e6;

function limitsOf(name: JudgedName) {
  const limit = z.number().positive().max(mostLimit);
  return z.object({ strained: limit, broken: limit }).default({ ...thresholds[name] });
}

export const limitsSchema = z
  .object({
    meanKl: limitsOf('meanKl'),
    perplexityRatio: limitsOf('perplexityRatio'),
    distinct2: limitsOf('distinct2'),
    normFactor: limitsOf('normFactor'),
  })
  .meta({
    description:
      'From where on a figure of the steered text is called strained, and from where on broken: KL in nats a token (the first is the budget of the safe range), perplexity and norms as factors, distinct-2 as a share.',
  });
