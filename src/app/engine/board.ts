/** What is on the board, as files and programs take it. */
import { SteerboardError } from '../../core/errors.js';
import { controlVectorsOf, type Application, type Board } from '../../core/formats/index.js';
import { tensorsOf, type NamedTensor } from '../../core/formats/tensor-names.js';
import type { ModelStamp } from '../../core/model.js';
import type { SnippetInput } from '../../core/snippets/index.js';
import { fitFor, useDirections, type DirectionEntry, type Directions } from '../stores/directions.js';
import { askedPrompt, usePrompt, type PromptState } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { planOf, spanOn } from './plan.js';

/** What a board is made of; read from the stores where it is absent. */
export interface BoardParts {
  readonly directions: Directions;
  readonly prompt: PromptState;
  readonly stamp: ModelStamp | undefined;
  readonly chat: boolean;
}

export function partsNow(): BoardParts {
  const { loaded } = useSession.getState();
  return {
    directions: useDirections.getState(),
    prompt: usePrompt.getState(),
    stamp: loaded?.stamp,
    chat: loaded?.chat ?? false,
  };
}

/**
 * All directions that are fitted on the loaded model, with the prompt; or one of them, with those it refers to behind it,
 * which are switched off.
 *
 * @throws SteerboardError `input-empty` when nothing has a fit.
 */
export function boardOf(only: string | null, parts: BoardParts = partsNow()): Board {
  const { directions, stamp, prompt, chat } = parts;
  const { entries, steerSpecialTokens } = directions;
  const fitted = entries.filter((entry) => fitFor(entry, stamp));
  const first = only === null ? undefined : fitted.find(({ id }) => id === only);
  const referred = first ? fitted.filter(({ id }) => id !== first.id && refersTo(first, id)) : [];
  const chosen = first ? [first, ...referred] : only === null ? fitted : [];
  if (!stamp || chosen.length === 0) {
    throw new SteerboardError('input-empty', 'There is no direction to export. Fit one first.');
  }
  const taken = chosen.map((entry, index) => {
    const plan = applicationOf(entry, chosen, stamp.layers);
    return {
      name: entry.name || 'unnamed',
      ...(entry.opposite && { opposite: entry.opposite }),
      ...(entry.expression !== null && { expression: entry.expression }),
      direction: fitFor(entry, stamp)!,
      plan: first && index > 0 ? { ...plan, enabled: false } : plan,
    };
  });
  const asked = askedPrompt(prompt, chat) ?? prompt.prompt;
  return { directions: taken, steerSpecialTokens, ...(first ? {} : { prompt: asked, sampling: prompt.sampling }) };
}

function refersTo({ secondId, condition }: DirectionEntry, id: string): boolean {
  return secondId === id || condition?.directionId === id;
}

function applicationOf(entry: DirectionEntry, chosen: readonly DirectionEntry[], layers: number): Application {
  const [from, to] = spanOn(entry, layers);
  const { enabled, operator, strength, scope, operatorOptions, secondId, condition, layerFactors } = entry;
  const second = chosen.findIndex(({ id }) => id === secondId);
  const read = chosen.findIndex(({ id }) => id === condition?.directionId);
  const { directionId: _, ...figures } = condition ?? { directionId: '' };
  return {
    // What its condition reads is not there on this model, so it does nothing here either.
    enabled: enabled && (condition === null || read >= 0),
    operator,
    strength,
    layers: { from, to },
    ...(layerFactors && { layerFactors: Array.from({ length: layers }, (_, layer) => layerFactors[layer] ?? 1) }),
    scope,
    ...(Object.keys(operatorOptions).length > 0 && { options: operatorOptions }),
    ...(second >= 0 && { second }),
    ...(condition &&
      read >= 0 && { condition: { ...(figures as Omit<typeof condition, 'directionId'>), direction: read } }),
  };
}

/** The board with one direction on, whether it is now or not, and all others off; as it is for null. */
export function partsWithOnly(only: string | null, parts: BoardParts): BoardParts {
  const { directions } = parts;
  if (!directions.entries.some(({ id }) => id === only)) return parts;
  const entries = directions.entries.map((entry) => ({ ...entry, enabled: entry.id === only }));
  return { ...parts, directions: { ...directions, entries } };
}

/** What programs are written from. @throws SteerboardError `input-empty` when nothing has a fit. */
export function snippetInput(parts: BoardParts = partsNow()): SnippetInput {
  const board = boardOf(null, parts);
  const stamp = parts.stamp!;
  const tensors = tensorsOf(board.directions.map(({ direction }) => direction));
  return {
    model: stamp,
    directions: board.directions.filter(({ plan }) => plan.enabled).map(({ name }) => name),
    prompt: board.prompt ?? '',
    sampling: parts.prompt.sampling,
    plan: planOf(parts.directions, stamp),
    vectors: {
      fileName: 'steerboard.safetensors',
      names: namesOf(tensors),
    },
    controlVectors: controlVectorsOf(switchedOn(board)),
  };
}

/** Layers may share one vector, which then has several names. */
function namesOf(tensors: readonly NamedTensor[]): ReadonlyMap<Float32Array, readonly string[]> {
  const names = new Map<Float32Array, string[]>();
  for (const { name, values } of tensors) names.set(values, [...(names.get(values) ?? []), name]);
  return names;
}

/** Only what is on: what a program loads that adds all it is given. */
export function switchedOn(board: Board): Board {
  return { ...board, directions: board.directions.filter(({ plan }) => plan.enabled) };
}
