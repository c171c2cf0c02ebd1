/** What a dragged slider feels like. */
import type { FittedDirection } from '../../src/core/directions/direction.js';
import { addAtMiddle, newTask, type Ours, type TransformersJs } from '../contestants.js';
import { promptOf } from '../prompts.js';
import { compare, type Row } from '../statistics.js';

const generatedOnly = { prompt: false, generated: true };
const promptTokens = 128;

/**
 * From the slider's move to the arrival of the first token that differs from the text that stood there, with that text
 * still being written when the slider moves: it is cancelled, and the new one starts from the kept prompt. The peer:
 * from the call to the first token, with nothing else running.
 */
export async function sliderFirstToken(
  ours: Ours,
  peer: TransformersJs,
  direction: FittedDirection,
  runs: number,
  name = 'slider-first-token',
): Promise<Row> {
  const prompt = await promptOf(ours, promptTokens);
  const move = async (run: number): Promise<number> => {
    const before = new Map<number, number>();
    const old = newTask();
    const from = addAtMiddle(direction, 1 + run * 1e-4, generatedOnly);
    await new Promise<void>((resolve) => {
      const onToken = (event: { position: number; id: number }) => {
        before.set(event.position, event.id);
        if (before.size === 12) resolve();
      };
      const finish = () => resolve();
      ours.generate(prompt, 64, [from], { task: old, onToken }).then(finish, finish);
    });
    const start = performance.now();
    void ours.remote.cancel(old);
    const task = newTask();
    const to = addAtMiddle(direction, -1 - run * 1e-4, generatedOnly);
    const changed = await new Promise<number>((resolve, reject) => {
      const onToken = (event: { position: number; id: number }) => {
        if (before.get(event.position) !== event.id) resolve(performance.now() - start);
      };
      const unchanged = () => reject(new Error('The slider moved and the text stayed the same.'));
      // Cancelled below once the change was seen, when a rejection means nothing any more.
      ours.generate(prompt, 64, [to], { task, onToken }).then(unchanged, reject);
    });
    await ours.remote.cancel(task);
    return changed;
  };
  await move(-1);
  return compare(name, 'ms', runs, move, async () => (await peer.generate(prompt, 2)).tokenTimes[0]!);
}
