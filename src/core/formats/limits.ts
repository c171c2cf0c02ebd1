/** What files do not say that hold vectors and, at most, one strength: a sentence for each thing a direction has of it. */
import { figure } from '../figure.js';
import { operatorNamed } from '../steering/index.js';
import type { Board, Magnitude, TakenDirection } from './format.js';

/** What a format can say of how a direction is applied, apart from adding it. */
export interface Abilities {
  /** The tools that read it: "llama.cpp and repeng". */
  readonly readers: string;
  /** Whether it can leave the prompt, or some tokens, alone. */
  readonly scopes: boolean;
  readonly operators: readonly string[];
  /** Whether it says at which point of a block. */
  readonly hooks: readonly string[];
  /** Whether special tokens can be left alone. */
  readonly specialTokens: boolean;
}

export function unsaid(board: Board, magnitude: Magnitude, abilities: Abilities): string[] {
  const notes = appliedOtherwise(board, magnitude, abilities);
  const off = board.directions.filter(({ plan }) => !plan.enabled).map(({ name }) => `“${name}”`);
  if (off.length > 0)
    notes.push(`${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} switched off here; the file does not say so.`);
  notes.push(
    'Texts, statistics, the model’s revision and the prompt are not in it. Keep the Steerboard JSON for those.',
  );
  return notes;
}

/** What of it changes the text that comes of it. */
export function appliedOtherwise(board: Board, magnitude: Magnitude, abilities: Abilities): string[] {
  const notes = board.directions.flatMap((taken) => unsaidOf(taken, magnitude, abilities));
  if (board.steerSpecialTokens || abilities.specialTokens) return notes;
  const tokens = `${abilities.readers} change every token, BOS and other special tokens too; here those are left alone.`;
  return [...notes, tokens];
}

function unsaidOf({ name, direction, plan }: TakenDirection, magnitude: Magnitude, abilities: Abilities): string[] {
  const { readers } = abilities;
  const notes: string[] = [];
  const say = (sentence: string): void => void notes.push(`“${name}” ${sentence}`);
  const operator = operatorNamed(plan.operator);
  if (operator.adds?.keepsNorm && !abilities.operators.includes(plan.operator)) {
    say(`keeps the residual’s length here; ${readers} add without that.`);
  } else if (!abilities.operators.includes(plan.operator)) {
    say(
      `is applied by “${operator.label.toLowerCase()}” here; ${readers} can only add, so the file has its vectors in their natural magnitude.`,
    );
  } else if (magnitude === 'natural') {
    say(`has strength ${figure(plan.strength)} × the residual norm here; the file leaves the strength to its reader.`);
  }
  if (!abilities.hooks.includes(direction.hook))
    say(`belongs to ${direction.hook}; ${readers} write to a block’s output, where it is another direction.`);
  const { prompt, generated, promptRange, generatedRange, curve } = plan.scope;
  if ((!prompt || !generated || promptRange || generatedRange) && !abilities.scopes)
    say(`is applied to some tokens only; ${readers} change all of them, prompt and generated.`);
  if (curve && curve.length > 0) say('changes its strength over the generated tokens; the file has one strength.');
  if (plan.condition) say('is applied only to some prompts; the file has no condition.');
  if (plan.second !== undefined) say('is applied together with another direction, which is not in the file.');
  if (direction.layers.some(({ positions }) => positions && positions.length > 0))
    say('has a vector for each of the first tokens; the file has the one for all.');
  return notes;
}
