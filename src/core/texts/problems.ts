import { isPaired, type ContrastKind } from '../directions/direction.js';
import { typedTexts, type TypedText } from './lines.js';

export type SideName = 'positive' | 'negative';

/** Something odd about the texts as they were typed. None of it is put right without the user. */
export interface TextProblem {
  readonly kind: 'empty' | 'duplicate' | 'contradiction';
  readonly side: SideName;
  /** Counted from 1, as typed. */
  readonly line: number;
  /** For people. */
  readonly message: string;
}

/**
 * What is odd, in the order of the lines: blank lines between texts, texts that stand there twice, and texts that are on both
 * sides, which therefore say nothing of the difference.
 */
export function textProblems(kind: ContrastKind, positive: string, negative: string): readonly TextProblem[] {
  if (kind === 'prompts') return samePrompt(positive, negative);
  const sides = { positive: typedTexts(positive), negative: typedTexts(negative) };
  const problems = [
    ...emptyLines('positive', positive, sides.positive),
    ...emptyLines('negative', negative, sides.negative),
    ...(isPaired(kind) ? pairProblems(sides.positive, sides.negative) : listProblems(sides.positive, sides.negative)),
  ];
  return problems.sort((a, b) => a.line - b.line);
}

function samePrompt(positive: string, negative: string): readonly TextProblem[] {
  if (positive.trim() === '' || positive.trim() !== negative.trim()) return [];
  return [{ kind: 'contradiction', side: 'positive', line: 1, message: 'Both prompts are the same.' }];
}

function emptyLines(side: SideName, typed: string, texts: readonly TypedText[]): readonly TextProblem[] {
  const last = texts.at(-1)?.line ?? 0;
  const full = new Set(texts.map(({ line }) => line));
  return typed
    .split('\n')
    .slice(0, last)
    .flatMap((_, index) => {
      const line = index + 1;
      if (full.has(line)) return [];
      return [
        { kind: 'empty', side, line, message: `Line ${line} of the ${side} side is empty and left out.` } as const,
      ];
    });
}

function pairProblems(positive: readonly TypedText[], negative: readonly TypedText[]): readonly TextProblem[] {
  const seen = new Map<string, number>();
  const problems: TextProblem[] = [];
  for (let pair = 0; pair < Math.min(positive.length, negative.length); pair++) {
    const { line, text } = positive[pair]!;
    const other = negative[pair]!;
    if (text.trim() === other.text.trim()) {
      const message = `Line ${line} is the same on both sides, so it says nothing of the difference.`;
      problems.push({ kind: 'contradiction', side: 'positive', line, message });
    }
    const key = JSON.stringify([text.trim(), other.text.trim()]);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, line);
    else
      problems.push({
        kind: 'duplicate',
        side: 'positive',
        line,
        message: `Line ${line} repeats the pair of line ${first}.`,
      });
  }
  return problems;
}

function listProblems(positive: readonly TypedText[], negative: readonly TypedText[]): readonly TextProblem[] {
  const onPositive = firstLines(positive);
  const contradictions = negative.flatMap(({ line, text }) => {
    const other = onPositive.get(text.trim());
    if (other === undefined) return [];
    const message = `Line ${line} of the negative side is also line ${other} of the positive side, so it says nothing of the difference.`;
    return [{ kind: 'contradiction', side: 'negative', line, message } as const];
  });
  return [...repeats('positive', positive), ...repeats('negative', negative), ...contradictions];
}

function repeats(side: SideName, texts: readonly TypedText[]): readonly TextProblem[] {
  const first = firstLines(texts);
  return texts.flatMap(({ line, text }) => {
    const before = first.get(text.trim())!;
    if (before === line) return [];
    return [
      { kind: 'duplicate', side, line, message: `Line ${line} of the ${side} side repeats line ${before}.` } as const,
    ];
  });
}

function firstLines(texts: readonly TypedText[]): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const { line, text } of texts) if (!lines.has(text.trim())) lines.set(text.trim(), line);
  return lines;
}
