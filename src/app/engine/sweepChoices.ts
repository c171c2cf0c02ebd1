/** What the settings of a sweep say: which directions, strengths, layers, prompts, and which effect. */
import { smallWeights } from '../../core/model.js';
import type { Prompt } from '../../core/chat/prompt.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { sidesRead } from '../../core/directions/sides-read.js';
import type { EffectChoice } from '../../core/outcomes/index.js';
import { operatorNamed } from '../../core/steering/index.js';
import type { OperatorName } from '../../core/steering/plan.js';
import { evenStrengths, spansIn, spreadLayers, strengthsIn, usualChoice, type Span } from '../../core/sweeps/index.js';
import { sideOf, typedTexts } from '../../core/texts/lines.js';
import { wordsIn } from '../../core/texts/words.js';
import type { LoadedModel } from '../../protocol/api.js';
import { sweepPrompts } from '../presets/sweepPrompts.js';
import { fitEntryFor, selectedEntry, type DirectionEntry, type Directions, type Fit } from '../stores/directions.js';
import { askedPrompt, isChatting, type PromptState } from '../stores/prompt.js';
import type { SweepSpec } from '../stores/sweep.js';

/** What a sweep is planned from. */
export interface SweepParts {
  readonly spec: SweepSpec;
  readonly directions: Directions;
  readonly prompt: PromptState;
  readonly loaded: LoadedModel;
  readonly epoch: number;
  /** Of a model from a folder, as the session has it. */
  readonly folderFiles: string | null;
}

/** What keeps a sweep from being planned; its message says what to do. */
export class Missing extends Error {}

/** Layers that are tried when none are chosen. */
const usualLayers = 8;
/** Neutral prompts beside the page's own that are taken of a model that is not small. */
const fewPrompts = 3;
/** In mean residual norms: what lies beyond mostly breaks the text. */
const usualReach = 1;

/** The directions that are swept, all with strengths in the same unit. */
export function chosenEntries({
  spec,
  directions,
  loaded,
}: SweepParts): readonly { entry: DirectionEntry; fit: Fit }[] {
  const named = directions.entries.filter(({ id }) => spec.directionIds.includes(id));
  const selected = selectedEntry(directions);
  const entries = named.length > 0 ? named : selected ? [selected] : [];
  const first = entries[0];
  if (!first) throw new Missing('Select a direction to sweep, or write one under “New”.');
  return entries.map((entry) => {
    const fit = fitEntryFor(entry, loaded.stamp);
    const name = entry.name || 'unnamed';
    if (!fit) throw new Missing(`“${name}” is not fitted on ${loaded.stamp.id} yet. Fit it on its card.`);
    if (unitOf(entry) !== unitOf(first)) {
      throw new Missing(
        `“${first.name || 'unnamed'}” and “${name}” count strength in other units. Sweep one at a time.`,
      );
    }
    return { entry, fit };
  });
}

function unitOf({ operator }: DirectionEntry): string | null {
  return operatorNamed(operator).strength?.unit ?? null;
}

/** In the operator's unit. An operator without a strength is tried as it is. */
export function strengthsOf(spec: SweepSpec, operator: OperatorName): readonly number[] {
  const { from, to } = strengthRange(spec, operator);
  if (!operatorNamed(operator).strength) return [1];
  if (spec.strengthKind === 'even') return evenStrengths(from, to, spec.count);
  const { values, problem } = strengthsIn(spec.strengths);
  if (problem !== null) throw new Missing(problem);
  return values;
}

/** The ends of the even strengths: those that are set, or what suits the operator. */
export function strengthRange(
  { from, to }: Pick<SweepSpec, 'from' | 'to'>,
  operator: OperatorName,
): { readonly from: number; readonly to: number } {
  const scale = operatorNamed(operator).strength;
  const usual = scale?.unit === 'norms' ? [-usualReach, usualReach] : [scale?.min ?? 0, scale?.max ?? 1];
  return { from: from ?? usual[0]!, to: to ?? usual[1]! };
}

/** Those that are set, each with a vector of at least one direction; by themselves those that suit the first. */
export function spansOf(
  { layers: typed }: SweepSpec,
  directions: readonly FittedDirection[],
  layers: number,
): readonly Span[] {
  if (typed === null) return usualSpans(directions[0]!);
  const { values, problem } = spansIn(typed, layers);
  if (problem !== null) throw new Missing(problem);
  const there = new Set(directions.flatMap((direction) => direction.layers.map(({ layer }) => layer)));
  const without = values.find(([from, to]) => ![...there].some((layer) => layer >= from && layer <= to));
  const which = directions.length === 1 ? 'The direction' : 'No direction';
  if (without) {
    throw new Missing(
      `${which} has ${directions.length === 1 ? 'no' : 'a'} vector at layer ${without[0]}. Choose other layers.`,
    );
  }
  return values;
}

/** A few layers that are spread over those where the direction has a vector. */
export function usualSpans({ layers }: FittedDirection): readonly Span[] {
  return spreadLayers(
    layers.map(({ layer }) => layer),
    usualLayers,
  );
}

/** What counts as more of it, for one direction. */
export function choiceFor(spec: SweepSpec, entry: DirectionEntry, direction: FittedDirection): EffectChoice {
  // Whatever layers are swept, so that more of them can be tried beside those that were.
  const usual = usualChoice(direction, null, entry);
  const effect = spec.effect ?? usual.effect;
  const layer = Math.min(spec.effectLayer ?? usual.layer, direction.model.layers - 1);
  const [typed, typedAway] = [wordsIn(spec.words), wordsIn(spec.away)];
  const words = typed.length > 0 ? typed : usual.words;
  const away = typed.length > 0 || typedAway.length > 0 ? typedAway : usual.away;
  const name = entry.name || 'unnamed';
  const at = direction.layers.find((it) => it.layer === layer);
  if (effect === 'score' && !sidesRead(direction, at)) {
    throw new Missing(
      at?.means
        ? `“${name}” was found at ${direction.hook} and texts are read at resid_post, so it has no score. Choose another effect.`
        : `“${name}” has no two sides at layer ${layer}, so it has no score. Choose another effect.`,
    );
  }
  if (effect === 'alignment' && !at) {
    throw new Missing(`“${name}” has no vector at layer ${layer}. Choose another layer to read the texts at.`);
  }
  if ((effect === 'words' || effect === 'log-odds') && words.length === 0) {
    throw new Missing('No word is written that is wanted. Write a few, with commas between them.');
  }
  if (effect === 'log-odds' && spec.directionIds.length > 1 && typed.length === 0) {
    throw new Missing('Several directions need the same words. Write them, or sweep one direction at a time.');
  }
  return { effect, layer, words, away };
}

/**
 * The neutral prompts of a model, one a line, to begin with: so many that intervals tell something where texts are cheap, and few
 * where they are not.
 */
export function usualPrompts(loaded: LoadedModel, chatting: boolean): readonly string[] {
  const all = neutralPrompts(loaded, chatting);
  return loaded.report.bytes <= smallWeights ? all : all.slice(0, fewPrompts);
}

function neutralPrompts({ stamp }: LoadedModel, chatting: boolean): readonly string[] {
  return sweepPrompts[chatting ? 'chat' : stamp.id === 'tales' ? 'stories' : 'texts'];
}

/**
 * The prompts that are set with as many neutral ones behind them as it takes, one a line.
 *
 * @param count prompts in all, with the page's own
 * @returns null where there are not so many
 */
export function withMorePrompts(count: number, { spec, prompt, loaded }: SweepParts): string | null {
  const typed = typedPrompts(spec, prompt, loaded);
  const others = neutralPrompts(loaded, isChatting(prompt, loaded.chat)).filter((text) => !typed.includes(text));
  const lacking = count - promptsOf(spec, prompt, loaded).length;
  return lacking <= 0 || lacking > others.length ? null : sideOf([...typed, ...others.slice(0, lacking)]);
}

function typedPrompts(spec: SweepSpec, state: PromptState, loaded: LoadedModel): readonly string[] {
  if (spec.prompts === null) return usualPrompts(loaded, isChatting(state, loaded.chat));
  return typedTexts(spec.prompts).map(({ text }) => text);
}

export function promptsOf(spec: SweepSpec, state: PromptState, loaded: LoadedModel): readonly Prompt[] {
  const chatting = isChatting(state, loaded.chat);
  const own = spec.ownPrompt ? askedPrompt(state, loaded.chat) : null;
  const typed = typedPrompts(spec, state, loaded);
  const others = promptsFrom(typed, state, chatting);
  const all = own === null ? others : [own, ...others];
  const names = all.map((prompt) => JSON.stringify(prompt));
  return all.filter((_, index) => names.indexOf(names[index]!) === index);
}

/** Texts to be continued, or messages to be answered under the page's system prompt. */
export function promptsFrom(texts: readonly string[], { chat }: PromptState, chatting: boolean): readonly Prompt[] {
  if (!chatting) return texts;
  const system = chat.system.trim() === '' ? [] : [{ role: 'system', content: chat.system.trim() } as const];
  return texts.map((content) => ({ messages: [...system, { role: 'user', content }] }));
}
