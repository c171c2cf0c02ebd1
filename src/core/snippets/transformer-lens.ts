import { arithmetic, constants, differences, heading, planData } from './python.js';
import { programPlan } from './sites.js';
import type { Snippet, SnippetInput } from './snippet.js';
import { loop, withoutConditions } from './whole-text.js';

/** TransformerLens: hooks by the names that Steerboard uses too. With version 4.3.0 it gave the bundled model’s tokens. */
export const transformerLens: Snippet = {
  name: 'transformer-lens',
  label: 'TransformerLens',
  language: 'python',
  loads: 'safetensors',
  write,
};

function write(input: SnippetInput): string {
  const plan = programPlan(input);
  return [
    ...heading(input, 'torch, transformer_lens (4 or newer) and safetensors'),
    ...differences(input, plan),
    ...withoutConditions(plan),
    'import math',
    '',
    'import numpy as np',
    'import torch',
    'from safetensors.torch import load_file',
    'from transformer_lens.model_bridge import TransformerBridge',
    '',
    ...constants(input),
    ...planData(plan),
    '',
    '# Without compatibility mode: folding and centring the weights would move the residual stream. Before version 4:',
    '# HookedTransformer.from_pretrained_no_processing(MODEL, revision=REVISION)',
    'model = TransformerBridge.boot_transformers(MODEL, revision=REVISION)',
    'tokenizer = model.tokenizer',
    'SPECIAL = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}',
    '',
    ...arithmetic(plan),
    '',
    '',
    'def hook_of(point, layer):',
    '    return f"blocks.{layer}.hook_{point}", lambda x, hook: steer(point, layer, x)',
    '',
    '',
    'HOOKS = [hook_of(*place) for place in sorted({(site["point"], site["layer"]) for site in SITES})]',
    '',
    '',
    'def logits(ids):',
    '    with torch.inference_mode():',
    '        return model.run_with_hooks(ids, fwd_hooks=HOOKS)[0]',
    '',
    '',
    typeof input.prompt === 'string'
      ? 'ids = tokenizer(PROMPT, return_tensors="pt")["input_ids"]'
      : 'ids = tokenizer.apply_chat_template(MESSAGES, add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]',
    ...loop(input, 'tokenizer.eos_token_id'),
    '',
  ].join('\n');
}
