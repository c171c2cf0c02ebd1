import type { PreTrainedTokenizer } from '@huggingface/transformers';
import type { Conversation } from '../../core/chat/prompt.js';
import { renderConversation, type RenderTemplate, type Span } from '../../core/chat/render.js';
import { SteerboardError } from '../../core/errors.js';
import { readJson, type ModelFiles } from './files.js';

/** A prompt as token ids. */
export interface EncodedPrompt {
  readonly ids: readonly number[];
  /** The tokens that are the assistant's earlier words: steered like generated ones. None in a plain text. */
  readonly spoken: readonly Span[];
  /** What was done so that the model's template takes the conversation; null when nothing. */
  readonly note: string | null;
}

/**
 * What templates ask for beside the turns. Thoughts would leave no room for the reply, so models that may think do not.
 * Llama 3 writes the day into its prompt; the one that its template falls back on keeps the same seed giving the same text.
 */
const templateVariables = { enable_thinking: false, date_string: '26 Jul 2024' };

/** A template that lies beside the tokenizer: newer exports keep it in a file of its own, which then counts. */
export async function readTemplateFile(files: ModelFiles): Promise<string | null> {
  const here = (path: string) => files.paths?.includes(path) ?? false;
  if (here('chat_template.jinja')) {
    const bytes = await files.read('chat_template.jinja');
    if (bytes) return new TextDecoder().decode(bytes);
  }
  if (here('chat_template.json')) {
    const json = await readJson(files, 'chat_template.json');
    const template = typeof json === 'object' && json !== null && 'chat_template' in json ? json.chat_template : null;
    if (typeof template === 'string') return template;
  }
  return null;
}

/** A model's chat template with the tokenizer that it writes for. */
export class ChatTemplate {
  /** The last conversation, since a dragged slider asks for the same one again and again. */
  private last: { readonly key: string; readonly encoded: EncodedPrompt } | null = null;

  private constructor(
    private readonly inner: PreTrainedTokenizer,
    private readonly template: string,
    private readonly piecesOf: (ids: readonly number[]) => readonly string[],
  ) {}

  /** Null for a tokenizer that brings no template. `file` is one that lies beside it. */
  static of(
    inner: PreTrainedTokenizer,
    file: string | null,
    piecesOf: (ids: readonly number[]) => readonly string[],
  ): ChatTemplate | null {
    try {
      // Of several named templates, the default one.
      return new ChatTemplate(inner, file ?? inner.get_chat_template(), piecesOf);
    } catch {
      return null;
    }
  }

  /** @throws `input-empty`, `template-refused` */
  encode(conversation: Conversation): EncodedPrompt {
    const key = JSON.stringify(conversation);
    if (this.last?.key !== key) this.last = { key, encoded: this.encodeNew(conversation) };
    return this.last.encoded;
  }

  /** Ids of the special tokens that the template writes right after an assistant's turn: they end a reply. */
  turnEnds(isSpecial: (id: number) => boolean): readonly number[] {
    const mark = 'the-assistant-said-this';
    try {
      const messages = [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: mark },
      ];
      const text = this.render(messages, false);
      const after = text.slice(text.indexOf(mark) + mark.length);
      const first = text.includes(mark) ? this.ids(after)[0] : undefined;
      return first !== undefined && isSpecial(first) ? [first] : [];
    } catch {
      return [];
    }
  }

  private encodeNew(conversation: Conversation): EncodedPrompt {
    const template: RenderTemplate = (messages) => this.render(messages, true);
    const { text, spoken, note } = renderConversation(template, conversation);
    const ids = this.ids(text);
    return { ids, spoken: tokenSpans(text, spoken, this.piecesOf(ids)), note };
  }

  private render(messages: readonly { readonly role: string; readonly content: string }[], begin: boolean): string {
    return this.inner.apply_chat_template(
      messages.map((message) => ({ ...message })),
      {
        ...templateVariables,
        chat_template: this.template,
        add_generation_prompt: begin,
        tokenize: false,
      },
    ) as string;
  }

  /** The template writes the special tokens itself, the one at the beginning included. */
  private ids(text: string): readonly number[] {
    return this.inner.encode(text, { add_special_tokens: false });
  }
}

/**
 * The tokens that lie wholly within each span of the text. None where the pieces do not join to the text, so that their
 * places cannot be told.
 */
function tokenSpans(text: string, spans: readonly Span[], pieces: readonly string[]): readonly Span[] {
  if (spans.length === 0 || pieces.join('') !== text) return [];
  const starts: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    starts.push(at);
    at += piece.length;
  }
  return spans.flatMap((span) => {
    const within = (token: number) => {
      const [start, end] = [starts[token]!, starts[token]! + pieces[token]!.length];
      // A token without a piece begins the character that the next one ends.
      return start >= span.start && end <= span.end && start < span.end;
    };
    const first = pieces.findIndex((_, token) => within(token));
    if (first < 0) return [];
    let end = first;
    while (end < pieces.length && within(end)) end++;
    return [{ start: first, end }];
  });
}

export function noTemplate(name: string): SteerboardError {
  return new SteerboardError(
    'template-refused',
    `${name} has no chat template, so it knows no turns. Use plain texts, or load a chat model (their names often end in “-it” or “-Instruct”).`,
  );
}
