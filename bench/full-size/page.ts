/**
 * One contestant with one model of full size. scripts/bench-full-size.mjs opens this page in a new browser for each, so
 * that the memory that it reads belongs to this contestant alone.
 */
import { OursOnDisk, PeerOnDisk, type Contestant, type FullSizeModel } from './contestants.js';

export interface SpeedOptions {
  /** Tokens of the prompts that are read for `prefill`. */
  readonly promptTokens: number;
  readonly newTokens: number;
  readonly runs: number;
}
/** Medians, in milliseconds. */
export interface Speed {
  /** From the call to the first token, for a prompt of `promptTokens`. */
  readonly prefill: readonly number[];
  /** Per token after the first. */
  readonly token: readonly number[];
  /** What was written after the first prompt, to see that both sides write the same. */
  readonly ids: readonly number[];
}

let contestant: Contestant | null = null;

const fullSize = {
  /** Downloads the model to where the contestant keeps it. Not measured. */
  async store(side: 'ours' | 'peer', model: FullSizeModel): Promise<void> {
    await (side === 'ours' ? OursOnDisk : PeerOnDisk).store(model);
  },

  /** Opens the stored model; milliseconds until it can be asked for a text. */
  async load(side: 'ours' | 'peer', model: FullSizeModel): Promise<number> {
    const start = performance.now();
    contestant = await (side === 'ours' ? OursOnDisk : PeerOnDisk).load(model);
    return performance.now() - start;
  },

  async speed(options: SpeedOptions): Promise<Speed> {
    const it = contestant!;
    // The first run of a graph allocates what later ones find.
    const warm = await it.write(await promptOf(it, 24, 0), 9);
    const prefill: number[] = [];
    const token: number[] = [];
    for (let run = 0; run < options.runs; run++) {
      const read = await it.write(await promptOf(it, options.promptTokens, 1 + run), 1);
      prefill.push(read.tokenTimes[0]!);
      const { tokenTimes } = await it.write(await promptOf(it, 32, 100 + run), options.newTokens);
      token.push((tokenTimes.at(-1)! - tokenTimes[0]!) / (tokenTimes.length - 1));
    }
    return { prefill, token, ids: warm.ids };
  },

  threads: () => contestant!.threads,
};
export type FullSize = typeof fullSize;
declare global {
  interface Window {
    fullSize: FullSize;
  }
}
window.fullSize = fullSize;

const words =
  'one day the children went to the park with their mother and saw a small dog near the big tree it had a red ball in its mouth and they wanted to play';

/** A text of `tokens` tokens as near as words allow, another one for each `seed`. */
async function promptOf(it: Contestant, tokens: number, seed: number): Promise<string> {
  const list = words.split(' ');
  const text = (count: number) =>
    Array.from({ length: count }, (_, at) => list[(at * (seed + 3) + seed) % list.length]).join(' ');
  let [low, high] = [1, tokens];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((await it.tokens(text(middle))) <= tokens) low = middle;
    else high = middle - 1;
  }
  return text(low);
}
