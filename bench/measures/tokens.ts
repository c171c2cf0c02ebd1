/** Milliseconds a token: one hooked text, a pair, and nine strengths at once. */
import type { FittedDirection } from '../../src/core/directions/direction.js';
import { emptyPlan } from '../../src/core/steering/plan.js';
import { addAtMiddle, perToken, type Ours, type TransformersJs } from '../contestants.js';
import { shortPrompt } from '../prompts.js';
import { compare, type Row } from '../statistics.js';

const tokens = 64;
const everywhere = { prompt: true, generated: true };

/** A different plan every time, too weak to change the text: the same tokens are written, and none can be told from memory. */
let plans = 0;
const nearlyNothing = (direction: FittedDirection) => addAtMiddle(direction, 1e-6 * ++plans, everywhere);

/** One text, hooked at every layer with every residual read out, against transformers.js writing the same tokens. */
export function hookedToken(
  ours: Ours,
  peer: TransformersJs,
  direction: FittedDirection,
  runs: number,
  name = 'hooked-token',
): Promise<Row> {
  return compare(
    name,
    'ms/token',
    runs,
    async () => perToken((await ours.generate(shortPrompt, tokens, [nearlyNothing(direction)])).tokenTimes),
    async () => perToken((await peer.generate(shortPrompt, tokens)).tokenTimes),
  );
}

/** Baseline and steered as a batch of two, against one alone. */
export function pairToken(ours: Ours, direction: FittedDirection, runs: number): Promise<Row> {
  const alone = async () => perToken((await ours.generate(shortPrompt, tokens, [nearlyNothing(direction)])).tokenTimes);
  const pair = async () => {
    const rows = [nearlyNothing(direction), nearlyNothing(direction)];
    return perToken((await ours.generate(shortPrompt, tokens, rows)).tokenTimes);
  };
  return compare('pair-token', 'ms/token', runs, pair, alone);
}

/** Nine plans as one batch, against one. */
export function sweepOfNine(ours: Ours, direction: FittedDirection, runs: number): Promise<Row> {
  const alone = async () => perToken((await ours.generate(shortPrompt, tokens, [nearlyNothing(direction)])).tokenTimes);
  const sweep = async () => {
    const rows = Array.from({ length: 9 }, () => nearlyNothing(direction));
    return perToken((await ours.generate(shortPrompt, tokens, rows)).tokenTimes);
  };
  return compare('sweep-of-nine', 'ms/token', runs, sweep, alone);
}

/** Whether both sides write the same greedy tokens; a comparison of speeds means nothing otherwise. */
export async function sameTokens(ours: Ours, peer: TransformersJs): Promise<boolean> {
  const a = await ours.generate(shortPrompt, tokens, [emptyPlan]);
  const b = await peer.generate(shortPrompt, tokens);
  return a.ids.length === b.ids.length && a.ids.every((id, index) => id === b.ids[index]);
}
