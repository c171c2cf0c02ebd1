import { SteerboardError } from '../../core/errors.js';
import type { Device, Progress } from '../../protocol/api.js';
import type { ModelConfig } from './config.js';
import type { ModelFiles } from './files.js';
import type { GraphPart } from './steered-model.js';

/** A model's ONNX file. */
export interface GraphFile {
  readonly path: string;
  /** Such as `fp32` or `q8`. */
  readonly dtype: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** File name endings of transformers.js by dtype. */
const suffixes: Readonly<Record<string, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};

/** What to try first on each device: q4 is slow on the CPU; half floats need the adapter's `shader-f16`. */
const preferred = {
  wasm: ['fp32', 'q8', 'int8', 'uint8', 'fp16', 'q4'],
  webgpu: ['fp32', 'q4', 'q8', 'int8', 'uint8'],
  webgpuHalf: ['q4f16', 'fp16', 'q4', 'fp32', 'q8', 'int8', 'uint8'],
} as const;

/** @throws `file-unreadable` when there is no graph this device can run. */
export async function readGraphFile(
  files: ModelFiles,
  config: ModelConfig,
  device: Device,
  halfFloats: boolean,
  onProgress: (progress: Progress) => void,
): Promise<GraphFile> {
  for (const { path, dtype } of candidates(files, config, device, halfFloats)) {
    if (files.paths && !files.paths.includes(path)) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const progress = (done: number, total: number) => onProgress({ label: `Reading ${name}`, done, total });
    const bytes = await files.read(path, progress);
    if (bytes) return { path, dtype, bytes };
  }
  throw new SteerboardError(
    'file-unreadable',
    `${files.name} has no ONNX file that runs on ${device === 'wasm' ? 'WASM' : 'WebGPU'}. It should be onnx/model.onnx (or model_quantized.onnx, model_q4.onnx …).`,
    { model: files.name, device },
  );
}

function candidates(files: ModelFiles, config: ModelConfig, device: Device, halfFloats: boolean) {
  if (config.graphPath !== null) return [{ path: config.graphPath, dtype: 'fp32' }];
  const order = device === 'wasm' ? preferred.wasm : halfFloats ? preferred.webgpuHalf : preferred.webgpu;
  const named = config.dtype[device];
  const dtypes = [...new Set(named === undefined ? order : [named, ...order])];
  const inLayout = dtypes.flatMap((dtype) => {
    const suffix = suffixes[dtype];
    return suffix === undefined ? [] : [{ path: `onnx/model${suffix}.onnx`, dtype }];
  });
  const graphs = files.paths?.filter((path) => path.endsWith('.onnx')) ?? [];
  // A folder whose only graph has another name, or lies beside config.json.
  if (graphs.length === 1) return [...inLayout, { path: graphs[0]!, dtype: dtypeOf(graphs[0]!) }];
  return inLayout;
}

function dtypeOf(path: string): string {
  const found = Object.entries(suffixes).find(([, suffix]) => suffix !== '' && path.endsWith(`${suffix}.onnx`));
  return found?.[0] ?? 'fp32';
}

/**
 * The files beside the graph that it keeps weights in.
 *
 * @param needed their locations as the graph has them, and how many bytes each has at least
 * @throws `file-unreadable` when one is not there or too short.
 */
export async function readFilesBeside(
  files: ModelFiles,
  graphPath: string,
  needed: ReadonlyMap<string, number>,
  onProgress: (progress: Progress) => void,
): Promise<readonly GraphPart[]> {
  const folder = graphPath.slice(0, graphPath.lastIndexOf('/') + 1);
  const parts: GraphPart[] = [];
  for (const [path, expected] of needed) {
    const data = await files.read(folder + path, (done, total) =>
      onProgress({ label: `Reading ${path}`, done, total }),
    );
    if (!data || data.length < expected) {
      const what = data ? `has ${data.length} of at least ${expected} bytes` : 'is not there';
      throw new SteerboardError(
        'file-unreadable',
        `${graphPath} keeps weights in ${folder}${path}, which ${what}. Add that file, whole, to the model's folder.`,
        { path: folder + path, bytes: data?.length ?? 0, expected },
      );
    }
    parts.push({ path, data });
  }
  return parts;
}
