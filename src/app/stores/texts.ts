import { create } from 'zustand';
import type { ConditionOutcome } from '../../core/steering/condition.js';
import type { Comparison, EndReason, GenerateEvent, Readout } from '../../protocol/api.js';
import type { RowName } from '../rows.js';

export interface Token {
  readonly id: number;
  readonly piece: string;
  readonly special: boolean;
  /** Nats; null for the prompt's tokens. */
  readonly logProbability: number | null;
  readonly readout: Readout | null;
}

export interface TextState {
  /** Says what the text was made from: texts with the same key are the same. Null before the first. */
  readonly key: string | null;
  readonly tokens: readonly Token[];
  readonly promptLength: number;
  /** What was done so that the model's template takes the conversation; null when nothing. */
  readonly note: string | null;
  /** Tokens from here on are left over from the text before, until they are written over. */
  readonly fresh: number;
  /** What the readouts' projections were read along, in their order. */
  readonly probes: readonly string[];
  /** Set when the text is complete: the worker's name for it. */
  readonly textId: string | null;
  readonly reason: EndReason | 'stopped' | null;
  /** With and without the plan `comparisonKey` names. */
  readonly comparison: Comparison | null;
  readonly comparisonKey: string | null;
  /** What the plan's conditions found on the prompt, by the id of the direction that they are of. */
  readonly conditions: Readonly<Record<string, ConditionOutcome>>;
}

export interface Texts {
  readonly baseline: TextState;
  readonly steered: TextState;
  readonly writing: boolean;
  /** Whether any steered text was complete once: what is not needed for it may load now. */
  readonly firstTextShown: boolean;
}

export const emptyText: TextState = {
  key: null,
  tokens: [],
  promptLength: 0,
  note: null,
  fresh: 0,
  probes: [],
  textId: null,
  reason: null,
  comparison: null,
  comparisonKey: null,
  conditions: {},
};

export const useTexts = create<Texts>()(() => ({
  baseline: emptyText,
  steered: emptyText,
  writing: false,
  firstTextShown: false,
}));

/** What a row's events are about. */
export interface Expected {
  readonly key: string;
  readonly probes: readonly string[];
  /** Ids of the directions whose terms have a condition, in the plan's order; absent: none has. */
  readonly conditions?: readonly string[];
}

/**
 * The text after one event. A text that is written again from the same prompt keeps its old tokens, marked as left over,
 * so that it is rewritten in place instead of vanishing and growing anew.
 */
export function afterEvent(text: TextState, event: GenerateEvent, expected: Expected): TextState {
  switch (event.type) {
    case 'prompt':
      return afterPrompt(text, event, expected);
    case 'token': {
      const old = text.tokens[event.position];
      const token: Token = {
        id: event.id,
        piece: event.piece,
        special: event.special,
        logProbability: event.logProbability,
        // The same token as before keeps its tint until the new readout is there.
        readout: old?.id === event.id ? old.readout : null,
      };
      const tokens = text.tokens.slice();
      tokens[event.position] = token;
      return { ...text, tokens, fresh: Math.max(text.fresh, event.position + 1) };
    }
    case 'readout': {
      const token = text.tokens[event.position];
      if (!token) return text;
      const tokens = text.tokens.slice();
      tokens[event.position] = { ...token, readout: event.readout };
      return { ...text, tokens };
    }
    case 'end':
      return { ...text, tokens: text.tokens.slice(0, text.fresh), textId: event.textId, reason: event.reason };
  }
}

function afterPrompt(
  text: TextState,
  event: Extract<GenerateEvent, { type: 'prompt' }>,
  expected: Expected,
): TextState {
  const promptTokens = event.text.ids.map<Token>((id, position) => ({
    id,
    piece: event.text.pieces[position] ?? '',
    special: event.text.special[position] ?? false,
    logProbability: null,
    readout: event.readouts[position] ?? null,
  }));
  const samePrompt =
    text.promptLength === promptTokens.length &&
    promptTokens.every((token, position) => text.tokens[position]?.id === token.id);
  const sameProbes = text.probes.join() === expected.probes.join();
  const sameText = text.key === expected.key && samePrompt;
  const rest = samePrompt ? text.tokens.slice(text.promptLength) : [];
  return {
    key: expected.key,
    tokens: [...promptTokens, ...(sameProbes ? rest : rest.map((token) => ({ ...token, readout: null })))],
    promptLength: promptTokens.length,
    note: event.text.note ?? null,
    // The very same text, interrupted: what it had is right and need not look left over.
    fresh: sameText ? Math.max(text.fresh, promptTokens.length) : promptTokens.length,
    probes: expected.probes,
    textId: null,
    reason: null,
    comparison: sameText ? text.comparison : null,
    comparisonKey: sameText ? text.comparisonKey : null,
    conditions: Object.fromEntries(
      (event.conditions ?? []).flatMap((outcome, index) => {
        const id = expected.conditions?.[index];
        return id === undefined ? [] : [[id, outcome]];
      }),
    ),
  };
}

/** Takes in a frame's worth of events at once. */
export function takeEvents(events: readonly GenerateEvent[], expected: Readonly<Record<string, Expected>>): void {
  const { baseline, steered, firstTextShown } = useTexts.getState();
  const next = { baseline, steered };
  let ended = firstTextShown;
  for (const event of events) {
    const about = expected[event.row];
    if (!about || (event.row !== 'baseline' && event.row !== 'steered')) continue;
    next[event.row] = afterEvent(next[event.row], event, about);
    if (event.type === 'end' && event.row === 'steered') ended = true;
  }
  useTexts.setState({ ...next, firstTextShown: ended });
}

/** Cuts off what is left over of an older text, after the user stopped. */
export function settleTexts(): void {
  const { baseline, steered } = useTexts.getState();
  const settle = (text: TextState): TextState =>
    text.textId || text.tokens.length === 0
      ? text
      : { ...text, tokens: text.tokens.slice(0, text.fresh), reason: 'stopped' };
  useTexts.setState({ baseline: settle(baseline), steered: settle(steered), writing: false });
}

/** The texts are another model's: they are shown until they are written over, and nothing is measured on them. */
export function outdateTexts(): void {
  const outdated = (text: TextState): TextState => ({ ...text, key: null, textId: null, fresh: 0 });
  useTexts.setState(({ baseline, steered }) => ({ baseline: outdated(baseline), steered: outdated(steered) }));
}

/** When there is nothing to write: a conversation that begins anew. */
export function clearTexts(): void {
  useTexts.setState({ baseline: emptyText, steered: emptyText, writing: false });
}

/** What was generated, special tokens left out. */
export function replyOf({ tokens, promptLength, fresh }: TextState): string {
  return tokens
    .slice(promptLength, fresh)
    .filter((token) => !token.special)
    .map((token) => token.piece)
    .join('')
    .trim();
}

export function setComparison(row: RowName, textId: string, comparison: Comparison, comparisonKey: string): void {
  useTexts.setState((state) =>
    state[row].textId === textId ? { [row]: { ...state[row], comparison, comparisonKey } } : {},
  );
}

/** Replaces what was read at a complete text, along other probes. */
export function setReadouts(
  row: RowName,
  textId: string,
  probes: readonly string[],
  readouts: readonly Readout[],
): void {
  useTexts.setState((state) => {
    const text = state[row];
    if (text.textId !== textId) return {};
    const tokens = text.tokens.map((token, position) => ({ ...token, readout: readouts[position] ?? null }));
    return { [row]: { ...text, tokens, probes } };
  });
}

/** Cosine of the residual at a token with a probe at a layer; NaN when it was not read. */
export function alignmentAt(token: Token | undefined, probe: number, layer: number): number {
  const readout = token?.readout;
  if (!readout || probe < 0) return NaN;
  const projection = readout.projections[probe * readout.norms.length + layer] ?? NaN;
  return projection / (readout.norms[layer] ?? NaN);
}

export function projectionAt(token: Token | undefined, probe: number, layer: number): number {
  const readout = token?.readout;
  if (!readout || probe < 0) return NaN;
  return readout.projections[probe * readout.norms.length + layer] ?? NaN;
}
