/** Which files make up a model in one dtype. */

/** File name endings of transformers.js by dtype, in the order in which they are listed. */
export const suffixes: Readonly<Record<string, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};

/** One graph with the files that it keeps weights in. */
export interface GraphVariant {
  /** Such as `q4f16`. */
  readonly dtype: string;
  /** Path of the ONNX file. */
  readonly graph: string;
  /** The ONNX file first, then its external data. */
  readonly files: readonly string[];
}

/** Where exporters put a decoder, the most usual first: transformers.js, optimum, optimum's older merged decoders. */
const places = ['onnx/model', 'model', 'onnx/decoder_model_merged', 'decoder_model_merged'] as const;

/**
 * The variants that a list of files has.
 *
 * @param paths all paths of the model
 * @param graphPath the graph's path where a config names it (genai_config.json); then this is the only variant
 * @param name a text that may tell the dtype of such a graph, such as the model's id
 */
export function findVariants(
  paths: readonly string[],
  graphPath: string | null = null,
  name = '',
): readonly GraphVariant[] {
  const all = new Set(paths);
  if (graphPath !== null) {
    return all.has(graphPath) ? [variant(dtypeOf(graphPath, name), graphPath, paths)] : [];
  }
  const found = Object.entries(suffixes).flatMap(([dtype, suffix]) => {
    const place = places.find((it) => all.has(`${it}${suffix}.onnx`));
    return place === undefined ? [] : [variant(dtype, `${place}${suffix}.onnx`, paths)];
  });
  if (found.length > 0) return found;
  // A folder whose only graph has a name of its own.
  const graphs = paths.filter((path) => path.endsWith('.onnx') && path.split('/').length <= 2);
  return graphs.length === 1 ? [variant(dtypeOf(graphs[0]!, name), graphs[0]!, paths)] : [];
}

function variant(dtype: string, graph: string, paths: readonly string[]): GraphVariant {
  const order = (path: string) => Number(/_data_(\d+)$/.exec(path)?.[1] ?? 0);
  const beside = paths.filter((path) => isDataOf(graph, path)).sort((a, b) => order(a) - order(b));
  return { dtype, graph, files: [graph, ...beside] };
}

/** External data of a graph: `<graph>_data`, `<graph>_data_1`, … (transformers.js) or `<graph>.data` (genai builder). */
function isDataOf(graph: string, path: string): boolean {
  return path.startsWith(graph) && /^(?:_data(?:_\d+)?|\.data)$/.test(path.slice(graph.length));
}

/** The dtype that a graph's name tells; the genai builder writes it into folders and model names only. */
function dtypeOf(graph: string, name: string): string {
  const bySuffix = Object.entries(suffixes).find(([, suffix]) => suffix !== '' && graph.endsWith(`${suffix}.onnx`));
  if (bySuffix) return bySuffix[0];
  if (/(?:^|[^a-z0-9])(?:int4|q4|4bit)(?![0-9])/i.test(name)) return /fp16|f16/i.test(name) ? 'q4f16' : 'q4';
  if (/(?:^|[^a-z0-9])(?:fp16|half)/i.test(name)) return 'fp16';
  return 'fp32';
}

/** Small files that every variant needs, as far as a model has them. */
const shared = [
  'config.json',
  'genai_config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'chat_template.json',
];

/** Paths of the files that every variant needs: configuration, tokenizer, chat template. */
export function sharedFiles(paths: readonly string[]): readonly string[] {
  return shared.filter((path) => paths.includes(path));
}
