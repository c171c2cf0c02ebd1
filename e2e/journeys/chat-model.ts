import { convertLlama2c } from '../../scripts/convert-llama2c.mjs';
import { tinyCheckpoint, tinyTokenizer } from '../../test/scripts/llama2c-reference.js';
import type { ModelFiles } from './small-model.js';

const template = `{{ bos_token }}{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}`;

/** As the small model, with a chat template and room for a conversation: a token is about a letter. */
export function chatModel(): ModelFiles {
  const shape = { width: 32, feedForward: 48, layers: 3, heads: 4, kvHeads: 2, vocabulary: 268, context: 512 };
  const files = new Map<string, Uint8Array | string>(convertLlama2c(tinyCheckpoint(shape, true, 5), tinyTokenizer()));
  const path = 'tokenizer_config.json';
  const config = JSON.parse(new TextDecoder().decode(files.get(path) as Uint8Array)) as object;
  return files.set(path, JSON.stringify({ ...config, chat_template: template }));
}
