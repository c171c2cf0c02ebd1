/** What the user wants more of, as directions to try and a figure to judge them by. */
import { vectorsByLayer } from '../../core/directions/by-layer.js';
import type { ContrastTexts, FittedDirection } from '../../core/directions/direction.js';
import { sidesRead } from '../../core/directions/sides-read.js';
import { SteerboardError } from '../../core/errors.js';
import { thresholds, type VerdictLimits } from '../../core/measures/index.js';
import type { EffectInput } from '../../core/outcomes/index.js';
import { splitTexts, textsOfWords, waysFor, type AsSet } from '../../core/autopilot/index.js';
import { doesAnything } from '../../core/steering/describe.js';
import type { Plan } from '../../core/steering/plan.js';
import { examplesOf, instructionFor, usualChoice } from '../../core/sweeps/index.js';
import { typedTexts } from '../../core/texts/lines.js';
import { wordsIn } from '../../core/texts/words.js';
import type { LoadedModel, Probe, SweepRequest } from '../../protocol/api.js';
import { lossesBy } from '../presets/losses.js';
import { fitFor, selectedEntry, type DirectionEntry, type Directions } from '../stores/directions.js';
import type { FindSpec, Sought } from '../stores/find.js';
import { spanOn, termsOf } from './plan.js';
import { firstTokens } from './targets.js';

/** What is missing before it can be looked for, for people; null when nothing is. */
export function missingFor(spec: FindSpec, directions: Directions, loaded: LoadedModel | null): string | null {
  if (!loaded) return 'Wait until the model is ready.';
  switch (spec.way) {
    case 'direction': {
      const entry = wishedEntry(spec, directions);
      if (!entry) return 'There is no direction yet. Write one under “New”, or say it by words or texts.';
      const fitted = fitFor(entry, loaded.stamp) !== null;
      return fitted ? null : `“${entry.name || 'unnamed'}” is not fitted on this model. Fit it on its card first.`;
    }
    case 'words':
      return wordsIn(spec.toward).length > 0 ? null : 'Write the words that you want more of.';
    case 'texts': {
      const sides = [spec.positive, spec.negative].map((side) => typedTexts(side).length);
      return Math.min(...sides) >= 2 ? null : 'Write at least two texts on each side, one a line; a dozen is better.';
    }
  }
}

/** The direction that is chosen, or the selected one. */
export function wishedEntry({ directionId }: FindSpec, directions: Directions): DirectionEntry | null {
  return directions.entries.find(({ id }) => id === directionId) ?? selectedEntry(directions);
}

/** Fits a direction by name of a method. */
export type Fits = (method: string, texts: ContrastTexts) => Promise<FittedDirection>;

export interface Wish {
  /** How texts are written is not the wish's. */
  readonly sought: Omit<Sought, 'sampling'>;
  readonly directions: ReadonlyMap<string, FittedDirection>;
  readonly reading: Omit<EffectInput, 'text'>;
  readonly probes: readonly Probe[];
  readonly targets: SweepRequest['targets'];
  readonly instruction: string;
  readonly examples: readonly string[];
  /** The direction that was chosen, applied as it is set on its card; null where none was, or it does nothing. */
  readonly asSet: AsSet | null;
}

/**
 * Fits what is to be tried and what judges it.
 *
 * @param judged by which limits a text is judged, which what it may cost follows; and whether texts are an assistant's answers
 */
export async function wishOf(
  spec: FindSpec,
  board: Directions,
  loaded: LoadedModel,
  fit: Fits,
  { limits = thresholds, chatting = false }: { readonly limits?: VerdictLimits; readonly chatting?: boolean } = {},
): Promise<Wish> {
  const missing = missingFor(spec, board, loaded);
  if (missing !== null) throw new SteerboardError('input-empty', missing);
  const by = { loaded, fit, chatting };
  const { budget, worst } = lossesBy(limits)[spec.loss];
  const about = { budget, worst, model: loaded.stamp.id };
  if (spec.way === 'words') return wishOfWords(spec, about, by);
  if (spec.way === 'texts') {
    const [positive, negative] = [spec.positive, spec.negative].map((side) => typedTexts(side).map(({ text }) => text));
    const kind = positive!.length === negative!.length ? 'pairs' : 'lists';
    const texts: ContrastTexts = { kind, positive: positive!, negative: negative! };
    return wishOfTexts(texts, { ...about, name: spec.name.trim() || 'found', opposite: '', directionId: null }, by);
  }
  const entry = wishedEntry(spec, board)!;
  const { scope } = entry;
  const named = { ...about, scope, name: entry.name || 'unnamed', opposite: entry.opposite, directionId: entry.id };
  const ways = entry.texts ? waysFor(entry.texts) : [];
  const asSet = asSetOn(entry, board, loaded);
  if (entry.texts && ways.length > 0) return { ...(await wishOfTexts(entry.texts, named, by)), asSet };
  return { ...wishOfVectors(fitFor(entry, loaded.stamp)!, entry.method, named, by), asSet };
}

/** What a direction's card does by itself, whether it is switched on or not. */
function asSetOn(entry: DirectionEntry, { entries, steerSpecialTokens }: Directions, { stamp }: LoadedModel) {
  const terms = termsOf({ ...entry, enabled: true }, entries, stamp);
  const plan: Plan = { terms, steerSpecialTokens };
  if (!doesAnything(plan)) return null;
  return { plan, layers: spanOn(entry, stamp.layers), strength: entry.strength };
}

type About = Pick<Sought, 'name' | 'opposite' | 'directionId' | 'scope' | 'budget' | 'worst' | 'model'>;

/** What a wish is worked out with. */
interface By {
  readonly loaded: LoadedModel;
  readonly fit: Fits;
  readonly chatting: boolean;
}

async function wishOfTexts(texts: ContrastTexts, about: About, { loaded, fit, chatting }: By): Promise<Wish> {
  const { finding, judging, apart } = splitTexts(texts);
  const directions = await fitted(waysFor(finding), finding, fit);
  const [first] = directions.values();
  const judge = apart ? await fit('mean-difference', judging) : first!;
  // The layer is one that tells the texts apart which the judge was not made of.
  const { layer } = usualChoice(first!, null, about);
  const at = judge.layers.find((it) => it.layer === layer) ?? judge.layers.at(-1)!;
  return {
    sought: {
      ...about,
      fixed: false,
      finding,
      judging,
      apart,
      choice: { effect: 'score', layer: at.layer, words: [], away: [] },
    },
    directions,
    ...readBy(judge, loaded, { effect: 'score', layer: at.layer, words: [], away: [] }, sidesRead(judge, at)),
    targets: null,
    instruction: instructionFor({ ...about, texts: finding }, chatting),
    // None of the judge's own texts: a prompt that repeats them would be judged by them.
    examples: examplesOf(finding),
    asSet: null,
  };
}

async function wishOfWords(
  { toward: typed, away: typedAway }: FindSpec,
  about: Pick<About, 'budget' | 'worst' | 'model'>,
  { loaded, fit, chatting }: By,
): Promise<Wish> {
  const [words, away] = [wordsIn(typed), wordsIn(typedAway)];
  const texts = textsOfWords(words, away);
  const directions = await fitted(waysFor(texts), texts, fit);
  const [toward, from] = await Promise.all([firstTokens(words), firstTokens(away)]);
  const choice = { effect: 'log-odds', layer: 0, words, away } as const;
  const [first] = directions.values();
  return {
    sought: {
      ...about,
      name: words.slice(0, 2).join(', '),
      opposite: away.slice(0, 2).join(', '),
      directionId: null,
      fixed: false,
      finding: texts,
      judging: null,
      apart: true,
      choice,
    },
    directions,
    ...readBy(first!, loaded, choice, null),
    // A token cannot be on both sides.
    targets: { toward, away: from.filter((id) => !toward.includes(id)) },
    instruction: `${chatting ? 'Give answers' : 'Write a text'} with the ${words.length === 1 ? 'word' : 'words'} ${words.join(', ')}.`,
    examples: texts.positive.slice(0, 6),
    asSet: null,
  };
}

/** A direction without texts is taken as it is: only where and how strongly is looked for. */
function wishOfVectors(
  direction: FittedDirection,
  method: string,
  about: About,
  { loaded, chatting }: Omit<By, 'fit'>,
): Wish {
  const last = direction.layers.at(-1)!;
  const choice = { effect: 'alignment', layer: last.layer, words: [], away: [] } as const;
  return {
    sought: { ...about, fixed: true, finding: null, judging: null, apart: false, choice },
    directions: new Map([[method, direction]]),
    ...readBy(direction, loaded, choice, null),
    targets: null,
    instruction: instructionFor({ ...about, texts: null }, chatting),
    examples: [],
    asSet: null,
  };
}

async function fitted(ways: readonly string[], texts: ContrastTexts, fit: Fits) {
  const directions = new Map<string, FittedDirection>();
  for (const way of ways) directions.set(way, await fit(way, texts));
  return directions;
}

function readBy(
  direction: FittedDirection,
  { shape }: LoadedModel,
  choice: EffectInput['choice'],
  means: EffectInput['means'],
): Pick<Wish, 'reading' | 'probes'> {
  return {
    reading: { choice, probe: 0, probes: 1, layers: shape.layers, means },
    probes: [{ id: 'judge', vectors: vectorsByLayer(direction, shape.layers) }],
  };
}
