import type { Span } from '../chat/render.js';
import type { Scope, TokenRange } from './plan.js';
import { curveAt } from './curve.js';

/** A token's place as a plan's scopes count it, from 0. */
export type TokenPlace =
  | { readonly phase: 'prompt'; readonly index: number; readonly promptLength: number }
  /** `index` counts within the assistant's turn. */
  | { readonly phase: 'generated'; readonly index: number };

/**
 * The places of a text's tokens. The assistant's earlier words are generated tokens, counted within their own turn: so an
 * earlier reply is read as it was written. The prompt's other tokens are counted from its first, whoever's words come between.
 *
 * @param length tokens in all
 * @param spoken the assistant's earlier words, ascending and within the prompt
 */
export function placesOf(length: number, promptLength: number, spoken: readonly Span[]): readonly TokenPlace[] {
  const places = Array.from({ length }, (_, index): TokenPlace =>
    index < promptLength ? { phase: 'prompt', index, promptLength } : generated(index - promptLength),
  );
  for (const { start, end } of spoken) {
    for (let at = start; at < Math.min(end, length); at++) places[at] = generated(at - start);
  }
  return places;
}

/** The first places of a reply. */
export function replyPlaces(count: number): readonly TokenPlace[] {
  return Array.from({ length: count }, (_, index) => generated(index));
}

function generated(index: number): TokenPlace {
  return { phase: 'generated', index };
}

/** What a term's strength is multiplied by at a token; 0 where it does not act at all. */
export function factorAt(scope: Scope, place: TokenPlace): number {
  if (place.phase === 'prompt') {
    return scope.prompt && isWithin(scope.promptRange, place.index, place.promptLength) ? 1 : 0;
  }
  if (!scope.generated || !isWithin(scope.generatedRange, place.index, Infinity)) return 0;
  return curveAt(scope.curve ?? [], place.index);
}

/** Whether there can be a token that the scope lets a term act at. */
export function reachesTokens({ prompt, generated, promptRange, generatedRange, curve = [] }: Scope): boolean {
  const isFlatZero = curve.length > 0 && curve.every(({ factor }) => factor === 0);
  return (prompt && !isEmpty(promptRange)) || (generated && !isEmpty(generatedRange) && !isFlatZero);
}

/** @param length of the part of the text that the index counts in */
function isWithin(range: TokenRange | undefined, index: number, length: number): boolean {
  switch (range?.kind) {
    case undefined:
      return true;
    case 'first':
      return index < range.count;
    case 'last':
      return index >= length - range.count;
    case 'window':
      return index >= range.from && index < range.to;
  }
}

function isEmpty(range: TokenRange | undefined): boolean {
  if (!range) return false;
  return range.kind === 'window' ? range.to <= range.from : range.count <= 0;
}
