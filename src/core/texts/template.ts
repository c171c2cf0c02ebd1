/**
 * Pairs from one sentence with slots. `{name}` is filled with each value of the slot's list; `{happy|sad}` has its left part on
 * the positive side and its right part on the negative one; and one named slot may have a list for each side. `{{` and `}}`
 * are braces.
 */
export interface Template {
  readonly sentence: string;
  /** Values of the named slots that are the same on both sides. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** The named slot whose values differ, value i of one side against value i of the other; null when there is none. */
  readonly contrast: {
    readonly slot: string;
    readonly positive: readonly string[];
    readonly negative: readonly string[];
  } | null;
}

export type TemplatePart =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'slot'; readonly name: string }
  | { readonly kind: 'sides'; readonly positive: string; readonly negative: string };

export interface ParsedTemplate {
  readonly parts: readonly TemplatePart[];
  /** Each named slot once, in the order of the sentence. */
  readonly slots: readonly string[];
  /** Why it cannot be filled, for people, with the place; null when it can. */
  readonly problem: string | null;
}

export interface ExpandedTemplate {
  readonly positive: readonly string[];
  readonly negative: readonly string[];
  /** How many pairs all values make; more than there are here when they were limited. */
  readonly total: number;
  readonly problem: string | null;
}

/** More combinations than this cannot be counted through exactly. */
const mostCombinations = 2 ** 50;

export function parseTemplate(sentence: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let words = '';
  const failed = (problem: string): ParsedTemplate => ({ parts: [], slots: [], problem });
  const endWords = (): void => {
    if (words !== '') parts.push({ kind: 'words', words });
    words = '';
  };
  for (let at = 0; at < sentence.length; at++) {
    const character = sentence[at]!;
    if ((character === '{' || character === '}') && sentence[at + 1] === character) {
      words += character;
      at++;
    } else if (character === '}') {
      return failed(`The “}” at character ${at + 1} closes nothing. Write “}}” for a brace.`);
    } else if (character === '{') {
      const end = sentence.indexOf('}', at);
      if (end < 0) return failed(`The “{” at character ${at + 1} is not closed. Write “{{” for a brace.`);
      const inside = sentence.slice(at + 1, end);
      const part = slotOf(inside);
      if (typeof part === 'string') return failed(`{${inside}} at character ${at + 1} ${part}`);
      endWords();
      parts.push(part);
      at = end;
    } else words += character;
  }
  endWords();
  const slots = [...new Set(parts.flatMap((part) => (part.kind === 'slot' ? [part.name] : [])))];
  return { parts, slots, problem: null };
}

/** A slot, or what is wrong with it. */
function slotOf(inside: string): TemplatePart | string {
  if (inside.includes('{')) return 'has a brace within. Close a slot before the next begins.';
  const sides = inside.split('|');
  if (sides.length === 2) return { kind: 'sides', positive: sides[0]!, negative: sides[1]! };
  if (sides.length > 2) return 'has more than two sides. Write {positive|negative}.';
  const name = inside.trim();
  return name === '' ? 'has no name. Write {name}, or {positive|negative}.' : { kind: 'slot', name };
}

/**
 * All pairs, the values of the sentence's last slot changing first. Where there are more than `most`, as many are taken from all
 * over, so that every value has its share and none only stands beside the first values of the others.
 */
export function expandTemplate(template: Template, most: number): ExpandedTemplate {
  const { parts, slots, problem } = parseTemplate(template.sentence);
  const failed = (why: string): ExpandedTemplate => ({ positive: [], negative: [], total: 0, problem: why });
  if (problem !== null) return failed(problem);
  const { contrast } = template;
  const differs = parts.some((part) => part.kind === 'sides') || (contrast !== null && slots.includes(contrast.slot));
  if (!differs)
    return failed('Nothing differs between the sides. Write {positive|negative}, or choose the slot that differs.');
  const lists = slots.map((slot) => valuesOf(template, slot));
  for (const [index, list] of lists.entries()) if (typeof list === 'string') return failed(`{${slots[index]}} ${list}`);
  const choices = lists as readonly (readonly SlotValue[])[];
  const total = choices.reduce((product, list) => product * list.length, 1);
  if (total > mostCombinations) return failed('The lists make too many combinations. Shorten some.');
  const positive: string[] = [];
  const negative: string[] = [];
  for (const index of spread(total, most)) {
    const chosen = new Map<string, SlotValue>();
    let rest = index;
    for (let slot = slots.length - 1; slot >= 0; slot--) {
      const list = choices[slot]!;
      chosen.set(slots[slot]!, list[rest % list.length]!);
      rest = Math.floor(rest / list.length);
    }
    positive.push(fill(parts, chosen, 'positive'));
    negative.push(fill(parts, chosen, 'negative'));
  }
  return { positive, negative, total, problem: null };
}

interface SlotValue {
  readonly positive: string;
  readonly negative: string;
}

/** The values of a slot on both sides, or what is wrong with them. */
function valuesOf({ values, contrast }: Template, slot: string): readonly SlotValue[] | string {
  if (contrast?.slot !== slot) {
    const list = values[slot] ?? [];
    return list.length === 0
      ? 'has no values yet. Write one a line.'
      : list.map((it) => ({ positive: it, negative: it }));
  }
  const { positive, negative } = contrast;
  if (positive.length === 0 || negative.length === 0) return 'needs values for both sides. Write one a line.';
  if (positive.length !== negative.length) {
    return `needs as many values on both sides: there are ${positive.length} and ${negative.length}.`;
  }
  return positive.map((it, index) => ({ positive: it, negative: negative[index]! }));
}

function fill(parts: readonly TemplatePart[], chosen: ReadonlyMap<string, SlotValue>, side: keyof SlotValue): string {
  return parts
    .map((part) => {
      if (part.kind === 'words') return part.words;
      return part.kind === 'sides' ? part[side] : chosen.get(part.name)![side];
    })
    .join('');
}

/** 0…total−1, or `most` of them in steps of the golden ratio, ascending. A step that shares no factor with the total meets no number twice. */
function spread(total: number, most: number): readonly number[] {
  if (total <= most) return Array.from({ length: total }, (_, index) => index);
  let step = Math.max(1, Math.round(total * ((Math.sqrt(5) - 1) / 2)));
  while (commonFactor(step, total) !== 1) step++;
  const chosen: number[] = [];
  for (let at = 0; chosen.length < most; at = (at + step) % total) chosen.push(at);
  return chosen.sort((a, b) => a - b);
}

function commonFactor(a: number, b: number): number {
  return b === 0 ? a : commonFactor(b, a % b);
}
