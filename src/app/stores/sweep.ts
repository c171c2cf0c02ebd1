import { create } from 'zustand';
import type { Prompt } from '../../core/chat/prompt.js';
import type { ErrorData } from '../../core/errors.js';
import type { EffectChoice, EffectName } from '../../core/outcomes/index.js';
import type { SamplingSettings } from '../../core/sampling.js';
import type { OperatorName } from '../../core/steering/plan.js';
import type { MeasuredPoint, Setting, TextFigures } from '../../core/sweeps/index.js';
import type { EndReason } from '../../protocol/api.js';

/** What a sweep goes through, as the user sets it. Saved. Null stands for what is taken by itself. */
export interface SweepSpec {
  /** Ids; none: the selected direction. */
  readonly directionIds: readonly string[];
  readonly strengthKind: 'even' | 'list';
  /** In the operator's unit; null: a range that suits it. */
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
  /** As typed, for `list`. */
  readonly strengths: string;
  /** As typed: layers that are tried alone, and spans; null: a few that are spread over the model. */
  readonly layers: string | null;
  /** Whether the prompt of the page is the first one. */
  readonly ownPrompt: boolean;
  /** One a line; null: a few neutral ones. */
  readonly prompts: string | null;
  /** How many: the page's seed and those after it. */
  readonly seeds: number;
  readonly tokens: number;
  readonly effect: EffectName | null;
  /** Where texts are read; null: where the direction separates well. */
  readonly effectLayer: number | null;
  /** With commas between them; blank: the direction's names. */
  readonly words: string;
  readonly away: string;
  /** Whether the wish is also put into words, as an instruction and as examples. */
  readonly inWords: boolean;
  /** Null: made of the direction's names. */
  readonly instruction: string | null;
  /** One a line; null: a few of the direction's positive texts. */
  readonly examples: string | null;
  /** Whether random directions are tried beside it. */
  readonly random: boolean;
}

/** A setting as it is carried out in a run. */
export interface SweptSetting {
  readonly setting: Setting;
  /** Id of the direction whose effect is read: of a random one or an instruction, the one that it stands in for. */
  readonly of: string;
  /** Ids of its texts. */
  readonly cells: readonly string[];
}

/** A text that is done. */
export interface SweptText {
  readonly id: string;
  /** Index of its prompt. */
  readonly on: number;
  readonly seed: number;
  readonly pieces: readonly string[];
  readonly special: readonly boolean[];
  /** KL(steered ‖ unsteered) of each token's prediction, nats. */
  readonly kl: Float32Array;
  readonly reason: EndReason;
  /** By the direction's id: of a baseline text along every direction, of others along their own. */
  readonly figures: Readonly<Record<string, TextFigures>>;
}

/** A direction of a run, with what is read of its texts. */
export interface SweptDirection {
  readonly id: string;
  readonly name: string;
  readonly opposite: string;
  readonly colour: number;
  readonly operator: OperatorName;
  readonly choice: EffectChoice;
}

/** What was made, from what. */
export interface SweepRun {
  /** Stays while texts are added; a run that begins anew, or gives up texts, is another. */
  readonly id: string;
  /** What the texts and figures depend on, by what it is of; a run that differs in one of them is another. */
  readonly context: Readonly<Record<ContextPart, string>>;
  readonly model: string;
  /** Which weights of it, and where they ran: texts of others are others. */
  readonly weights: { readonly revision: string | null; readonly dtype: string; readonly device: 'wasm' | 'webgpu' };
  readonly directions: readonly SweptDirection[];
  readonly prompts: readonly Prompt[];
  readonly seeds: readonly number[];
  readonly sampling: Omit<SamplingSettings, 'seed'>;
  readonly settings: readonly SweptSetting[];
  /** Null: nothing is written now. */
  readonly task: string | null;
  readonly texts: ReadonlyMap<string, SweptText>;
  /** By the setting's key; settings without texts have none. */
  readonly points: ReadonlyMap<string, MeasuredPoint>;
  /** By the text's id. */
  readonly failures: ReadonlyMap<string, ErrorData>;
  /** Tokens of the call that runs, and how long it took for them. */
  readonly progress: { readonly done: number; readonly of: number; readonly seconds: number } | null;
  /** Why the last call ended before its end; null when it did not, or when it was cancelled. */
  readonly error: ErrorData | null;
}

export const contextParts = ['model', 'directions', 'prompts', 'sampling', 'effect', 'wordings'] as const;
export type ContextPart = (typeof contextParts)[number];

/** What was swept in an experiment. */
export interface Swept {
  readonly run: SweepRun | null;
  /** Key of the setting whose texts are shown. */
  readonly shown: string | null;
}

export interface Sweep extends Swept {
  readonly spec: SweepSpec;
  /** What was swept, and may still be, in experiments that are not on the board, by their ids. */
  readonly aside: Readonly<Record<string, Swept>>;
  /** Milliseconds a token of a text took in the last call on the model of this epoch; null before the first. */
  readonly pace: { readonly epoch: number; readonly milliseconds: number } | null;
}

export const firstSpec: SweepSpec = {
  directionIds: [],
  strengthKind: 'even',
  from: null,
  to: null,
  count: 9,
  strengths: '-1, -0.5, 0.5, 1',
  layers: null,
  ownPrompt: true,
  prompts: null,
  seeds: 1,
  tokens: 32,
  effect: null,
  effectLayer: null,
  words: '',
  away: '',
  inWords: true,
  instruction: null,
  examples: null,
  random: true,
};

export const nothingSwept: Swept = { run: null, shown: null };

export const useSweep = create<Sweep>()(() => ({ spec: firstSpec, ...nothingSwept, aside: {}, pace: null }));

export function changeSpec(change: Partial<SweepSpec>): void {
  useSweep.setState(({ spec }) => ({ spec: { ...spec, ...change } }));
}

export function showPoint(shown: string | null): void {
  useSweep.setState({ shown });
}

/** Of the run with this task, in whichever experiment it is; what comes late from an older one is dropped. */
export function changeRun(task: string, change: (run: SweepRun) => Partial<SweepRun>): void {
  useSweep.setState(({ run, aside }) => {
    if (run?.task === task) return { run: { ...run, ...change(run) } };
    const found = Object.entries(aside).find(([, swept]) => swept.run?.task === task);
    if (!found?.[1].run) return {};
    const [id, swept] = found;
    return { aside: { ...aside, [id]: { ...swept, run: { ...found[1].run, ...change(found[1].run) } } } };
  });
}
