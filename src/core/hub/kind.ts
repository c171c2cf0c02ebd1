/** What a model is, as its config.json and the names of its files tell before anything large is read. */

/** Sizes that memory is estimated from; null where the config does not say. */
export interface ModelFacts {
  readonly family: string;
  readonly layers: number | null;
  readonly width: number | null;
  readonly vocabulary: number | null;
  readonly context: number | null;
  /** Heads of keys and values, and the length of one. */
  readonly keyHeads: number | null;
  readonly headLength: number | null;
  /** Path of the graph, when the config names it. */
  readonly graphPath: string | null;
  /** dtypes that the model's authors name for transformers.js, by device. */
  readonly named: Readonly<Partial<Record<'wasm' | 'webgpu', string>>>;
}

/** A kind of model that cannot be steered here. */
export interface OtherKind {
  readonly kind: 'encoder' | 'encoder-decoder' | 'vision' | 'audio' | 'diffusion';
  /** What gave it away: "its architecture is BertForMaskedLM". */
  readonly because: string;
}

type Json = Readonly<Record<string, unknown>>;

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
function count(...values: readonly unknown[]): number | null {
  const found = values.find((value) => typeof value === 'number' && Number.isInteger(value) && value > 0);
  return (found as number | undefined) ?? null;
}
function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Facts of a config.json, whatever of it is there. Names of older families (`n_embd`, `n_layer`) are known. */
export function factsOfConfig(json: unknown): ModelFacts {
  const config = object(json);
  const heads = count(config['num_attention_heads'], config['n_head']);
  const width = count(config['hidden_size'], config['n_embd'], config['d_model']);
  const layers = count(config['num_hidden_layers'], config['n_layer'], config['num_layers']);
  return {
    family: text(config['model_type']) ?? 'unknown',
    layers,
    width,
    vocabulary: count(config['vocab_size']),
    context: count(config['max_position_embeddings'], config['n_positions'], config['n_ctx']),
    keyHeads: count(config['num_key_value_heads'], heads),
    headLength: count(config['head_dim']) ?? (width !== null && heads !== null ? Math.floor(width / heads) : null),
    graphPath: null,
    named: namedDtypes(object(config['transformers.js_config'])['dtype']),
  };
}

/** Facts of a genai_config.json, which the onnxruntime-genai builder writes. */
export function factsOfGenai(json: unknown): ModelFacts {
  const model = object(object(json)['model']);
  const decoder = object(model['decoder']);
  const heads = count(decoder['num_attention_heads']);
  const headLength = count(decoder['head_size']);
  return {
    family: text(model['type']) ?? 'unknown',
    layers: count(decoder['num_hidden_layers']),
    width: count(decoder['hidden_size']),
    vocabulary: count(model['vocab_size']),
    context: count(model['context_length']),
    keyHeads: count(decoder['num_key_value_heads'], heads),
    headLength,
    graphPath: text(decoder['filename']),
    named: {},
  };
}

function namedDtypes(value: unknown): ModelFacts['named'] {
  if (typeof value === 'string') return { wasm: value, webgpu: value };
  const { wasm, webgpu } = object(value);
  return {
    ...(typeof wasm === 'string' ? { wasm } : {}),
    ...(typeof webgpu === 'string' ? { webgpu } : {}),
  };
}

/** Families that only read a text: every token sees the whole of it, so nothing can be written token by token. */
const encoders = new Set(
  `bert roberta distilbert albert electra deberta deberta-v2 mpnet xlm xlm-roberta xlm-roberta-xl camembert modernbert nomic_bert
  neobert mobilebert squeezebert convbert ernie esm flaubert funnel longformer big_bird luke layoutlm fnet nystromformer roformer
  new jina_bert eurobert`
    .trim()
    .split(/\s+/),
);
const encoderTasks = new Set(
  'fill-mask feature-extraction sentence-similarity token-classification text-classification question-answering text-ranking zero-shot-classification'.split(
    ' ',
  ),
);
const encoderDecoders = new Set(
  't5 mt5 umt5 longt5 bart mbart marian m2m_100 nllb blenderbot blenderbot-small pegasus led prophetnet fsmt switch_transformers t5gemma'.split(
    ' ',
  ),
);
const audioFamilies = new Set(
  'whisper wav2vec2 wav2vec2-bert hubert wavlm speecht5 vits musicgen encodec clap moonshine seamless_m4t speech_to_text audio-spectrogram-transformer unispeech snac dac mimi'.split(
    ' ',
  ),
);
const visionFamilies = new Set(
  'vit deit dinov2 dinov3_vit clip siglip siglip2 blip blip-2 swin segformer detr yolos resnet convnext convnextv2 mobilevit sam owlvit trocr vision-encoder-decoder depth_anything efficientnet florence2 llava llava_onevision qwen2_vl qwen2_5_vl qwen3_vl paligemma idefics3 smolvlm moondream1 mllama janus multi_modality'.split(
    ' ',
  ),
);

/**
 * The kind of a model that is not a causal language model; null when it may be one. What is unknown may be one: the graph
 * has the last word.
 *
 * @param json config.json, null when there is none
 * @param task what the hub thinks that it is for
 */
export function otherKind(json: unknown, paths: readonly string[], task: string | null = null): OtherKind | null {
  const config = object(json);
  const family = text(config['model_type']) ?? '';
  const architectures = Array.isArray(config['architectures']) ? config['architectures'].filter(text) : [];
  const architecture = text(architectures[0]) ?? '';
  const named = (what: string) =>
    paths.some((path) => path.split('/').at(-1)!.startsWith(what) && path.endsWith('.onnx'));
  const says = architecture === '' ? `its model type is ${family}` : `its architecture is ${architecture}`;

  if (paths.includes('model_index.json') || task === 'text-to-image') {
    return { kind: 'diffusion', because: 'it is a pipeline that makes images' };
  }
  if (audioFamilies.has(family) || 'audio_config' in config || named('audio_encoder')) {
    return { kind: 'audio', because: says };
  }
  if (
    visionFamilies.has(family) ||
    'vision_config' in config ||
    named('vision_encoder') ||
    /^image-/.test(task ?? '')
  ) {
    return { kind: 'vision', because: says };
  }
  if (encoderDecoders.has(family) || config['is_encoder_decoder'] === true || named('encoder_model')) {
    return { kind: 'encoder-decoder', because: says };
  }
  const writes = /ForCausalLM$|LMHead/.test(architecture);
  const reads =
    /For(?:MaskedLM|PreTraining|SequenceClassification|TokenClassification|QuestionAnswering|MultipleChoice)$/;
  if ((encoders.has(family) && !writes) || reads.test(architecture)) return { kind: 'encoder', because: says };
  if (!writes && architecture !== '' && encoderTasks.has(task ?? '')) {
    return { kind: 'encoder', because: `the hub lists it for ${task}` };
  }
  return null;
}

/** For people: what a model of this kind is, and why it cannot be steered here. */
export function describeOtherKind(name: string, { kind, because }: OtherKind): string {
  const what = {
    encoder: 'an encoder: it reads a text and writes none',
    'encoder-decoder': 'an encoder-decoder: it rewrites one text as another',
    vision: 'a model that sees images',
    audio: 'a model of sound',
    diffusion: 'a model that makes images',
  }[kind];
  return `${name} is ${what} (${because}). Take a causal language model, one that goes on with a text, such as GPT-2, Llama or Qwen.`;
}

/** Families whose residuals outgrow half floats; their 16-bit exports keep the residual in fp32. */
export function hasWideResidual(family: string): boolean {
  return /^gemma/i.test(family);
}
