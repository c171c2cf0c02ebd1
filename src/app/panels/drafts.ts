import { isChatKind, personaPrompt } from '../../core/chat/contrast.js';
import { isPaired, type ContrastKind, type ContrastTexts } from '../../core/directions/direction.js';
import {
  defaultsOf,
  finders,
  fitsOption,
  readsTexts,
  type Finder,
  type FinderOptions,
} from '../../core/directions/index.js';
import { sideOf, typedTexts, type TypedText } from '../../core/texts/lines.js';
import type { SideName } from '../../core/texts/problems.js';
import type { Template } from '../../core/texts/template.js';
import type { DirectionEntry } from '../stores/directions.js';
import { emptyDraft, type Draft, type TemplateDraft } from '../stores/editor.js';

/** The kinds in words that follow "works with". */
export const kindWords: Readonly<Record<ContrastKind, string>> = {
  pairs: 'pairs',
  lists: 'two lists',
  prompts: 'two prompts',
  systems: 'system prompts',
  personas: 'personas',
};

/** The part of a draft that says its texts. */
export type DraftTexts = Pick<Draft, 'kind' | 'positive' | 'negative' | 'questions' | 'read'>;

/** One text a line, except that a pair of single prompts may have lines of its own. */
export function textsOf(draft: DraftTexts): ContrastTexts {
  const texts = (side: SideName): readonly string[] => typedSide(draft, side).map(({ text }) => text);
  return {
    kind: draft.kind,
    positive: texts('positive'),
    negative: texts('negative'),
    ...(isChatKind(draft.kind) && { questions: typedTexts(draft.questions).map(({ text }) => text) }),
    ...(draft.read.kind !== 'last' && { read: draft.read }),
  };
}

/** A side's texts with the lines that they were typed in. */
export function typedSide(draft: DraftTexts, side: SideName): readonly TypedText[] {
  if (draft.kind !== 'prompts') return typedTexts(draft[side]);
  return draft[side].trim() === '' ? [] : [{ line: 1, text: draft[side] }];
}

/** Personas become the system prompts that they stand for, so that the sentence can be changed. */
export function withKind(draft: Draft, kind: ContrastKind): Partial<Draft> {
  if (draft.kind !== 'personas' || kind !== 'systems') return { kind };
  const sentences = (side: SideName): string => sideOf(typedTexts(draft[side]).map(({ text }) => personaPrompt(text)));
  return { kind, positive: sentences('positive'), negative: sentences('negative') };
}

export function draftOf(entry: DirectionEntry): Draft {
  const { id, name, opposite, method, methodOptions, hook, texts } = entry;
  const about = { ...emptyDraft, directionId: id, name, opposite, method, methodOptions, hook };
  if (!texts) return about;
  const typed = (side: readonly string[]): string => (texts.kind === 'prompts' ? side.join('\n') : sideOf(side));
  return {
    ...about,
    kind: texts.kind,
    positive: typed(texts.positive),
    negative: typed(texts.negative),
    questions: sideOf(texts.questions ?? []),
    read: texts.read ?? emptyDraft.read,
  };
}

export function finderOf(method: string): Finder | null {
  return finders.find((finder) => finder.name === method) ?? null;
}

/** The method's options alone: what was chosen, and the default where that does not fit the option. */
export function optionsOf(finder: Finder, chosen: FinderOptions): FinderOptions {
  const fitting = finder.options.flatMap((option) => {
    const value = chosen[option.name];
    return value !== undefined && fitsOption(option, value) ? [[option.name, value] as const] : [];
  });
  return { ...defaultsOf(finder), ...Object.fromEntries(fitting) };
}

/** Why a draft cannot be fitted yet, or null. */
export function draftProblem(draft: Draft): string | null {
  const finder = finderOf(draft.method);
  if (!finder || finder.needs === 'drawing') return 'This direction was made by hand. Choose a method to find it anew.';
  const options = optionsOf(finder, draft.methodOptions);
  const blank = finder.options.find(({ name }) => options[name] === '');
  if (blank?.kind === 'dictionary') return 'No dictionary is chosen. Choose one, or import one.';
  if (blank) return `“${blank.label}” is empty. Fill it in.`;
  return readsTexts(finder) ? (methodProblem(finder, draft.kind) ?? textsProblem(draft)) : null;
}

/** Why a method cannot work with texts of a kind, or null. */
export function methodProblem(finder: Finder, kind: ContrastKind): string | null {
  if (!readsTexts(finder) || finder.takes.includes(kind)) return null;
  const known = new Intl.ListFormat('en').format(finder.takes.map((taken) => kindWords[taken]));
  return `“${finder.label}” works with ${known}, not with ${kindWords[kind]}. Choose another kind of texts or another method.`;
}

function textsProblem(draft: Draft): string | null {
  const { kind, positive, negative, questions } = textsOf(draft);
  if (positive.length === 0 || negative.length === 0) return 'Both sides need at least one text.';
  if (isChatKind(kind) && questions?.length === 0) return 'Write at least one question.';
  if (isPaired(kind) && positive.length !== negative.length) {
    return `Pairs need as many texts on both sides: there are ${positive.length} and ${negative.length}.`;
  }
  if (draft.read.kind === 'after' && draft.read.marker === '')
    return 'Write the marker after which the texts are read.';
  return null;
}

/** A template to begin with, which shows what slots are. */
export const exampleTemplate: TemplateDraft = {
  sentence: '{name} {was} very {happy|sad}',
  values: { name: 'Lily\nTom\nThe little dog\nHer mom', was: 'was\nfelt\nlooked' },
  contrast: '',
  positive: '',
  negative: '',
};

export function templateOf(draft: TemplateDraft): Template {
  const list = (typed: string): readonly string[] => typedTexts(typed).map(({ text }) => text);
  return {
    sentence: draft.sentence,
    values: Object.fromEntries(Object.entries(draft.values).map(([slot, typed]) => [slot, list(typed)])),
    contrast:
      draft.contrast === ''
        ? null
        : { slot: draft.contrast, positive: list(draft.positive), negative: list(draft.negative) },
  };
}

/** What a text adds to a side. Kinds whose lines are no plain texts begin anew, as two lists. */
export function withText(draft: Draft, side: SideName, text: string): Partial<Draft> {
  const plain = draft.kind === 'pairs' || draft.kind === 'lists';
  const from = plain ? draft : { ...emptyDraft, kind: 'lists' as const };
  const typed = from[side].replace(/\n+$/, '');
  return { ...(!plain && from), [side]: typed === '' ? sideOf([text]) : `${typed}\n${sideOf([text])}` };
}
