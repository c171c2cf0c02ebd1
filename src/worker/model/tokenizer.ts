import { AutoTokenizer, env, type PreTrainedTokenizer } from '@huggingface/transformers';
import type { Prompt } from '../../core/chat/prompt.js';
import { SteerboardError } from '../../core/errors.js';
import type { TokenizedText } from '../../protocol/api.js';
import { ChatTemplate, noTemplate, readTemplateFile, type EncodedPrompt } from './chat-template.js';
import type { ModelFiles } from './files.js';
import { PieceDecoder } from './pieces.js';

// Nothing is ever fetched from a hub or a CDN: files come from ModelFiles, and the model is run by our own sessions.
env.allowRemoteModels = false;
env.allowLocalModels = true;
env.useBrowserCache = false;
env.useFS = env.useFSCache = false; // of Node, where tests run this
env.useWasmCache = false;
if (env.backends.onnx.wasm) delete env.backends.onnx.wasm.wasmPaths;

/** Files of the tokenizers that are being read, by the address that transformers.js asks for. */
const served = new Map<string, Uint8Array<ArrayBuffer>>();
env.fetch = (async (url: string | URL) => {
  const address = String(url);
  const path = [...served.keys()].find((known) => address.endsWith(known));
  return path === undefined ? new Response(null, { status: 404 }) : new Response(served.get(path));
}) as typeof env.fetch;

let loads = 0;

/** A model's tokenizer, as transformers.js reads it. */
export class Tokenizer {
  private readonly special: ReadonlySet<number>;
  /** One more than the highest id. */
  readonly size: number;
  /** Null when it brings none: then the model continues plain texts only. */
  private readonly template: ChatTemplate | null;

  private constructor(
    private readonly inner: PreTrainedTokenizer,
    private readonly name: string,
    templateFile: string | null,
  ) {
    this.special = new Set(inner.all_special_ids as number[]);
    let highest = -1;
    for (const id of (inner.get_vocab() as Map<string, number>).values()) if (id > highest) highest = id;
    for (const id of this.special) if (id > highest) highest = id;
    this.size = highest + 1;
    this.template = ChatTemplate.of(inner, templateFile, (ids) => this.describe(ids).pieces);
  }

  /** Whether it brings a chat template. */
  get chat(): boolean {
    return this.template !== null;
  }

  /** Ids of tokens that end the assistant's turn. */
  get turnEnds(): readonly number[] {
    return this.template?.turnEnds((id) => this.isSpecial(id)) ?? [];
  }

  /** @throws `tokenizer-unusable` when the files are missing or cannot be read. */
  static async load(files: ModelFiles): Promise<Tokenizer> {
    // transformers.js remembers what it knows of a model by its name, so every load has a new one.
    const name = `steerboard-load-${++loads}`;
    const read = async (path: string) => {
      const bytes = await files.read(path);
      if (bytes) return { address: `/${name}/${path}`, bytes };
      const message = `${files.name} has no ${path}. Put it beside config.json.`;
      throw new SteerboardError('tokenizer-unusable', message, { path });
    };
    const [templateFile, ...parts] = await Promise.all([
      readTemplateFile(files),
      read('tokenizer.json'),
      read('tokenizer_config.json'),
    ]);
    for (const { address, bytes } of parts) served.set(address, bytes);
    try {
      const inner = await AutoTokenizer.from_pretrained(name, { local_files_only: true });
      return new Tokenizer(inner, files.name, templateFile);
    } catch (error) {
      throw new SteerboardError(
        'tokenizer-unusable',
        `The tokenizer of ${files.name} cannot be read. Fetch it again.`,
        {
          cause: error instanceof Error ? error.message : String(error),
        },
      );
    } finally {
      for (const { address } of parts) served.delete(address);
    }
  }

  /** Ids with the special tokens that the tokenizer adds by itself. */
  encode(text: string): readonly number[] {
    return this.inner.encode(text) as number[];
  }

  /**
   * A plain text as {@link encode} does, or a conversation as the model's own template renders it, up to where the assistant begins.
   *
   * @throws `template-refused` for a conversation without a template, or one that the template refuses; `input-empty` when
   * its last turn says nothing.
   */
  encodePrompt(prompt: Prompt): EncodedPrompt {
    if (typeof prompt === 'string') return { ids: this.encode(prompt), spoken: [], note: null };
    if (!this.template) throw noTemplate(this.name);
    return this.template.encode(prompt);
  }

  isSpecial(id: number): boolean {
    return this.special.has(id);
  }

  describe(ids: readonly number[]): TokenizedText {
    const decoder = new PieceDecoder(this);
    return { ids, pieces: ids.map((id) => decoder.push(id)), special: ids.map((id) => this.isSpecial(id)) };
  }

  /** Text of the ids, special tokens by their names. */
  decode(ids: readonly number[]): string {
    return this.inner.decode(ids as number[], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }
}
