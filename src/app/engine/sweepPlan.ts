/** What a sweep would go through, as it is set: settings, prompts, what is read, and what its results depend on. */
import type { Prompt } from '../../core/chat/prompt.js';
import { vectorsByLayer } from '../../core/directions/by-layer.js';
import type { FittedDirection } from '../../core/directions/direction.js';
import { fingerprintOf } from '../../core/directions/fingerprint.js';
import { sidesRead } from '../../core/directions/sides-read.js';
import type { EffectInput } from '../../core/outcomes/index.js';
import { operatorNamed } from '../../core/steering/index.js';
import { emptyPlan, type OperatorName, type Plan } from '../../core/steering/plan.js';
import {
  asExamples,
  asInstruction,
  baselineSetting,
  cellId,
  cellsOf,
  examplesOf,
  instructionFor,
  promptSetting,
  randomLike,
  settingsOf,
  steeredSetting,
  type Means,
  type Setting,
  type SettingCell,
  type Span,
} from '../../core/sweeps/index.js';
import type { ModelStamp } from '../../core/model.js';
import { typedTexts } from '../../core/texts/lines.js';
import type { Probe } from '../../protocol/api.js';
import { spanText } from '../look/numbers.js';
import { fitEntryFor, type DirectionEntry, type Directions, type Fit } from '../stores/directions.js';
import { isChatting } from '../stores/prompt.js';
import type { ContextPart, SweptDirection, SweptSetting } from '../stores/sweep.js';
import { missingFor, notApplied } from './needs.js';
import { termsOf } from './plan.js';
import { choiceFor, chosenEntries, Missing, promptsOf, spansOf, strengthsOf, type SweepParts } from './sweepChoices.js';

/** How the finished texts are read for one direction. */
export type Reading = Omit<EffectInput, 'text'>;

export interface PlannedSweep {
  readonly context: Readonly<Record<ContextPart, string>>;
  readonly directions: readonly SweptDirection[];
  readonly prompts: readonly Prompt[];
  readonly seeds: readonly number[];
  readonly settings: readonly SweptSetting[];
  /** What is left out of the settings, and why, for people. */
  readonly notes: readonly string[];
  readonly probes: readonly Probe[];
  /** By the direction's id. */
  readonly readings: Readonly<Record<string, Reading>>;
  /** All texts, in the order in which they should come. Long: made when it is called. */
  readonly cells: () => readonly SettingCell[];
}

/** Random directions that stand beside each direction, at one layer or span. */
const randomDirections = 2;
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

interface Subject extends SweptDirection {
  readonly entry: DirectionEntry;
  readonly fit: Fit;
}

function planned(parts: SweepParts): PlannedSweep {
  const { spec, loaded, prompt } = parts;
  const entries = chosenEntries(parts);
  const spans = spansOf(
    spec,
    entries.map(({ fit }) => fit.direction),
    loaded.shape.layers,
  );
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
  // Without temperature a text is the same with every seed.
  const count = prompt.sampling.temperature > 0 ? spec.seeds : 1;
  const seeds = Array.from({ length: count }, (_, index) => prompt.sampling.seed + index);
  const acting = new Map(subjects.map((subject) => [subject.id, actingSpans(subject, spans, parts)]));
  const tried = settingsFor(parts, subjects, { spans, acting }, strengths);
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
    notes: [
      ...subjects.flatMap(({ id, name }) => {
        const idle = spans.filter((span) => !acting.get(id)!.includes(span));
        return idle.length === 0 ? [] : [`“${name}” does nothing at ${layersText(idle)}, so it is not swept there.`];
      }),
      ...(count < spec.seeds ? ['At temperature 0 every seed gives the same text, so one is taken.'] : []),
    ],
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
}

function sidesAt({ direction }: Fit, layer: number): Reading['means'] {
  return sidesRead(
    direction,
    direction.layers.find((it) => it.layer === layer),
  );
}

function contextOf(
  parts: SweepParts,
  subjects: readonly Subject[],
  prompts: readonly Prompt[],
): PlannedSweep['context'] {
  const { spec, directions, loaded, folderFiles } = parts;
  const { seed: _, maxNewTokens: _most, ...sampling } = parts.prompt.sampling;
  const { id, revision, dtype, family, layers, width } = loaded.stamp;
  return {
    // The same model gives the same texts again, whenever it is opened.
    model: JSON.stringify([id, revision, dtype, family, layers, width, loaded.device, folderFiles]),
    directions: JSON.stringify([directions.steerSpecialTokens, ...subjects.map((it) => appliedAs(it, parts))]),
    prompts: JSON.stringify(prompts),
    sampling: JSON.stringify([sampling, spec.tokens]),
    effect: JSON.stringify(subjects.map(({ choice }) => choice)),
    wordings: JSON.stringify(spec.inWords ? subjects.map((subject) => inWordsOf(subject, parts)) : null),
  };
}

/** What a direction does, but for layers and strength: by values, since ids are made anew when an experiment comes in by a file. */
function appliedAs({ fit, entry }: Subject, { directions, loaded }: SweepParts): readonly unknown[] {
  const { operator, operatorOptions, scope, condition, layerFactors, secondId } = entry;
  const others = [secondId, condition?.directionId].map((id) => {
    const other = directions.entries.find((it) => it.id === id);
    const otherFit = other && fitEntryFor(other, loaded.stamp);
    return otherFit ? fingerprintOf(otherFit.direction) : null;
  });
  const { directionId: _, ...met } = condition ?? { directionId: '' };
  return [fingerprintOf(fit.direction), operator, operatorOptions, scope, met, layerFactors, others];
}

interface Tried {
  readonly setting: Setting;
  readonly of: string;
  readonly means: () => Means;
}

/**
 * The spans where a direction changes the text. A text at another span would be the unsteered one, and count as steered.
 *
 * @throws Missing when there is none
 */
function actingSpans(
  { entry, name }: Subject,
  spans: readonly Span[],
  { directions, loaded: { stamp } }: SweepParts,
): readonly Span[] {
  const at = (span: Span): DirectionEntry => ({ ...entry, enabled: true, layers: span });
  const acting = spans.filter((span) =>
    termsOf(at(span), directions.entries, stamp).some(({ sites }) => sites.length > 0),
  );
  if (acting.length > 0) return acting;
  const lacking = missingFor(at(spans[0]!), directions.entries, stamp);
  throw new Missing(
    lacking === null
      ? `“${name}” does nothing at ${layersText(spans)}: ${nothingThere(at(spans[0]!), directions, stamp)}. Choose other layers.`
      : `“${name}”: ${lacking}`,
  );
}

function nothingThere(entry: DirectionEntry, { entries }: Directions, stamp: ModelStamp): string {
  return notApplied(entry, entries, stamp)?.replace('not applied: ', '') ?? 'nothing to apply';
}

/** "layer 3", "layers 3, 5–6". */
function layersText(spans: readonly Span[]): string {
  const isOne = spans.length === 1 && spans[0]![0] === spans[0]![1];
  return `${isOne ? 'layer' : 'layers'} ${spans.map(spanText).join(', ')}`;
}

/** The baseline first, since every point needs it; then what is cheap; then the grid, coarse before fine. */
function settingsFor(
  parts: SweepParts,
  subjects: readonly Subject[],
  { spans, acting }: { readonly spans: readonly Span[]; readonly acting: ReadonlyMap<string, readonly Span[]> },
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
  const grid = settingsOf({ kind: 'steered', directions: [...byId.keys()], spans, strengths, origin }).filter(
    ({ direction, layers }) => acting.get(direction)!.some(([from, to]) => from === layers![0] && to === layers![1]),
  );
  const steered = grid.map((setting): Tried => {
    const { entry } = byId.get(setting.direction)!;
    return {
      setting,
      of: entry.id,
      means: () => ({ plan: planFor(entry, setting.layers!, setting.strength) }),
    };
  });
  const baseline = { setting: baselineSetting, of: subjects[0]!.id, means: () => ({ plan: emptyPlan }) };
  const inWords = spec.inWords ? subjects.flatMap((subject) => wordings(subject, parts)) : [];
  const random = spec.random
    ? subjects.flatMap(({ id, entry, fit }) => {
        const own = acting.get(id)!;
        const span = own[own.length >> 1]!;
        return Array.from({ length: randomDirections }, (_, seed) => {
          const direction = randomLike(fit.direction, seed + 1);
          const drawn: DirectionEntry = { ...entry, fits: [{ version: `random ${seed}`, direction }] };
          return strengths
            .filter((strength) => strength !== origin)
            .map((strength): Tried => ({
              setting: steeredSetting('random', `random ${seed + 1} for ${id}`, span, strength),
              of: id,
              means: () => ({ plan: planFor(drawn, span, strength) }),
            }));
        }).flat();
      })
    : [];
  // What needs a map that only the fitted direction has does nothing along a random one.
  const hasRandom = operator.needs.includes('transport') ? [] : random;
  return [baseline, ...inWords, ...steered, ...hasRandom];
}

/** The wish of a direction in words: those that are typed, or what its own say. */
function inWordsOf({ entry }: Subject, { spec, prompt, loaded }: SweepParts) {
  return {
    instruction: spec.instruction ?? instructionFor(entry, isChatting(prompt, loaded.chat)),
    examples: spec.examples === null ? examplesOf(entry.texts) : typedTexts(spec.examples).map(({ text }) => text),
  };
}

/** The instruction and the examples of a direction, as far as there are any. */
function wordings(subject: Subject, parts: SweepParts): readonly Tried[] {
  const { id } = subject;
  const { instruction, examples } = inWordsOf(subject, parts);
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
  return { id, vectors: vectorsByLayer(direction, layers) };
}

/** What of a run's makings is no longer as it is set now. */
export function changedParts(
  before: Readonly<Record<ContextPart, string>>,
  now: Readonly<Record<ContextPart, string>>,
): readonly ContextPart[] {
  return (Object.keys(now) as ContextPart[]).filter((part) => before[part] !== now[part]);
}
