import { arithmetic, constants, differences, heading, planData } from './python.js';
import { programPlan } from './sites.js';
import type { Snippet, SnippetInput } from './snippet.js';
import { loop, withoutConditions } from './whole-text.js';

/** nnsight 0.5 and newer, where a trace runs as plain Python. With 0.8.1 it gave the bundled model’s tokens. */
export const nnsight: Snippet = {
  name: 'nnsight',
  label: 'nnsight',
  language: 'python',
  loads: 'safetensors',
  write,
};

function write(input: SnippetInput): string {
  const plan = programPlan(input);
  const other = [...new Set(plan.sites.map(({ point }) => point))].filter((point) => !(point in parts));
  return [
    ...heading(input, 'torch, nnsight (0.5 or newer) and safetensors'),
    ...differences(input, plan),
    ...withoutConditions(plan),
    ...other.map((point) => `# ${point} is no module's output: what is steered there is left out.`),
    'import math',
    '',
    'import numpy as np',
    'import torch',
    'from nnsight import LanguageModel',
    'from safetensors.torch import load_file',
    '',
    ...constants(input),
    ...planData({ ...plan, sites: plan.sites.filter(({ point }) => point in parts) }),
    '',
    'model = LanguageModel(MODEL, revision=REVISION, dispatch=True)',
    'tokenizer = model.tokenizer',
    'SPECIAL = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}',
    '# Of other families the blocks may be elsewhere, such as model.transformer.h of GPT-2.',
    'blocks = model.model.layers',
    `PARTS = {${Object.entries(parts)
      .map(([point, part]) => `"${point}": ${part}`)
      .join(', ')}}`,
    '',
    ...arithmetic(plan),
    '',
    '',
    'def logits(ids):',
    '    with torch.inference_mode(), model.trace({"input_ids": ids}):',
    '        # In the order in which the model meets them.',
    '        for point, layer in sorted({(site["point"], site["layer"]) for site in SITES}, key=lambda at: (at[1], list(PARTS).index(at[0]))):',
    '            module = PARTS[point](blocks[layer])',
    '            output = module.output',
    '            if isinstance(output, tuple):',
    '                module.output = (steer(point, layer, output[0]), *output[1:])',
    '            else:',
    '                module.output = steer(point, layer, output)',
    '        result = model.lm_head.output[0].save()',
    '    return result',
    '',
    '',
    typeof input.prompt === 'string'
      ? 'ids = tokenizer(PROMPT, return_tensors="pt")["input_ids"]'
      : 'ids = tokenizer.apply_chat_template(MESSAGES, add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]',
    ...loop(input, 'tokenizer.eos_token_id'),
    '',
  ].join('\n');
}

/** What of a block has a point as its output, in the order in which a block runs. */
const parts = {
  attn_out: 'lambda block: block.self_attn',
  mlp_out: 'lambda block: block.mlp',
  resid_post: 'lambda block: block',
} as const;
