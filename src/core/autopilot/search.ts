import { isCancelled } from '../errors.js';
import { effectAt, isTelling, strengthAt, textsNear, type Observation } from './curve.js';
import { amongNeighbours } from './neighbours.js';
import { firstPlaces, placesBeside } from './places.js';
import { armKey, type Arm, type Outcome, type Trial } from './trial.js';

export interface SearchProgress {
  /** What is being done, for people. */
  readonly label: string;
  /** Texts that were written, of those that may be. */
  readonly done: number;
  readonly of: number;
}

export interface SearchInput {
  /** Ways to find the direction, the one that is tried everywhere first, each with the layers where it found one. */
  readonly methods: readonly { readonly name: string; readonly layers: readonly number[] }[];
  /** Of the model. */
  readonly layers: number;
  /** What a text may cost: mean KL(steered ‖ unsteered) of a generated token, nats. */
  readonly budget: number;
  /** How many prompts there are to choose on. */
  readonly prompts: number;
  /** Writes the texts of some trials and measures them, in their order. A rejection with `cancelled` ends the search. */
  readonly measure: (trials: readonly Trial[]) => Promise<readonly Outcome[]>;
  readonly onProgress: (progress: SearchProgress) => void;
}

export interface SearchResult {
  /** The setting with the most effect that stays within the budget; null when none was found. */
  readonly best: { readonly arm: Arm; readonly strength: number; readonly outcome: Outcome } | null;
  readonly ended: 'done' | 'cancelled';
  /** How many arms and settings were tried, and texts written. */
  readonly arms: number;
  readonly trials: number;
  readonly texts: number;
}

/** What is aimed for is a little below the budget, as texts differ. */
const aim = 0.93;
/** First strength at a single layer, in residual norms; over w layers each takes 1/w^0.75 of it, since they add up. */
const firstStrength = 0.45;
/** How many arms go on after each round, and on how many prompts they are tried. */
const kept = { places: 3, arms: 6, finalists: 3, refined: 2 } as const;
/** How often the strength is set anew when nothing stayed within the budget on all prompts. */
const mostRetries = 2;
const tries = { strength: 2, place: 5, method: 5, arm: 8 } as const;

/**
 * Looks for the arm and the strength with the most effect at a cost, coarse to fine: what a strength costs at each place; all
 * places with the first method on few prompts, each at the strength that should cost what it may; the other methods at the
 * best places; then ever fewer arms on ever more prompts (successive halving, Jamieson and Talwalkar 1502.07943), the strength of
 * each set anew by where its cost crosses the budget. There is no chance in it: the same outcomes give the same choice.
 */
export async function search(input: SearchInput): Promise<SearchResult> {
  const state = new SearchState(input);
  try {
    await rounds(state, input);
    return state.result('done');
  } catch (error) {
    if (isCancelled(error)) return state.result('cancelled');
    throw error;
  }
}

async function rounds(state: SearchState, { methods, layers, prompts }: SearchInput): Promise<void> {
  const [first, ...others] = methods;
  if (!first || prompts === 0) return;
  const all = Array.from({ length: prompts }, (_, prompt) => prompt);
  const some = (from: number, count: number): readonly number[] =>
    [...new Set(Array.from({ length: count }, (_, step) => (from + step) % prompts))].sort((a, b) => a - b);
  const places = firstPlaces(layers, first.layers).map((place): Arm => ({ method: first.name, layers: place }));
  // What a strength costs shows in a text or two; what it does, only near the budget.
  await state.round(`Looking how strong ${places.length} places can be steered`, places, some(0, tries.strength));
  await state.round(`Trying ${places.length} places in the model`, places, some(2, tries.place));
  const beside = state
    .best(places, kept.places)
    .flatMap((arm) => placesBeside(arm.layers, layers, first.layers).map((place) => ({ ...arm, layers: place })));
  if (beside.length > 0) {
    await state.round('Looking at layers beside the best', beside, some(0, tries.strength));
    await state.round('Trying layers beside the best', beside, some(2, tries.place));
  }
  const found = state.best([...places, ...beside], kept.places);
  const tried = others.flatMap(({ name, layers: usable }) =>
    found
      .filter(({ layers: [from, to] }) => usable.filter((layer) => layer >= from && layer <= to).length > to - from)
      .map((arm) => {
        state.expect({ ...arm, method: name }, state.strengthOf(arm));
        return { ...arm, method: name };
      }),
  );
  if (tried.length > 0)
    await state.round(`Trying ${others.length} other ways to find the direction`, tried, some(2, tries.method));
  const arms = state.best([...places, ...beside, ...tried], kept.arms);
  await state.round(`Comparing the ${arms.length} best on more prompts`, arms, some(2 + tries.place, tries.arm));
  const finalists = state.best(arms, kept.finalists);
  await state.round(`Comparing the ${finalists.length} best on all prompts`, finalists, all);
  const refined = state.best(finalists, kept.refined);
  await state.round('Setting the strength', refined, all);
  // The cost of all prompts may lie over the budget by a hair, where that of few did not.
  for (let more = 0; more < mostRetries && refined.length > 0 && !state.result('done').best; more++)
    await state.round('Setting the strength anew, as it cost too much', refined, all);
}

/** What was observed so far, by arm. */
class SearchState {
  private readonly arms = new Map<string, { readonly arm: Arm; readonly observations: Observation[] }>();
  private readonly expected = new Map<string, number>();
  private readonly planned: number;
  private trials = 0;
  private texts = 0;

  constructor(private readonly input: SearchInput) {
    this.planned = plannedTexts(input);
  }

  /** Tries arms, each at the strength at which it should cost what it may. */
  async round(label: string, arms: readonly Arm[], prompts: readonly number[]): Promise<void> {
    const { measure, onProgress } = this.input;
    const trials = arms.map((arm): Trial => ({ arm, strength: this.strengthOf(arm), prompts }));
    onProgress({ label, done: this.texts, of: Math.max(this.planned, this.texts) });
    const outcomes = await measure(trials);
    for (const [index, { arm, strength }] of trials.entries()) {
      const outcome = outcomes[index];
      if (!outcome) continue;
      const key = armKey(arm);
      const known = this.arms.get(key) ?? { arm, observations: [] };
      known.observations.push({ ...outcome, strength });
      this.arms.set(key, known);
      this.trials++;
      this.texts += prompts.length;
    }
  }

  /** Says where to begin with an arm that was not tried. */
  expect(arm: Arm, strength: number): void {
    this.expected.set(armKey(arm), strength);
  }

  strengthOf(arm: Arm): number {
    const strength = strengthAt(aim * this.input.budget, this.arms.get(armKey(arm))?.observations ?? []);
    if (!Number.isNaN(strength)) return rounded(strength);
    const [from, to] = arm.layers;
    return this.expected.get(armKey(arm)) ?? rounded(firstStrength / (to - from + 1) ** 0.75);
  }

  /** Those that promise the most effect at the budget, the best first. Where nothing could be measured is left out. */
  best(arms: readonly Arm[], count: number): readonly Arm[] {
    const promises = this.promises();
    const known = arms.filter((arm) => promises.has(armKey(arm)));
    const effectOf = (arm: Arm): number => promises.get(armKey(arm))!;
    return known.sort((a, b) => effectOf(b) - effectOf(a)).slice(0, count);
  }

  /** What each arm should do at the budget, from its own texts and its neighbours'. */
  private promises(): ReadonlyMap<string, number> {
    const seen = [...this.arms.values()].flatMap(({ arm, observations }) => {
      const effect = effectAt(this.strengthOf(arm), observations);
      const texts = textsNear(this.strengthOf(arm), observations);
      return Number.isNaN(effect) ? [] : [{ arm, effect, texts }];
    });
    const effects = amongNeighbours(seen, this.noise(), this.input.layers);
    return new Map(seen.map(({ arm }, index) => [armKey(arm), effects[index]!]));
  }

  /** Variance of the effect of one text, over all that was tried. */
  private noise(): number {
    const known = [...this.arms.values()].flatMap(({ observations }) =>
      observations.filter(({ variance = NaN }) => Number.isFinite(variance)),
    );
    const texts = known.reduce((sum, observation) => sum + observation.texts, 0);
    return texts > 0 ? known.reduce((sum, { variance, texts: n }) => sum + (variance ?? 0) * n, 0) / texts : 0;
  }

  /** The best of the settings that were measured on the most prompts and stayed within the budget; of a search that was broken off, of those that stayed within it. */
  result(ended: SearchResult['ended']): SearchResult {
    const { budget } = this.input;
    const measured = [...this.arms.values()].flatMap(({ arm, observations }) =>
      pooled(observations).map(({ strength, ...outcome }) => ({ arm, strength, outcome })),
    );
    const affordable = measured.filter(({ outcome }) => outcome.sound && outcome.cost <= budget);
    const most = Math.max(0, ...(ended === 'done' ? measured : affordable).map(({ outcome }) => outcome.texts));
    // Few texts say little: a lucky one on two prompts must not beat what was seen on all.
    const known = affordable.filter(({ outcome }) => outcome.texts >= Math.min(most, this.input.prompts));
    // What an arm did at other strengths says something of this one too, and so do its neighbours.
    const promises = this.promises();
    const expected = known.map((found) => {
      const observations = this.arms.get(armKey(found.arm))?.observations ?? [];
      const atBudget = effectAt(this.strengthOf(found.arm), observations);
      const beside = (promises.get(armKey(found.arm)) ?? 0) - atBudget;
      return { found, effect: effectAt(found.strength, observations) + beside };
    });
    const best = expected.sort((a, b) => b.effect - a.effect)[0]?.found;
    return { best: best ?? null, ended, arms: this.arms.size, trials: this.trials, texts: this.texts };
  }
}

/** Observations of the same strength as one. */
function pooled(observations: readonly Observation[]): readonly Observation[] {
  const levels = new Map<number, Observation>();
  for (const next of observations.filter(isTelling)) {
    const before = levels.get(next.strength);
    if (!before) {
      levels.set(next.strength, next);
      continue;
    }
    const texts = before.texts + next.texts;
    const mean = (key: 'effect' | 'cost') => (before[key] * before.texts + next[key] * next.texts) / texts;
    const sound = before.sound && next.sound;
    levels.set(next.strength, { strength: next.strength, effect: mean('effect'), cost: mean('cost'), texts, sound });
  }
  return [...levels.values()];
}

/** About how many texts the rounds take, for the progress. */
function plannedTexts({ methods, layers, prompts }: SearchInput): number {
  const places = firstPlaces(layers, methods[0]?.layers ?? []).length;
  const others = Math.max(0, methods.length - 1) * kept.places;
  const on = (count: number): number => Math.min(count, prompts);
  const known = (on(tries.strength) + on(tries.place)) * places + on(tries.method) * others + on(tries.arm) * kept.arms;
  return known + prompts * (kept.finalists + kept.refined);
}

/** Three figures are enough for a strength, and make equal ones equal. */
function rounded(strength: number): number {
  return Number(strength.toPrecision(3));
}
