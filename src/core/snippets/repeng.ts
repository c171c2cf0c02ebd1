import { heading, modelComment } from './python.js';
import { commentText, pythonNumber, pythonText } from './quoting.js';
import type { Snippet, SnippetInput } from './snippet.js';

/** repeng with the exported GGUF files, in which the strengths are baked in. Run with 0.4.0 and the bundled model. */
export const repeng: Snippet = { name: 'repeng', label: 'repeng', language: 'python', loads: 'gguf', write };

function write(input: SnippetInput): string {
  const { model, prompt, sampling, controlVectors } = input;
  const { temperature, topK, topP, repetitionPenalty, maxNewTokens, seed } = sampling;
  const drawn =
    temperature > 0
      ? `do_sample=True, temperature=${pythonNumber(temperature)}, top_k=${topK}, top_p=${pythonNumber(topP)}`
      : 'do_sample=False';
  return [
    ...heading(input, 'torch, transformers and repeng'),
    ...controlVectors.limits.map((sentence) => `# ${commentText(sentence)}`),
    'import torch',
    'from repeng import ControlModel, ControlVector',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    modelComment,
    `MODEL = ${pythonText(model.id)}`,
    `REVISION = ${model.revision === null ? 'None' : pythonText(model.revision)}`,
    '# Exported “as applied now”: strength × residual norm is in the vectors, so their coefficient is 1.',
    `FILES = [${controlVectors.files.map(({ fileName }) => pythonText(fileName)).join(', ')}]`,
    '',
    'tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=REVISION)',
    'model = AutoModelForCausalLM.from_pretrained(MODEL, revision=REVISION).float()',
    'vectors = [ControlVector.import_gguf(name) for name in FILES]',
    'layers = sorted({layer for vector in vectors for layer in vector.directions})',
    'total = {layer: sum(vector.directions[layer] for vector in vectors if layer in vector.directions) for layer in layers}',
    'control = ControlModel(model, layers)',
    'control.set_control(ControlVector(model_type=model.config.model_type, directions=total), 1.0)',
    '',
    ...(typeof prompt === 'string'
      ? [`ids = tokenizer(${pythonText(prompt)}, return_tensors="pt")["input_ids"]`]
      : [
          'ids = tokenizer.apply_chat_template([',
          ...prompt.messages.map(({ role, content }) => `    {"role": "${role}", "content": ${pythonText(content)}},`),
          '], add_generation_prompt=True, return_tensors="pt", return_dict=True)["input_ids"]',
        ]),
    ...(temperature > 0 ? [`torch.manual_seed(${seed})  # other tokens than the page's with the same seed`] : []),
    `output = control.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=${maxNewTokens}, ${drawn}, repetition_penalty=${pythonNumber(repetitionPenalty)})`,
    'print(tokenizer.decode(output[0], skip_special_tokens=True))',
    '',
  ].join('\n');
}
