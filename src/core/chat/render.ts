import { SteerboardError } from '../errors.js';
import type { ChatMessage, Conversation } from './prompt.js';

/** Half-open: from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A conversation as the model reads it. */
export interface RenderedChat {
  /** Up to where the assistant begins. */
  readonly text: string;
  /** Where in the text, in UTF-16 code units, each of the assistant's earlier turns stands. */
  readonly spoken: readonly Span[];
  /** What was done so that the template takes the conversation, for people; null when nothing. */
  readonly note: string | null;
}

/** A model's template: turns to text, with the words that open the assistant's turn at the end. Throws what it refuses. */
export type RenderTemplate = (messages: readonly ChatMessage[]) => string;

export const systemMerged =
  'This model’s template takes no system turn: the system text was put in front of the first user’s turn.';

/**
 * Renders a conversation. Where the template refuses the system's turn or leaves it out, the system text goes in front of
 * the first user's turn.
 *
 * @throws SteerboardError `input-empty` when the last turn is not a user's with words in it; `template-refused` with the
 * template's own reason.
 */
export function renderConversation(template: RenderTemplate, { messages }: Conversation): RenderedChat {
  const last = messages.at(-1);
  if (last?.role !== 'user' || last.content.trim() === '') {
    throw new SteerboardError('input-empty', 'The message is empty. Write what the assistant is to answer.');
  }
  const turns = messages.filter(({ role, content }) => role !== 'system' || content.trim() !== '');
  const merged = mergeSystem(turns);
  try {
    const text = template(turns);
    if (merged === null || text.includes(turns[0]!.content.trim())) {
      return { text, spoken: spokenIn(text, template, turns), note: null };
    }
  } catch (error) {
    if (merged === null) throw refusal(error);
    try {
      return mergedChat(template, merged);
    } catch {
      // The system's turn was not what it refused: its first reason is the one to tell.
      throw refusal(error);
    }
  }
  return mergedChat(template, merged);
}

function mergedChat(template: RenderTemplate, turns: readonly ChatMessage[]): RenderedChat {
  const text = template(turns);
  return { text, spoken: spokenIn(text, template, turns), note: systemMerged };
}

/** The turns with the system's in front of the first user's; null when there is no system's turn at the beginning. */
function mergeSystem(turns: readonly ChatMessage[]): readonly ChatMessage[] | null {
  const [system, user, ...rest] = turns;
  if (system?.role !== 'system' || user?.role !== 'user') return null;
  return [{ role: 'user', content: `${system.content}\n\n${user.content}` }, ...rest];
}

/**
 * Finds the assistant's turns by putting a mark in place of each: what stands between the same beginning and the same end
 * is what the template made of the turn, even if it trims it or strips thoughts. A turn that cannot be found this way is left out.
 */
function spokenIn(text: string, template: RenderTemplate, turns: readonly ChatMessage[]): readonly Span[] {
  let mark = 'the-assistant-said-this';
  while (text.includes(mark)) mark += '-too';
  return turns.flatMap((turn, index) => {
    if (turn.role !== 'assistant') return [];
    let marked: string;
    try {
      marked = template(turns.with(index, { role: 'assistant', content: mark }));
    } catch {
      return [];
    }
    const start = marked.indexOf(mark);
    if (start < 0) return [];
    const [before, after] = [marked.slice(0, start), marked.slice(start + mark.length)];
    const end = text.length - after.length;
    return end > start && text.startsWith(before) && text.endsWith(after) ? [{ start, end }] : [];
  });
}

function refusal(error: unknown): SteerboardError {
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300);
  return new SteerboardError(
    'template-refused',
    `The model’s chat template refuses this conversation: ${reason.replace(/[.\s]*$/, '')}. Change the turns, or use plain text.`,
    { reason },
  );
}
