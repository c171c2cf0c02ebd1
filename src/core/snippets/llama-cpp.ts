import { describePlan } from '../steering/describe.js';
import { directionsComment } from './python.js';
import { commentText, shellWord } from './quoting.js';
import type { Snippet, SnippetInput } from './snippet.js';

/** llama.cpp's command line with the exported GGUF files, in which the strengths are baked in. Not run here. */
export const llamaCpp: Snippet = { name: 'llama-cpp', label: 'llama.cpp', language: 'shell', loads: 'gguf', write };

function write(input: SnippetInput): string {
  const { model, prompt, sampling, plan, controlVectors } = input;
  const { temperature, topK, topP, repetitionPenalty, seed, maxNewTokens } = sampling;
  const layers = controlVectors.files.flatMap((file) => file.layers);
  const revision = model.revision === null ? '' : ` at revision ${model.revision}`;
  const words = [
    `--model ${shellWord(`${model.id.split('/').at(-1)}.gguf`)}`,
    ...controlVectors.files.map(({ fileName }) => `--control-vector ${shellWord(fileName)}`),
    ...(layers.length > 0 ? [`--control-vector-layer-range ${Math.min(...layers)} ${Math.max(...layers)}`] : []),
    ...asked(prompt),
    `--predict ${maxNewTokens}`,
    `--seed ${seed}`,
    temperature > 0 ? `--temp ${temperature} --top-k ${topK} --top-p ${topP} --min-p 0` : '--temp 0',
    `--repeat-penalty ${repetitionPenalty}`,
  ];
  return [
    ...directionsComment(input),
    `# ${commentText(describePlan(plan))}`,
    `# Model: ${commentText(`${model.id}${revision}`)}. Convert it first: python convert_hf_to_gguf.py --outtype f32 <its folder>`,
    '# The vectors are exported “as applied now”: strength × residual norm is in them, and direction.N goes to block N’s output.',
    ...controlVectors.limits.map((sentence) => `# ${commentText(sentence)}`),
    ...(typeof prompt !== 'string' && prompt.messages.filter(({ role }) => role !== 'system').length > 1
      ? ['# The command line takes one turn: the conversation’s last is asked, without those before it.']
      : []),
    ...(temperature > 0 ? ['# Sampling draws other tokens than the page with the same seed.'] : []),
    '# Older builds call it: llama-cli -no-cnv',
    `llama-completion \\\n  ${words.join(' \\\n  ')}`,
    '',
  ].join('\n');
}

/** Escapes such as \n in the prompt are meant as they are written. */
function asked(prompt: SnippetInput['prompt']): string[] {
  if (typeof prompt === 'string') return ['-no-cnv --no-escape', `--prompt ${shellWord(prompt)}`];
  const system = prompt.messages.find(({ role }) => role === 'system');
  return [
    '--jinja --single-turn --no-escape',
    ...(system ? [`--system-prompt ${shellWord(system.content)}`] : []),
    `--prompt ${shellWord(prompt.messages.at(-1)?.content ?? '')}`,
  ];
}
