import { SteerboardError } from '../errors.js';
import type { HookName } from '../onnx/hooks.js';
import type { Steps } from '../steps.js';
import type { Transport } from '../steering/plan.js';
import type { ContrastKind } from './direction.js';

export type FinderOptions = Readonly<Record<string, string | number | boolean>>;

/** What a way that reads texts is given at one layer. */
export interface FinderInput {
  /** Residuals h₊ of the positive side, n₊ vectors [d]. */
  readonly positive: readonly Float32Array[];
  /** Residuals h₋ of the negative side, n₋ vectors [d]. For `pairs`, negative[i] belongs to positive[i]. */
  readonly negative: readonly Float32Array[];
  readonly options: FinderOptions;
  /** 0-based block index. */
  readonly layer: number;
}

/** An option that a finder declares; the editor draws itself from these. */
export type FinderOption = {
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** A few words for people: unit, what the ends mean. */
  readonly hint?: string;
} & (
  | {
      readonly kind: 'number';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly step: number;
    }
  | {
      readonly kind: 'choice';
      readonly default: string;
      readonly choices: readonly { readonly value: string; readonly label: string }[];
    }
  | { readonly kind: 'switch'; readonly default: boolean }
  /** One token of the model's vocabulary, as text; leading spaces count. */
  | { readonly kind: 'token'; readonly default: string }
  /** Name of an imported dictionary. */
  | { readonly kind: 'dictionary'; readonly default: string }
);

/**
 * What a finder needs. `texts`: contrast texts, read by the model. `heads`: the same, read at the outputs of attention's heads. `weights`: the model's weights alone. `dictionary`: an
 * imported sparse autoencoder. `nothing`: only its options. `drawing`: it is made by hand and cannot be fitted again by itself.
 */
export type FinderNeeds = 'texts' | 'heads' | 'weights' | 'dictionary' | 'nothing' | 'drawing';

/** What every way to find a direction says of itself. */
interface FinderAbout {
  /** The file's name, in kebab case; written into documents as the method. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** A sentence or two for people: the formula, what it is good for, and its source. */
  readonly description: string;
  readonly needs: FinderNeeds;
  /** What can be chosen; {@link defaultsOf} gives the values when nothing is. */
  readonly options: readonly FinderOption[];
  /** Whether its options mean something on one model only: then it is not found anew when another model is opened. */
  readonly ofOneModel?: true;
  /** Where the method's source reads; the hook to begin with when it is chosen. Absent: `resid_post`. */
  readonly hook?: HookName;
}

/** Finds a direction from what the model says to contrast texts. */
export interface TextFinder extends FinderAbout {
  readonly needs: 'texts';
  /** Which contrast texts it can work with. */
  readonly takes: readonly ContrastKind[];
  /** How many texts a side it needs at least; absent: one. */
  readonly fewest?: number;
  /**
   * `every-token`: it is given the tokens of one text a side, in their order and as many on both, instead of one vector for
   * each text. Absent: `one-token`, the one that the texts say.
   */
  readonly reads?: 'one-token' | 'every-token';
  /**
   * The direction [d], pointing from negative to positive, in double and not normalised: its norm is the natural
   * magnitude, comparable between finders (about ‖mean h₊ − mean h₋‖). All zeros when the sides do not differ.
   * Both sides have at least one vector.
   */
  find(input: FinderInput): Float64Array;
  /** The same in steps, where it takes long. */
  findSteps?(input: FinderInput): Steps<Float64Array>;
  /** The map from negative to positive residuals, where the method makes one. */
  transport?(input: FinderInput): Transport;
  /** One vector a token, [T] of [d], not normalised, where the method adds one to each. */
  positions?(input: FinderInput): readonly Float64Array[];
}

/**
 * Finds a direction for each of some attention heads from contrast texts. What is added to a head's output is added, times the
 * matrix that follows, to what attention adds, so these directions are written at `attn_out`.
 */
export interface HeadFinder extends FinderAbout {
  readonly needs: 'heads';
  readonly hook: 'attn_out';
  /** Which contrast texts it can work with. */
  readonly takes: readonly ContrastKind[];
  /** How many texts a side it needs at least. */
  readonly fewest: number;
  readonly reads?: 'one-token';
  /** What tells one head's outputs apart [size]: how well it does on held-out texts ranks the heads. */
  probe(input: FinderInput): Float64Array;
  /** θ of one head [size], from negative to positive, of any length. All zeros when the sides do not differ. */
  find(input: FinderInput): Float64Array;
}

/** What a way that needs nothing is given at one layer. */
export interface FreeFinderInput {
  /** Width of the residual stream, d. */
  readonly width: number;
  /** 0-based block index. */
  readonly layer: number;
  readonly options: FinderOptions;
}

/** Makes a direction from its options alone: [d], of any length but zero. It is given the mean residual norm as its magnitude. */
export interface FreeFinder extends FinderAbout {
  readonly needs: 'nothing';
  find(input: FreeFinderInput): Float64Array;
}

/** The weights of a model, a vector [d] at a time, in double and not normalised. What cannot be read rejects with the reason. */
export interface WeightReader {
  readonly layers: number;
  /** Id of the one token that a text is. @throws SteerboardError `token-unknown` when it is several, or none. */
  token(text: string): number;
  /** What raises a token's logit; through the final norm's gain or not. */
  unembedding(token: number, throughGain: boolean): Promise<Float64Array>;
  /** What the first block is given for a token. */
  embedding(token: number): Promise<Float64Array>;
  /** What a neuron of a block's MLP reads. `gate` of an MLP without a gate is its only matrix. */
  reading(block: number, part: 'gate' | 'up', neuron: number, throughGain: boolean): Promise<Float64Array>;
  /** What an active neuron of a block's MLP adds to the residual. */
  writing(block: number, neuron: number): Promise<Float64Array>;
  /** The layer at which the wanted hook stands directly before or after a block's MLP. */
  layerBeside(side: 'reader' | 'writer', block: number): number;
}

/** One vector and the layer that it belongs to; null: it is the same at every layer. */
export interface FoundVector {
  readonly vector: Float64Array;
  readonly layer: number | null;
}

/** Reads a direction from the model's weights. */
export interface WeightFinder extends FinderAbout {
  readonly needs: 'weights';
  find(weights: WeightReader, options: FinderOptions): Promise<FoundVector>;
}

/** An imported sparse autoencoder. */
export interface DictionaryReader {
  /** Decoder row of a feature, [d]. @throws SteerboardError `input-empty` when there is no such dictionary or feature. */
  feature(dictionary: string, index: number): Promise<Float64Array>;
}

/** Takes a direction from an imported dictionary. */
export interface DictionaryFinder extends FinderAbout {
  readonly needs: 'dictionary';
  find(dictionaries: DictionaryReader, options: FinderOptions): Promise<FoundVector>;
}

/** The direction was made by hand; its file says what there is to say of it. */
export interface DrawnFinder extends FinderAbout {
  readonly needs: 'drawing';
}

/** A way to find a direction: one file in this folder each, listed in the index. */
export type Finder = TextFinder | HeadFinder | FreeFinder | WeightFinder | DictionaryFinder | DrawnFinder;

/** Every option of a finder with the value that it has when none is given. */
export function defaultsOf({ options }: Pick<Finder, 'options'>): FinderOptions {
  return Object.fromEntries(options.map((option) => [option.name, option.default]));
}

/**
 * The options that a finder is given: its defaults, and what was chosen in their place. Options of other methods, which an
 * editor may still hold, are left out.
 *
 * @throws SteerboardError `unexpected` for a value that the option does not take.
 */
export function optionsOf(finder: Pick<Finder, 'label' | 'options'>, chosen: FinderOptions = {}): FinderOptions {
  return Object.fromEntries(
    finder.options.map((option) => {
      const value = chosen[option.name] ?? option.default;
      const wanted = wantedInstead(option, value);
      if (wanted === null) return [option.name, value];
      const message = `“${option.label}” of "${finder.label}" is ${JSON.stringify(value)}. Choose ${wanted}.`;
      throw new SteerboardError('unexpected', message, { option: option.name, value });
    }),
  );
}

/** Whether an option can have a value. */
export function fitsOption(option: FinderOption, value: string | number | boolean): boolean {
  return wantedInstead(option, value) === null;
}

/** What the option takes, when it does not take this. */
function wantedInstead(option: FinderOption, value: string | number | boolean): string | null {
  switch (option.kind) {
    case 'number': {
      const taken = typeof value === 'number' && value >= option.min && value <= option.max;
      return taken ? null : `a number from ${option.min} to ${option.max}`;
    }
    case 'choice': {
      const taken = option.choices.some((choice) => choice.value === value);
      return taken ? null : option.choices.map((choice) => choice.label).join(' or ');
    }
    case 'switch':
      return typeof value === 'boolean' ? null : 'on or off';
    case 'token':
      return typeof value === 'string' ? null : 'a token';
    case 'dictionary':
      return typeof value === 'string' ? null : 'the name of a dictionary';
  }
}

/** Whether a finder reads contrast texts. */
export function readsTexts(finder: Finder): finder is TextFinder | HeadFinder {
  return finder.needs === 'texts' || finder.needs === 'heads';
}

/** Whether a finder works with contrast texts of this kind. */
export function takesTexts(finder: Finder, kind: ContrastKind): finder is TextFinder | HeadFinder {
  return readsTexts(finder) && finder.takes.includes(kind);
}

/** A finder’s direction, in its steps where it has any. */
export function* findSteps(finder: Pick<TextFinder, 'find' | 'findSteps'>, input: FinderInput): Steps<Float64Array> {
  return finder.findSteps ? yield* finder.findSteps(input) : finder.find(input);
}
