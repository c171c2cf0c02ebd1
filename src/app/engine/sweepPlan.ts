/** What a sweep would go through, as it is set: settings, prompts, what is read, and what its results depend on. */
import type { Prompt } from '../../core/chat/prompt.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import type { EffectChoice, EffectInput } from '../../core/outcomes/index.js';
import { operatorNamed } from '../../core/steering/index.js';
import { emptyPlan, type OperatorName, type Plan } from '../../core/steering/plan.js';
import {
  asExamples,
  asInstruction,
  baselineSetting,
  cellId,
  cellsOf,
  evenStrengths,
  examplesOf,
  instructionFor,
  promptSetting,
  randomLike,
  settingsOf,
  spansIn,
  spreadLayers,
  steeredSetting,
  strengthsIn,
  usualChoice,
  type Means,
  type Setting,
  type SettingCell,
  type Span,
} from '../../core/sweeps/index.js';
import { typedTexts } from '../../core/texts/lines.js';
import type { LoadedModel, Probe } from '../../protocol/api.js';
import { sweepPrompts } from '../presets/sweepPrompts.js';
import { fitEntryFor, selectedEntry, type DirectionEntry, type Directions, type Fit } from '../stores/directions.js';
import { askedPrompt, isChatting, type PromptState } from '../stores/prompt.js';
import type { ContextPart, SweepSpec, SweptDirection, SweptSetting } from '../stores/sweep.js';
import { termsOf } from './plan.js';

/** What a sweep is planned from. */
export interface SweepParts {
  readonly spec: SweepSpec;
  readonly directions: Directions;
  readonly prompt: PromptState;
  readonly loaded: LoadedModel;
  readonly epoch: number;
}

/** How the finished texts are read for one direction. */
export type Reading = Omit<EffectInput, 'text'>;

export interface PlannedSweep {
  readonly context: Readonly<Record<ContextPart, string>>;
  readonly directions: readonly SweptDirection[];
  readonly prompts: readonly Prompt[];
  readonly seeds: readonly number[];
  readonly settings: readonly SweptSetting[];
  readonly probes: readonly Probe[];
  /** By the direction's id. */
  readonly readings: Readonly<Record<string, Reading>>;
  /** All texts, in the order in which they should come. Long: made when it is called. */
  readonly cells: () => readonly SettingCell[];
}

/** More texts than this are not begun: they would take long, and the page keeps them all. */
export const mostTexts = 5000;
/** Layers that are tried when none are chosen. */
const usualLayers = 8;
/** Random directions that stand beside each direction, at one layer or span. */
const randomDirections = 2;
/** In mean residual norms: what lies beyond mostly breaks the text. */
const usualReach = 1;
/** Operators that do nothing at the origin of their strength; the others do something at every one. */
const idleAtOrigin: readonly OperatorName[] = ['add', 'add-keep-norm', 'scale', 'spherical', 'transport'];

/** The sweep that is set; or what is missing for it, and what to do. */
export function planSweep(parts: SweepParts): PlannedSweep | { readonly missing: string } {
  try {
    return planned(parts);
  } catch (error) {
    if (error instanceof Missing) return { missing: error.message };
    throw error;
  }
}

/** What keeps a sweep from being planned; its message says what to do. */
class Missing extends Error {}

interface Subject extends SweptDirection {
  readonly entry: DirectionEntry;
  readonly fit: Fit;
}

function planned(parts: SweepParts): PlannedSweep {
  const { spec, directions, loaded, epoch, prompt } = parts;
  const entries = chosenEntries(parts);
  const spans = spansOf(spec, entries[0]!.fit.direction, loaded.shape.layers);
  const strengths = strengthsOf(spec, entries[0]!.entry.operator);
  if (spans.length === 0) throw new Missing('No layer is chosen. Write at least one.');
  if (strengths.length === 0) throw new Missing('No strength is chosen. Write at least one.');
  const subjects = entries.map(({ entry, fit }): Subject => {
    const { id, name, opposite, colour, operator } = entry;
    const choice = choiceFor(spec, entry, fit.direction);
    return { id, name: name || 'unnamed', opposite, colour, operator, choice, entry, fit };
  });
  const prompts = promptsOf(spec, prompt, loaded);
  if (prompts.length === 0) throw new Missing('There is no prompt. Write one, or take the page’s own.');
  const seeds = Array.from({ length: spec.seeds }, (_, index) => prompt.sampling.seed + index);
  const tried = settingsFor(parts, subjects, spans, strengths);
  const settings = tried.map(({ setting, of }): SweptSetting => ({
    setting,
    of,
    cells: prompts.flatMap((_, on) => seeds.map((seed) => cellId(setting, on, seed))),
  }));
  const meansOf = new Map(tried.map(({ setting, means }) => [setting.key, means]));
  return {
    context: contextOf(parts, subjects, prompts),
    directions: subjects.map(({ entry: _entry, fit: _fit, ...direction }) => direction),
    prompts,
    seeds,
    settings,
    probes: subjects.map(({ id, fit }) => probeOf(id, fit.direction, loaded.shape.layers)),
    readings: Object.fromEntries(
      subjects.map(({ id, choice, fit }, probe) => [
        id,
        { choice, probe, probes: subjects.length, layers: loaded.shape.layers, means: sidesAt(fit, choice.layer) },
      ]),
    ),
    cells: () => {
      const made = new Map<string, Means>();
      // One object a setting, so that its texts share it on their way to the worker.
      const means = ({ key }: Setting): Means => {
        const known = made.get(key) ?? meansOf.get(key)!();
        made.set(key, known);
        return known;
      };
      return cellsOf(
        tried.map(({ setting }) => setting),
        prompts,
        seeds,
        means,
      );
    },
  };

  function sidesAt({ direction }: Fit, layer: number): Reading['means'] {
    return direction.layers.find((it) => it.layer === layer)?.means ?? null;
  }

  function contextOf(
    { spec: set, prompt: { sampling } }: SweepParts,
    of: readonly Subject[],
    asked: readonly Prompt[],
  ): PlannedSweep['context'] {
    const { seed: _, maxNewTokens: _most, ...rest } = sampling;
    return {
      model: String(epoch),
      directions: JSON.stringify([directions.steerSpecialTokens, ...of.map((subject) => applied(subject))]),
      prompts: JSON.stringify(asked),
      sampling: JSON.stringify([rest, set.tokens]),
      effect: JSON.stringify(of.map(({ choice }) => choice)),
      wordings: JSON.stringify([set.inWords, set.instruction, set.examples]),
    };
  }

  /** What a direction does, but for layers and strength. */
  function applied({ fit, entry }: Subject): readonly unknown[] {
    const { operator, operatorOptions, scope, condition, layerFactors, secondId } = entry;
    const versions = [secondId, condition?.directionId].map((id) => {
      const other = directions.entries.find((it) => it.id === id);
      return other ? (fitEntryFor(other, loaded.stamp)?.version ?? null) : null;
    });
    return [fit.version, operator, operatorOptions, scope, condition, layerFactors, versions];
  }
}

/** The directions that are swept, all with strengths in the same unit. */
function chosenEntries({ spec, directions, loaded }: SweepParts): readonly { entry: DirectionEntry; fit: Fit }[] {
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
function strengthsOf(spec: SweepSpec, operator: OperatorName): readonly number[] {
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

function spansOf({ layers: typed }: SweepSpec, direction: FittedDirection, layers: number): readonly Span[] {
  if (typed === null) return usualSpans(direction);
  const { values, problem } = spansIn(typed, layers);
  if (problem !== null) throw new Missing(problem);
  const without = values.find(([from, to]) => !direction.layers.some(({ layer }) => layer >= from && layer <= to));
  if (without) throw new Missing(`The direction has no vector at layer ${without[0]}. Choose other layers.`);
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
function choiceFor(spec: SweepSpec, entry: DirectionEntry, direction: FittedDirection): EffectChoice {
  // Whatever layers are swept, so that more of them can be tried beside those that were.
  const usual = usualChoice(direction, null, entry);
  const effect = spec.effect ?? usual.effect;
  const layer = Math.min(spec.effectLayer ?? usual.layer, direction.model.layers - 1);
  const words = listOf(spec.words) ?? usual.words;
  const away = listOf(spec.away) ?? (listOf(spec.words) ? [] : usual.away);
  const name = entry.name || 'unnamed';
  const at = direction.layers.find((it) => it.layer === layer);
  if (effect === 'score' && !at?.means) {
    throw new Missing(`“${name}” has no two sides at layer ${layer}, so it has no score. Choose another effect.`);
  }
  if (effect === 'alignment' && !at) {
    throw new Missing(`“${name}” has no vector at layer ${layer}. Choose another layer to read the texts at.`);
  }
  if ((effect === 'words' || effect === 'log-odds') && words.length === 0) {
    throw new Missing('No word is written that is wanted. Write a few, with commas between them.');
  }
  if (effect === 'log-odds' && spec.directionIds.length > 1 && !listOf(spec.words)) {
    throw new Missing('Several directions need the same words. Write them, or sweep one direction at a time.');
  }
  return { effect, layer, words, away };
}

function listOf(typed: string): readonly string[] | null {
  const words = typed.split(/[,;\n]/).map((word) => word.trim());
  const written = words.filter((word) => word !== '');
  return written.length > 0 ? written : null;
}

/** The neutral prompts of a model, one a line, to begin with. */
export function usualPrompts({ stamp }: LoadedModel, chatting: boolean): readonly string[] {
  return sweepPrompts[chatting ? 'chat' : stamp.id === 'tales' ? 'stories' : 'texts'];
}

function promptsOf(spec: SweepSpec, state: PromptState, loaded: LoadedModel): readonly Prompt[] {
  const chatting = isChatting(state, loaded.chat);
  const own = spec.ownPrompt ? askedPrompt(state, loaded.chat) : null;
  const typed =
    spec.prompts === null ? usualPrompts(loaded, chatting) : typedTexts(spec.prompts).map(({ text }) => text);
  const system = state.chat.system.trim();
  const others = typed.map((text): Prompt => {
    if (!chatting) return text;
    const user = { role: 'user', content: text } as const;
    return { messages: system === '' ? [user] : [{ role: 'system', content: system }, user] };
  });
  const all = own === null ? others : [own, ...others];
  const names = all.map((prompt) => JSON.stringify(prompt));
  return all.filter((_, index) => names.indexOf(names[index]!) === index);
}

interface Tried {
  readonly setting: Setting;
  readonly of: string;
  readonly means: () => Means;
}

/** The baseline first, since every point needs it; then what is cheap; then the grid, coarse before fine. */
function settingsFor(
  parts: SweepParts,
  subjects: readonly Subject[],
  spans: readonly Span[],
  strengths: readonly number[],
): readonly Tried[] {
  const { spec, directions, loaded } = parts;
  const operator = operatorNamed(subjects[0]!.entry.operator);
  const origin = idleAtOrigin.includes(operator.name) ? (operator.strength?.origin ?? NaN) : NaN;
  const planFor = (entry: DirectionEntry, layers: Span, strength: number): Plan => ({
    terms: termsOf({ ...entry, enabled: true, strength, layers }, directions.entries, loaded.stamp),
    steerSpecialTokens: directions.steerSpecialTokens,
  });
  const byId = new Map(subjects.map((subject) => [subject.id, subject]));
  const grid = settingsOf({ kind: 'steered', directions: [...byId.keys()], spans, strengths, origin });
  const steered = grid.map((setting): Tried => {
    const { entry } = byId.get(setting.direction)!;
    return {
      setting,
      of: entry.id,
      means: () => ({ plan: planFor(entry, setting.layers!, setting.strength) }),
    };
  });
  const baseline = { setting: baselineSetting, of: subjects[0]!.id, means: () => ({ plan: emptyPlan }) };
  const inWords = spec.inWords ? subjects.flatMap((subject) => wordings(spec, subject)) : [];
  const span = spans[spans.length >> 1]!;
  const random = spec.random
    ? subjects.flatMap(({ id, entry, fit }) =>
        Array.from({ length: randomDirections }, (_, seed) => {
          const direction = randomLike(fit.direction, seed + 1);
          const drawn: DirectionEntry = { ...entry, fits: [{ version: `random ${seed}`, direction }] };
          return strengths
            .filter((strength) => strength !== origin)
            .map((strength): Tried => ({
              setting: steeredSetting('random', `random ${seed + 1} for ${id}`, span, strength),
              of: id,
              means: () => ({ plan: planFor(drawn, span, strength) }),
            }));
        }).flat(),
      )
    : [];
  // What needs a map that only the fitted direction has does nothing along a random one.
  const hasRandom = operator.needs.includes('transport') ? [] : random;
  return [baseline, ...inWords, ...steered, ...hasRandom];
}

/** The instruction and the examples of a direction, as far as there are any. */
function wordings(spec: SweepSpec, { id, entry }: Subject): readonly Tried[] {
  const instruction = spec.instruction ?? instructionFor(entry.name, entry.opposite);
  const examples = spec.examples === null ? examplesOf(entry.texts) : typedTexts(spec.examples).map(({ text }) => text);
  const made: Tried[] = [];
  if (instruction.trim() !== '') {
    const wish = (prompt: Prompt): Prompt => asInstruction(prompt, instruction);
    made.push({ setting: promptSetting(`instruction for ${id}`), of: id, means: () => ({ plan: emptyPlan, wish }) });
  }
  if (examples.length > 0) {
    const wish = (prompt: Prompt): Prompt => asExamples(prompt, examples);
    made.push({ setting: promptSetting(`examples for ${id}`), of: id, means: () => ({ plan: emptyPlan, wish }) });
  }
  return made;
}

function probeOf(id: string, direction: FittedDirection, layers: number): Probe {
  const vectors = Array.from<unknown, Float32Array | null>({ length: layers }, () => null);
  for (const { layer, vector } of direction.layers) vectors[layer] = vector;
  return { id, vectors };
}

/** What of a run's makings is no longer as it is set now. */
export function changedParts(
  before: Readonly<Record<ContextPart, string>>,
  now: Readonly<Record<ContextPart, string>>,
): readonly ContextPart[] {
  return (Object.keys(now) as ContextPart[]).filter((part) => before[part] !== now[part]);
}
