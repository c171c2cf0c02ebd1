import type { HookName } from '../../core/onnx/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import type { OnProgress, Turn } from './background.js';
import { captureTexts } from './capture.js';
import { meanNorms } from './contrast.js';

/** Plain sentences about nothing in particular, to see how long the residuals of a model are. */
const neutralTexts = [
  'The bus stops at the corner of the street every ten minutes.',
  'There are seven days in a week and twelve months in a year.',
  'She put the cup on the table and opened the window.',
  'Water is made of hydrogen and oxygen.',
];

/** Mean ‖h‖ of every block [L] where no texts say what it is: over a few neutral sentences, which are read once. */
export async function neutralNorms(
  model: SteeredModel,
  hook: HookName,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<Float64Array> {
  const texts = neutralTexts.map((text) => {
    const ids = model.tokenizer.encode(text);
    return { ids, read: [ids.length - 1] };
  });
  return meanNorms(await captureTexts(model, texts, hook, task, onProgress, turn), model.shape.layers);
}
