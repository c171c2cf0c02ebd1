import type { SteeredModel } from '../model/steered-model.js';
import type { Turn } from '../capture/background.js';
import type { Task } from '../tasks.js';
import { chunkLengths, forwardChunks, type ForwardChunk } from './forward.js';
import type { Reading } from './reading.js';

/** Products of one piece, about: whoever waits for the model waits for some 50 ms on a CPU. */
const mostProducts = 2 ** 28;
/** Fewer tokens cost as much as these, since the weights have to be read all the same. */
const [fewest, most] = [16, 256];

/**
 * Reads a text piece by piece, without logits; other work has turns in between. When the graph is opened again by such work,
 * the cache is gone with the session: the text is read again from its beginning, and `take` is told the same positions anew.
 *
 * @param ids what is read, which may be the beginning of the text that the reading is of
 */
export async function readInTurns(
  model: SteeredModel,
  ids: readonly number[],
  reading: Reading,
  promptLength: number,
  task: Task,
  turn: Turn,
  take: (chunk: ForwardChunk) => void,
): Promise<void> {
  const { layers, width } = model.shape;
  const piece = Math.max(fewest, Math.min(most, Math.floor(mostProducts / (12 * layers * width * width))));
  const wanted = pieces(Math.min(promptLength, ids.length), piece).concat(pieces(ids.length - promptLength, piece));
  const lengths = chunkLengths(ids.length, promptLength, [reading], 1, wanted);
  while (!(await readOnce(model, ids, reading, lengths, task, turn, take)));
}

function pieces(tokens: number, size: number): number[] {
  const count = Math.ceil(Math.max(0, tokens) / size);
  return Array.from({ length: count }, (_, i) => Math.min(size, tokens - i * size));
}

/** @returns whether it came to the end */
async function readOnce(
  model: SteeredModel,
  ids: readonly number[],
  reading: Reading,
  lengths: readonly number[],
  task: Task,
  turn: Turn,
  take: (chunk: ForwardChunk) => void,
): Promise<boolean> {
  const chunks = forwardChunks(model, ids, reading, lengths, task, 'none');
  let ended = false;
  const end = async (): Promise<void> => {
    ended = true;
    await chunks.return(undefined);
  };
  model.beforeRelease.add(end);
  try {
    for (;;) {
      const chunk = await turn(async () => (ended ? null : chunks.next()));
      if (chunk === null) return false;
      if (chunk.done) return true;
      take(chunk.value);
    }
  } finally {
    model.beforeRelease.delete(end);
    await chunks.return(undefined);
  }
}
