/** Conversations as token ids, against what transformers renders; the golden files are written by recipes/families. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../src/core/chat/prompt.js';
import { Tokenizer } from '../../../src/worker/model/tokenizer.js';
import type { ModelFiles } from '../../../src/worker/model/files.js';

const root = fileURLToPath(new URL('../../fixtures/models/', import.meta.url));

interface Golden {
  readonly chat?: { readonly messages: readonly ChatMessage[]; readonly text: string; readonly ids: readonly number[] };
}
const golden = (model: string) => JSON.parse(readFileSync(join(root, model, 'golden.json'), 'utf8')) as Golden;
const models = readdirSync(root).filter((model) => existsSync(join(root, model, 'golden.json')));
const chats = models.filter((model) => golden(model).chat);

function folder(model: string, changed: Readonly<Record<string, string | null>> = {}): ModelFiles {
  const encode = (text: string) => new TextEncoder().encode(text);
  return {
    name: model,
    paths: [...new Set([...readdirSync(join(root, model)), ...Object.keys(changed)])],
    read(path) {
      const own = changed[path];
      if (own !== undefined) return Promise.resolve(own === null ? null : encode(own));
      const place = join(root, model, path);
      return Promise.resolve(existsSync(place) ? new Uint8Array(readFileSync(place)) : null);
    },
  };
}

it('has chat models of several families to compare with', () => {
  expect(chats.length).toBeGreaterThanOrEqual(3);
});

describe.each(chats)('%s', (model) => {
  const { messages, text, ids } = golden(model).chat!;

  it('renders a conversation to the ids that transformers gives it', async () => {
    const tokenizer = await Tokenizer.load(folder(model));
    expect(tokenizer.chat).toBe(true);
    const encoded = tokenizer.encodePrompt({ messages });
    // The golden text was rendered with a template's defaults; here models that may think are told not to.
    const template = readFileSync(join(root, model, 'tokenizer_config.json'), 'utf8');
    const noThoughts = template.includes('enable_thinking') ? '<think>\n\n</think>\n\n' : '';
    expect(tokenizer.describe(encoded.ids).pieces.join('')).toBe(text + noThoughts);
    expect(encoded.ids.slice(0, ids.length)).toEqual(ids);
    if (noThoughts === '') expect(encoded.ids).toHaveLength(ids.length);
    expect(encoded).toMatchObject({ spoken: [], note: null });
  });

  it('tells the assistant’s earlier words from the rest', async () => {
    const tokenizer = await Tokenizer.load(folder(model));
    const said = 'The name is small river.';
    const turns: ChatMessage[] = [...messages, { role: 'assistant', content: said }, { role: 'user', content: said }];
    const encoded = tokenizer.encodePrompt({ messages: turns });
    const { pieces, special } = tokenizer.describe(encoded.ids);
    expect(encoded.spoken).toHaveLength(1);
    const [{ start, end }] = encoded.spoken as [{ start: number; end: number }];
    expect(pieces.slice(start, end).join('')).toBe(said);
    // The first of the two that say the same is the assistant's.
    expect(pieces.slice(0, start).join('')).not.toContain(said);
    expect(special.slice(start, end)).not.toContain(true);
    // What ends a reply stands right after it.
    expect(tokenizer.turnEnds).toEqual([encoded.ids[end]]);
  });
});

describe('a template', () => {
  const model = chats[0]!;
  const config = () =>
    JSON.parse(readFileSync(join(root, model, 'tokenizer_config.json'), 'utf8')) as { chat_template: unknown };
  const without = (template: unknown = undefined) => JSON.stringify({ ...config(), chat_template: template });
  const conversation = { messages: golden(model).chat!.messages };

  it.each([
    ['chat_template.jinja', (template: string) => template],
    ['chat_template.json', (template: string) => JSON.stringify({ chat_template: template })],
  ])('is read from %s beside the tokenizer', async (path, write) => {
    const files = folder(model, {
      'tokenizer_config.json': without(),
      [path]: write(String(config().chat_template)),
    });
    expect((await Tokenizer.load(files)).encodePrompt(conversation).ids).toEqual(golden(model).chat!.ids);
  });

  it('of several is the default one', async () => {
    const named = [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: config().chat_template },
    ];
    const files = folder(model, { 'tokenizer_config.json': without(named) });
    expect((await Tokenizer.load(files)).encodePrompt(conversation).ids).toEqual(golden(model).chat!.ids);
  });

  it('that is not there makes a model that only continues plain texts', async () => {
    const tokenizer = await Tokenizer.load(folder(model, { 'tokenizer_config.json': without() }));
    expect(tokenizer.chat).toBe(false);
    expect(() => tokenizer.encodePrompt(conversation)).toThrow(expect.objectContaining({ code: 'template-refused' }));
  });

  it('that raises an exception is told with its reason', async () => {
    const files = folder(model, { 'tokenizer_config.json': without("{{ raise_exception('Turns must rhyme') }}") });
    const tokenizer = await Tokenizer.load(files);
    expect(() => tokenizer.encodePrompt(conversation)).toThrow(/refuses this conversation: Turns must rhyme\./);
  });
});
