import type { Turn } from '../capture/background.js';
import type { SteeredModel } from '../model/steered-model.js';

/** The graph was opened again between two turns, and what the old session left behind fits no run any more. */
class Reopened extends Error {}

/**
 * Work in several turns that need one session: when another call has the graph opened again in between, the work begins
 * anew.
 */
export async function onOneSession<Result>(
  model: SteeredModel,
  turn: Turn,
  work: (steady: Turn) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    let decoder: SteeredModel['decoder'] | null = null;
    const steady: Turn = (piece) =>
      turn(async () => {
        if (decoder && decoder !== model.decoder) throw new Reopened();
        const result = await piece();
        // The first piece may have the graph opened with the hooks that the work needs.
        decoder ??= model.decoder;
        return result;
      });
    try {
      return await work(steady);
    } catch (error) {
      if (!(error instanceof Reopened)) throw error;
    }
  }
}
