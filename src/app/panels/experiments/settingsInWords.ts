/** The settings of experiments in words, side by side. */
import type { Conversation } from '../../../core/chat/prompt.js';
import { finders } from '../../../core/directions/index.js';
import { generatedText } from '../../../core/experiments/index.js';
import { describePlan } from '../../../core/steering/describe.js';
import type { Content } from '../../engine/experiments/content.js';
import { termsOf } from '../../engine/plan.js';
import { deviceNames } from '../../look/devices.js';
import { fitFor, type DirectionEntry } from '../../stores/directions.js';

interface Setting {
  readonly label: string;
  readonly words: string;
  /** Says whether two are the same, where words may leave something out. */
  readonly key: string;
}

/** One setting that is not the same everywhere: an entry for each experiment, in their order; null where it has none. */
export interface DifferentSetting {
  readonly label: string;
  readonly words: readonly (string | null)[];
}

/** @returns what differs, and how many settings do not */
export function differentSettings(contents: readonly Content[]): {
  readonly different: readonly DifferentSetting[];
  readonly same: number;
} {
  const all = contents.map(settingsOf);
  const labels = [...new Set(all.flatMap((settings) => settings.map(({ label }) => label)))];
  const rows = labels.map((label) => all.map((settings) => settings.find((it) => it.label === label) ?? null));
  const differs = rows.map((row) => row.some((it) => it?.key !== row[0]?.key));
  const different = labels.flatMap((label, at) => (differs[at] ? [{ label, words: toldApart(rows[at]!) }] : []));
  return { different, same: labels.length - different.length };
}

/** Words that would be the same say that what they leave out is not. */
function toldApart(row: readonly (Setting | null)[]): readonly (string | null)[] {
  return row.map((it, at) => {
    const twin = it && row.findIndex((other) => other?.words === it.words && other.key !== it.key);
    return it && twin !== null && twin >= 0 && twin < at ? `${it.words} (others)` : (it?.words ?? null);
  });
}

function settingsOf({ snapshot, outcome, isOfBoard }: Content): readonly Setting[] {
  const { prompt, directions } = snapshot;
  const { sampling } = prompt;
  const entries = directions.entries as readonly DirectionEntry[];
  const made = outcome?.made;
  const plain = (label: string, words: string | number): Setting => ({
    label,
    words: String(words),
    key: String(words),
  });
  return [
    ...(made
      ? [
          plain('Model', `${made.model.id}, ${made.model.dtype} weights`),
          plain('Revision', made.model.revision?.slice(0, 7) ?? 'not known'),
          plain('Device', deviceNames[made.device]),
        ]
      : []),
    plain('Prompt', outcome && isOfBoard ? promptRead(outcome.baseline, prompt) : promptInWords(prompt.prompt, prompt)),
    plain('Temperature', sampling.temperature === 0 ? '0 (greedy)' : sampling.temperature),
    plain('Top-k', sampling.topK === 0 ? 'all tokens' : sampling.topK),
    plain('Top-p', sampling.topP),
    plain('Repetition penalty', sampling.repetitionPenalty),
    plain('Seed', sampling.seed),
    plain('Longest text', `${sampling.maxNewTokens} tokens`),
    plain('Special tokens', directions.steerSpecialTokens ? 'steered too' : 'left alone'),
    ...entries.flatMap((entry) => directionSettings(entry, entries, made?.model)),
  ];
}

/** What texts that are not written yet go on from. A conversation that was sent is that of a chat model. */
export function promptInWords(
  text: string,
  { view, chat: { sent } }: { readonly view: 'chat' | 'text'; readonly chat: { readonly sent: Conversation | null } },
): string {
  if (view === 'text' || sent === null) return text;
  return sent.messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
}

/** What a text goes on from: as it was read, or by turns where it was the conversation that was sent. */
function promptRead(
  { pieces, promptLength }: { readonly pieces: readonly string[]; readonly promptLength: number },
  prompt: Content['snapshot']['prompt'],
): string {
  const read = pieces.slice(0, promptLength).join('').trim();
  const { view, chat } = prompt;
  // A model that knows no turns has read the plain text, whatever is written in the chat view.
  const turns = view === 'chat' ? (chat.sent?.messages ?? []) : [];
  const wasSent = turns.length > 0 && turns.every(({ content }) => read.includes(content.trim()));
  return wasSent && read !== prompt.prompt.trim() ? promptInWords(read, prompt) : read;
}

function directionSettings(
  entry: DirectionEntry,
  entries: readonly DirectionEntry[],
  stamp: Parameters<typeof fitFor>[1],
): readonly Setting[] {
  const name = entry.name || 'unnamed';
  const does =
    stamp && fitFor(entry, stamp)
      ? entry.enabled
        ? describePlan({ terms: termsOf(entry, entries, stamp), steerSpecialTokens: false })
        : 'Off.'
      : 'Has no vectors for this model.';
  const { texts, method, methodOptions, expression, hook } = entry;
  const how = finders.find((finder) => finder.name === method)?.label ?? method;
  const of = texts ? `, ${texts.positive.length} + ${texts.negative.length} texts` : '';
  return [
    { label: `“${name}”`, words: does, key: does },
    {
      label: `“${name}” is found by`,
      words: expression ?? `${how}${of}`,
      key: JSON.stringify([texts, method, methodOptions, expression, hook]),
    },
  ];
}

/** How a text goes on after its prompt. */
export function textOf(content: Content, row: 'baseline' | 'steered'): string | null {
  return content.outcome && generatedText(content.outcome[row]).trim();
}
