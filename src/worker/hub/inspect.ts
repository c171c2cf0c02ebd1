import { SteerboardError, toErrorData } from '../../core/errors.js';
import { describeOtherKind, factsOfConfig, factsOfGenai, otherKind, type ModelFacts } from '../../core/hub/kind.js';
import { missingFiles } from '../../core/hub/missing.js';
import { findVariants, sharedFiles } from '../../core/hub/variants.js';
import { choose, judgeVariant, sortVariants, type Machine } from '../../core/hub/verdict.js';
import type { InspectRequest, ModelOffer, ModelVariant } from '../../protocol/api.js';
import type { Task } from '../tasks.js';
import { describeMachine, storageFree } from './machine.js';
import { openInspected, type Inspected } from './inspected.js';

/** Says what a model is and what loading it takes, from small files and the list of all files. */
export async function inspectModel(request: InspectRequest, task: Task): Promise<ModelOffer> {
  const [inspected, machine, free] = await Promise.all([
    openInspected(request, task),
    describeMachine(),
    storageFree(),
  ]);
  task.check();
  return makeOffer(inspected, machine, free);
}

export async function makeOffer(model: Inspected, machine: Machine, free: number | null): Promise<ModelOffer> {
  const { name, paths } = model;
  const [config, genai, template] = await Promise.all([
    readJson(model, 'config.json'),
    readJson(model, 'genai_config.json'),
    readJson(model, 'tokenizer_config.json'),
  ]);
  const facts = merge(config, genai);
  const variants = findVariants(paths, facts.graphPath, name);
  const kind = otherKind(config, paths, model.task);
  const refusal = kind
    ? new SteerboardError('model-unsupported', describeOtherKind(name, kind), { model: name, kind: kind.kind })
    : missingFiles(name, paths, variants.length);
  const shared = sharedFiles(paths);
  const sized = variants.map((variant) => {
    const sizes = variant.files.map((path) => model.bytes(path));
    return { ...variant, weights: sizes.reduce((sum, it) => sum + it, 0), largestFile: Math.max(...sizes) };
  });
  const choice = refusal ? null : choose(sized, facts, machine);
  const described = sized.map((variant): ModelVariant => {
    const files = [...shared, ...variant.files].map((path) => {
      const bytes = model.bytes(path);
      return { path, bytes, bytesHere: Math.min(bytes, model.bytesHere(path)) };
    });
    const sum = (key: 'bytes' | 'bytesHere') => files.reduce((total, file) => total + file[key], 0);
    const devices = {
      wasm: judgeVariant('wasm', variant, facts, machine),
      webgpu: judgeVariant('webgpu', variant, facts, machine),
    };
    return { dtype: variant.dtype, files, bytes: sum('bytes'), bytesHere: sum('bytesHere'), devices };
  });
  return {
    source: model.source,
    id: name,
    commit: model.commit,
    family: facts.family,
    layers: facts.layers,
    width: facts.width,
    context: facts.context,
    licence: model.licence,
    chat: hasTemplate(template) || paths.includes('chat_template.jinja') || paths.includes('chat_template.json'),
    refusal: refusal && toErrorData(refusal),
    variants: sortVariants(described, facts, machine, choice),
    choice,
    storageFree: free,
    memory: machine.memory,
    notes: model.notes,
  };
}

/** As in `readConfig`: a genai_config.json counts where there is no config.json, so that what is offered is what is opened. */
function merge(config: unknown, genai: unknown): ModelFacts {
  return config === null ? factsOfGenai(genai) : factsOfConfig(config);
}

function hasTemplate(json: unknown): boolean {
  return typeof json === 'object' && json !== null && Boolean((json as { chat_template?: unknown }).chat_template);
}

/** Null when there is no such file. @throws `file-unreadable` when it is not JSON */
async function readJson(model: Inspected, path: string): Promise<unknown> {
  const bytes = await model.read(path);
  if (!bytes) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    throw new SteerboardError('file-unreadable', `${path} of ${model.name} is not valid JSON. Fetch the file again.`, {
      path,
    });
  }
}
