import { arithmetic, constants, differences, heading, planData } from './python.js';
import { pythonNumber } from './quoting.js';
import { programPlan, type ProgramPlan } from './sites.js';
import type { Snippet, SnippetInput } from './snippet.js';

/** Hugging Face transformers with forward hooks. It gives the page's greedy tokens, which the recipe `snippets` shows. */
export const transformers: Snippet = {
  name: 'transformers',
  label: 'Transformers (hooks)',
  language: 'python',
  loads: 'safetensors',
  write,
};

function write(input: SnippetInput): string {
  const plan = programPlan(input);
  const angles = plan.sites.some(({ op }) => op === 'angular');
  const curves = plan.scopes.some(({ curve }) => curve.length > 0);
  return [
    ...heading(input, 'torch, transformers and safetensors'),
    ...differences(input, plan),
    ...(angles ? ['import math'] : []),
    ...(curves ? ['import numpy as np'] : []),
    'import torch',
    'from safetensors.torch import load_file',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    ...constants(input),
    ...planData(plan),
    '',
    'tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=REVISION)',
    `model = AutoModelForCausalLM.from_pretrained(MODEL, revision=REVISION).${input.model.dtype === 'fp16' ? 'half' : 'float'}().eval()`,
    'SPECIAL = {id for id, token in tokenizer.added_tokens_decoder.items() if token.special}',
    `blocks = next(it for it in model.modules() if isinstance(it, torch.nn.ModuleList) and len(it) == ${input.model.layers})`,
    '',
    ...arithmetic(plan),
    '',
    '',
    ...hooks(plan),
    '',
    ...asked(input),
    ...conditions(plan),
    ...generation(input),
    '',
  ].join('\n');
}

function hooks(plan: ProgramPlan): string[] {
  const uses = (point: string): boolean => plan.sites.some((site) => site.point === point);
  return [
    'def before(module, args, kwargs):',
    '    """Notes which tokens are read in this run."""',
    '    RUN["start"] = len(RUN["ids"])',
    '    RUN["ids"] = RUN["ids"] + kwargs["input_ids"][0].tolist()',
    '',
    '',
    'def on_output(point, layer):',
    '    def hook(module, args, output):',
    '        if isinstance(output, tuple):',
    '            return (steer(point, layer, output[0]), *output[1:])',
    '        return steer(point, layer, output)',
    '    return hook',
    '',
    '',
    ...(uses('resid_mid') ? midHooks : []),
    ...(uses('attn_out') || uses('mlp_out') || uses('resid_mid') ? partOf : []),
    'model.register_forward_pre_hook(before, with_kwargs=True)',
    'for point, layer in sorted({(site["point"], site["layer"]) for site in SITES}):',
    '    if point == "resid_post":',
    '        blocks[layer].register_forward_hook(on_output(point, layer))',
    ...(uses('resid_pre')
      ? [
          '    if point == "resid_pre":',
          '        blocks[layer].register_forward_pre_hook(lambda module, args: (steer("resid_pre", 0, args[0]), *args[1:]))',
        ]
      : []),
    ...(uses('attn_out')
      ? [
          '    if point == "attn_out":',
          '        part(blocks[layer], "self_attn", "attn", "attention").register_forward_hook(on_output(point, layer))',
        ]
      : []),
    ...(uses('mlp_out')
      ? [
          '    if point == "mlp_out":',
          '        part(blocks[layer], "mlp").register_forward_hook(on_output(point, layer))',
        ]
      : []),
    ...(uses('resid_mid') ? ['    if point == "resid_mid":', '        steer_between(layer)'] : []),
  ];
}

const partOf = [
  'def part(block, *names):',
  '    """What attention or the MLP adds; of models that normalise it first (Gemma), hook that norm instead."""',
  '    return next(getattr(block, name) for name in names if hasattr(block, name))',
  '',
  '',
];

const midHooks = [
  'def steer_between(layer):',
  '    """The stream between attention and MLP is no module\'s output: what attention adds takes the change along."""',
  '    read = {}',
  '',
  '    def note(module, args):',
  '        read["x"] = args[0]',
  '',
  '    def hook(module, args, output):',
  '        added = output[0] if isinstance(output, tuple) else output',
  '        added = added + steer("resid_mid", layer, read["x"] + added) - (read["x"] + added)',
  '        return (added, *output[1:]) if isinstance(output, tuple) else added',
  '',
  '    blocks[layer].register_forward_pre_hook(note)',
  '    part(blocks[layer], "self_attn", "attn", "attention").register_forward_hook(hook)',
  '',
  '',
];

function asked({ prompt }: SnippetInput): string[] {
  const inputs =
    typeof prompt === 'string'
      ? 'ids = tokenizer(PROMPT, return_tensors="pt")["input_ids"]'
      : 'ids = tokenizer.apply_chat_template(MESSAGES, add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]';
  return [inputs];
}

function conditions(plan: ProgramPlan): string[] {
  if (plan.scopes.every(({ condition }) => condition === null)) return [];
  return [
    '',
    "# Conditions are measured on the unsteered prompt: the mean of a block's output over its tokens, special ones left out.",
    'for scope in SCOPES:',
    '    scope["holds"] = False',
    'for scope in (scope for scope in SCOPES if "condition" in scope):',
    '    condition, seen = scope["condition"], []',
    '    handle = blocks[condition["layer"]].register_forward_hook(',
    '        lambda module, args, output: seen.append(output[0] if isinstance(output, tuple) else output))',
    '    RUN.update(ids=[], prompt=ids.shape[1])',
    '    with torch.inference_mode():',
    '        model(input_ids=ids)',
    '    handle.remove()',
    '    kept = [i for i, id in enumerate(ids[0].tolist()) if id not in SPECIAL]',
    '    h = seen[0].reshape(-1, seen[0].shape[-1])[kept].float().mean(dim=0)',
    '    figure = float(h @ VECTORS[condition["vector"]].to(h) / h.norm())',
    '    if condition["figure"] == "projection":',
    '        figure = abs(figure)',
    '    scope["met"] = (figure >= condition["threshold"]) == (condition["side"] == "above")',
    'for scope in SCOPES:',
    '    scope["holds"] = scope.get("met", True)',
  ];
}

function generation({ sampling }: SnippetInput): string[] {
  const { temperature, topK, topP, repetitionPenalty, seed, maxNewTokens } = sampling;
  const drawn =
    temperature > 0
      ? `do_sample=True, temperature=${pythonNumber(temperature)}, top_k=${topK}, top_p=${pythonNumber(topP)}, `
      : 'do_sample=False, ';
  return [
    '',
    ...(temperature > 0 ? [`torch.manual_seed(${seed})`] : []),
    'RUN.update(ids=[], prompt=ids.shape[1])',
    'output = model.generate(',
    `    ids, attention_mask=torch.ones_like(ids), max_new_tokens=${maxNewTokens}, ${drawn}repetition_penalty=${pythonNumber(repetitionPenalty)}, use_cache=True)`,
    'print(tokenizer.decode(output[0], skip_special_tokens=True))',
  ];
}
