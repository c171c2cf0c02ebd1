import { isCancelled } from '../errors.js';
import { gainsAt, isTelling, strengthAt, type Observation } from './curve.js';
import { likenessOfArms, type Likeness } from './likeness.js';
import { amongNeighbours } from './neighbours.js';
import { paired } from './pairing.js';
import { firstPlaces, isUsable, placesBeside } from './places.js';
import { armKey, type Arm, type Outcome, type Place, type Trial } from './trial.js';

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
  /** How alike the directions are that two methods found, 0…1. */
  readonly likeness: (a: string, b: string) => number;
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
  readonly best: { readonly arm: Arm; readonly strength: number; readonly outcome: Omit<Outcome, 'gains'> } | null;
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
/** On how many prompts arms are tried: to see what a strength costs, at each place, and in each round after that. */
const tries = { strength: 2, place: 4, arm: 5 } as const;
/** How many arms are tried in each of these rounds, and how many on all prompts at last. */
const kept = { rounds: [12, 8, 6, 4], finalists: 2, beside: 3 } as const;
/** How often the strength is set anew when nothing stayed within the budget on all prompts. */
const mostRetries = 2;
/** An arm is worth trying for what it may do: what is expected of it, and so many standard deviations more. */
const hope = 1;

/**
 * Looks for the arm and the strength with the most effect at a cost, coarse to fine: what a strength costs at each place; all
 * places with the first method on few prompts, each at the strength that should cost what it may; then, of all methods and places, ever
 * fewer on more prompts: those whose upper confidence bound is highest, given all texts so far (Srinivas et al. 0912.3995, in
 * batches that shrink as in successive halving); at last the best on all prompts, with the strength of each set by where its cost crosses
 * the budget. There is no chance in it: the same outcomes give the same choice.
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
  const [first] = methods;
  if (!first || prompts === 0) return;
  const all = Array.from({ length: prompts }, (_, prompt) => prompt);
  let next = 0;
  // All arms of a round are tried on the same prompts, and each round on others.
  const some = (count: number): readonly number[] => {
    const these = all.slice(0, count).map((step) => (next + step) % prompts);
    next += count;
    return these.sort((a, b) => a - b);
  };
  const places = firstPlaces(layers, first.layers);
  const tried = places.map((place): Arm => ({ method: first.name, layers: place }));
  // What a strength costs shows in a text or two; what it does, only near the budget.
  await state.round(`Looking how strong ${places.length} places can be steered`, tried, some(tries.strength));
  await state.round(`Trying ${places.length} places in the model`, tried, some(tries.place));
  const armsOf = (at: (method: SearchInput['methods'][number]) => readonly Place[]): readonly Arm[] =>
    methods.flatMap((method) => at(method).map((place) => ({ method: method.name, layers: place })));
  const known = armsOf((method) => places.filter((place) => isUsable(place, method.layers)));
  for (const count of kept.rounds) {
    const best = state.best(known, kept.beside);
    const beside = armsOf((method) => best.flatMap((arm) => placesBeside(arm.layers, layers, method.layers)));
    const arms = state.best([...known, ...beside], count, hope);
    if (arms.length === 0) return;
    await state.round(`Comparing ${arms.length} promising ways and places`, arms, some(tries.arm));
  }
  const finalists = state.best(state.tried, kept.finalists);
  await state.round(`Setting the strength of the ${finalists.length} best on all prompts`, finalists, all);
  // The cost of all prompts may lie over the budget by a hair, where that of few did not.
  for (let more = 0; more < mostRetries && finalists.length > 0 && !state.result('done').best; more++)
    await state.round('Setting the strength anew, as it cost too much', state.best(finalists, 1), all);
}

/** What was observed so far, by arm. */
class SearchState {
  private readonly arms = new Map<string, { readonly arm: Arm; readonly observations: Observation[] }>();
  private readonly likeness: Likeness;
  private readonly planned: number;
  private trials = 0;
  private texts = 0;

  constructor(private readonly input: SearchInput) {
    this.planned = plannedTexts(input);
    this.likeness = likenessOfArms(input.layers, input.likeness);
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
      known.observations.push({ ...outcome, strength, prompts });
      this.arms.set(key, known);
      this.trials++;
      this.texts += prompts.length;
    }
  }

  get tried(): readonly Arm[] {
    return [...this.arms.values()].map(({ arm }) => arm);
  }

  /** The strength that should cost what it may. An arm that was not tried begins where the one most like it stands. */
  private strengthOf(arm: Arm): number {
    const own = this.arms.get(armKey(arm));
    const [like] = own
      ? [own]
      : [...this.arms.values()].sort((a, b) => this.likeness(arm, b.arm) - this.likeness(arm, a.arm));
    const observations = like?.observations ?? [];
    // What all prompts cost together is not to be read off some of them, once it is known.
    const onAll = observations.filter((one) => isTelling(one) && one.prompts.length === this.input.prompts);
    const strength = strengthAt(aim * this.input.budget, onAll.length > 0 ? onAll : observations);
    const known = Number.isNaN(strength) || !like ? firstStrength : strength * widthOf(like.arm) ** 0.75;
    return rounded(known / widthOf(arm) ** 0.75);
  }

  /**
   * Those that promise the most effect at the budget, the best first.
   *
   * @param hopeful how many standard deviations more than what is expected count
   */
  best(arms: readonly Arm[], count: number, hopeful = 0): readonly Arm[] {
    const tried = [...this.arms].map(([key, { arm, observations }]) => {
      return { key, arm, gains: gainsAt(this.strengthOf(arm), observations) };
    });
    const known = tried.filter(({ gains }) => gains.length > 0);
    // What could not be measured is left out, however much it may do.
    const mute = new Set(tried.filter(({ gains }) => gains.length === 0).map(({ key }) => key));
    const wanted = [...new Map(arms.map((arm) => [armKey(arm), arm]))].flatMap(([key, arm]) =>
      mute.has(key) ? [] : [arm],
    );
    const { effects, noise } = paired(known.map(({ gains }) => gains));
    const seen = known.map(({ arm }, index) => ({ arm, ...effects[index]! }));
    return amongNeighbours(seen, wanted, noise, this.likeness)
      .map(({ effect, deviation }, index) => ({ arm: wanted[index]!, promise: effect + hopeful * deviation }))
      .sort((a, b) => b.promise - a.promise)
      .slice(0, count)
      .map(({ arm }) => arm);
  }

  /** The best of the settings that were measured on the most prompts and stayed within the budget; of a search that was broken off, of those that stayed within it. */
  result(ended: SearchResult['ended']): SearchResult {
    const { budget } = this.input;
    const measured = [...this.arms.values()].flatMap(({ arm, observations }) =>
      pooled(observations).map(({ strength, prompts, ...outcome }) => ({
        arm,
        strength,
        prompts: prompts.length,
        outcome,
      })),
    );
    const affordable = measured.filter(({ outcome }) => outcome.sound && outcome.cost <= budget);
    // Few prompts say little: what was lucky on two must not beat what was seen on all.
    const most = Math.max(0, ...(ended === 'done' ? measured : affordable).map(({ prompts }) => prompts));
    const known = affordable.filter(({ prompts }) => prompts === most);
    // What an arm did at other strengths says something of this one too, and so do its neighbours.
    const [arm] = this.best(
      known.map((found) => found.arm),
      1,
    ).map(armKey);
    const [best] = known.filter((found) => armKey(found.arm) === arm).sort((a, b) => b.outcome.cost - a.outcome.cost);
    return {
      best: best ? { arm: best.arm, strength: best.strength, outcome: best.outcome } : null,
      ended,
      arms: this.arms.size,
      trials: this.trials,
      texts: this.texts,
    };
  }
}

/** Observations of the same strength as one, on all prompts that any of them was had on. */
function pooled(observations: readonly Observation[]): readonly Omit<Observation, 'gains'>[] {
  const levels = new Map<number, Omit<Observation, 'gains'>>();
  for (const { gains: _, ...next } of observations.filter(isTelling)) {
    const before = levels.get(next.strength) ?? { ...next, texts: 0 };
    const texts = before.texts + next.texts;
    const mean = (key: 'effect' | 'cost') => (before[key] * before.texts + next[key] * next.texts) / texts;
    levels.set(next.strength, {
      strength: next.strength,
      effect: mean('effect'),
      cost: mean('cost'),
      texts,
      sound: before.sound && next.sound,
      prompts: [...new Set([...before.prompts, ...next.prompts])],
    });
  }
  return [...levels.values()];
}

/** About how many texts the rounds take, for the progress. */
function plannedTexts({ methods, layers, prompts }: SearchInput): number {
  const places = firstPlaces(layers, methods[0]?.layers ?? []).length;
  const on = (count: number): number => Math.min(count, prompts);
  const compared = kept.rounds.reduce((sum, arms) => sum + Math.min(arms, places * methods.length), 0);
  return (on(tries.strength) + on(tries.place)) * places + on(tries.arm) * compared + prompts * kept.finalists;
}

function widthOf({ layers: [from, to] }: Arm): number {
  return to - from + 1;
}

/** Three figures are enough for a strength, and make equal ones equal. */
function rounded(strength: number): number {
  return Number(strength.toPrecision(3));
}
