import { SteerboardError } from '../../core/errors.js';
import { emptyPlan } from '../../core/steering/plan.js';
import { compilePlan } from '../../core/steering/schedule.js';
import type { Probe, ScanRequest, ScanSource, ScannedText } from '../../protocol/api.js';
import type { OnProgress, Turn } from '../capture/background.js';
import { textGone } from '../compare.js';
import { readingOfText } from '../generation/forward.js';
import { readToken } from '../generation/readout.js';
import { readInTurns } from '../generation/read-in-turns.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';

/** Reads texts along probes by the unsteered model, piece by piece; of a text longer than the context, what fits. */
export async function scanTexts(
  model: SteeredModel,
  { texts, probes }: ScanRequest,
  task: Task,
  onProgress: OnProgress,
  turn: Turn,
): Promise<readonly ScannedText[]> {
  const { context } = model.shape;
  const encoded: Encoded[] = [];
  for (const source of texts) {
    encoded.push(encodeSource(model, source));
    await task.breathe();
  }
  if (!encoded.some(({ ids }) => ids.some((id) => !model.tokenizer.isSpecial(id)))) {
    throw new SteerboardError('input-empty', 'There is no text to scan. Type or paste one.');
  }
  const total = encoded.reduce((sum, { ids }) => sum + Math.min(ids.length, context), 0);
  let done = 0;
  const scanned: ScannedText[] = [];
  for (const { ids, beyond } of encoded) {
    const kept = ids.slice(0, context);
    const before = done;
    const { norms, projections } = await scan(model, kept, probes, task, turn, (read) => {
      onProgress({ label: 'Reading the text', done: before + read, total });
    });
    done += kept.length;
    scanned.push({ text: model.describe(kept), norms, projections, cut: ids.length - kept.length, beyond });
    await task.breathe();
  }
  return scanned;
}

/** Few tokens are longer on average, so what is behind these would not fit into the context anyway. */
const charactersAToken = 32;

interface Encoded {
  readonly ids: readonly number[];
  /** Characters behind them that were not even encoded: a whole book would take seconds, in which nothing else is answered. */
  readonly beyond: number;
}

function encodeSource({ tokenizer, texts, shape }: SteeredModel, source: ScanSource): Encoded {
  if ('text' in source) {
    const most = charactersAToken * shape.context;
    return { ids: tokenizer.encode(source.text.slice(0, most)), beyond: Math.max(0, source.text.length - most) };
  }
  const text = texts.find((kept) => kept.textId === source.textId);
  if (!text) throw textGone();
  return { ids: text.ids, beyond: 0 };
}

async function scan(
  model: SteeredModel,
  ids: readonly number[],
  probes: readonly Probe[],
  task: Task,
  turn: Turn,
  onRead: (tokens: number) => void,
): Promise<Pick<ScannedText, 'norms' | 'projections'>> {
  const { layers } = model.shape;
  const norms = new Float32Array(ids.length * layers);
  const projections = new Float32Array(probes.length * ids.length * layers);
  const parts = { promptLength: ids.length };
  const reading = readingOfText(model, ids, parts, compilePlan(emptyPlan, model.shape));
  await readInTurns(model, ids, reading, ids.length, task, turn, ({ start, length, residuals }) => {
    for (let i = 0; i < length; i++) {
      const readout = readToken(residuals, i, probes, model.shape);
      norms.set(readout.norms, (start + i) * layers);
      probes.forEach((_, probe) => {
        const own = readout.projections.subarray(probe * layers, (probe + 1) * layers);
        projections.set(own, (probe * ids.length + start + i) * layers);
      });
    }
    onRead(start + length);
  });
  return { norms, projections };
}
