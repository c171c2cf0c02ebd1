import { isPaired, type ContrastTexts } from './direction.js';

/** Notes of one kind that are written out; the rest are counted. */
const mostNotes = 3;

/**
 * What a person would want to know of contrast texts that can be fitted all the same: texts that stand twice and so count
 * twice, texts that stand on both sides and so pull both ways, too few texts to hold any out. Lines count from 1.
 */
export function notesOn(texts: ContrastTexts): readonly string[] {
  const { kind, positive, negative } = texts;
  if (kind === 'prompts') return [];
  const repeated = isPaired(kind)
    ? repeats(positive.map((text, i) => `${text.trim()}\n${negative[i]?.trim()}`)).map(
        ({ at, first }) => `Pair ${at} is the same as pair ${first}, so it counts twice.`,
      )
    : [...repeatsOn('positive', positive), ...repeatsOn('negative', negative)];
  const fewest = Math.min(positive.length, negative.length) * (texts.questions?.length ?? 1);
  return [
    ...atMost(contradictions(texts)),
    ...atMost(repeated),
    ...(fewest === 1 ? ['With one text on a side none can be held out, so how well it separates is not known.'] : []),
  ];
}

/** Texts that are on both sides: in pairs, those of the same pair say nothing, others contradict each other. */
function contradictions({ kind, positive, negative }: ContrastTexts): readonly string[] {
  const lines = new Map(negative.toReversed().map((text, i) => [text.trim(), negative.length - i]));
  return positive.flatMap((text, i) => {
    if (isPaired(kind) && text.trim() === negative[i]?.trim()) {
      return [`Pair ${i + 1} has the same text on both sides, so it says nothing: “${shortened(text)}”.`];
    }
    const line = lines.get(text.trim());
    if (line === undefined) return [];
    return [`Line ${i + 1} of the positive texts is also line ${line} of the negative ones: “${shortened(text)}”.`];
  });
}

function repeatsOn(side: string, texts: readonly string[]): readonly string[] {
  return repeats(texts.map((text) => text.trim())).map(
    ({ at, first }) => `Line ${at} of the ${side} texts is the same as line ${first}, so it counts twice.`,
  );
}

/** Which are the same as an earlier one; both from 1. */
function repeats(texts: readonly string[]): readonly { readonly at: number; readonly first: number }[] {
  const seen = new Map<string, number>();
  return texts.flatMap((text, index) => {
    const first = seen.get(text);
    if (first === undefined) seen.set(text, index + 1);
    return first === undefined ? [] : [{ at: index + 1, first }];
  });
}

function atMost(notes: readonly string[]): readonly string[] {
  if (notes.length <= mostNotes) return notes;
  return [...notes.slice(0, mostNotes), `And ${notes.length - mostNotes} more like the last one.`];
}

function shortened(text: string): string {
  const letters = [...text.trim()];
  return letters.length <= 40 ? letters.join('') : `${letters.slice(0, 39).join('')}…`;
}
