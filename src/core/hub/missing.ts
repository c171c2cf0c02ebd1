/** Words for a repository that lacks what is needed. */
import { SteerboardError } from '../errors.js';

/**
 * Why a model cannot be opened from these files, null when nothing that is needed is missing.
 *
 * @param graphs how many variants were found
 */
export function missingFiles(name: string, paths: readonly string[], graphs: number): SteerboardError | null {
  const has = (ending: string) => paths.some((path) => path.endsWith(ending));
  if (graphs === 0) {
    const found = [
      ['.safetensors', 'safetensors'],
      ['.gguf', 'GGUF files'],
      ['.bin', 'PyTorch weights'],
    ].flatMap(([ending, what]) => (has(ending!) ? [what!] : []));
    const short = name.split('/').at(-1)!;
    const onnx = paths.filter((path) => path.endsWith('.onnx'));
    if (onnx.length > 0) {
      return new SteerboardError(
        'model-unsupported',
        `${name} has ONNX files, but none under a name that a causal model has (onnx/model.onnx, model.onnx, decoder_model_merged.onnx). Found: ${onnx.slice(0, 3).join(', ')}. Look for another export, or open one folder of it from disk.`,
        { model: name, onnx: onnx.length },
      );
    }
    const only = found.length > 0 ? `has only ${found.join(' and ')}` : 'has no weights';
    return new SteerboardError(
      'model-unsupported',
      `${name} ${only}, and this page needs ONNX. Look for an ONNX export of it, such as onnx-community/${short}${/onnx/i.test(short) ? '' : ' or onnx-community/' + short + '-ONNX'}.`,
      { model: name },
    );
  }
  if (!paths.includes('config.json') && !paths.includes('genai_config.json')) {
    return new SteerboardError(
      'model-mismatch',
      `${name} has no config.json, so its layers are not known. Take an export in the layout of transformers.js.`,
      { model: name, path: 'config.json' },
    );
  }
  if (!paths.includes('tokenizer.json')) {
    return new SteerboardError(
      'tokenizer-unusable',
      `${name} has no tokenizer.json, so texts cannot become tokens. Take an export that brings its tokenizer.`,
      { model: name, path: 'tokenizer.json' },
    );
  }
  return null;
}
