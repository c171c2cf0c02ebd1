/** What an arm did on a prompt. */
export interface PromptGain {
  readonly prompt: number;
  /** How much more of the effect its text has than the unsteered one. */
  readonly gain: number;
  /** How much it counts, 0…1. */
  readonly weight: number;
}

/** What one arm did, and how many texts say so. */
export interface ArmEffect {
  readonly effect: number;
  readonly texts: number;
}

export interface Paired {
  /** In the order of the arms. */
  readonly effects: readonly ArmEffect[];
  /** Variance of what remains of one text: neither its arm's nor its prompt's. */
  readonly noise: number;
}

/** Arms' and prompts' parts are found in turns; so many are enough. */
const turns = 12;
/** A prompt's part is believed as if one more text of it had shown none, since prompts differ about as much as texts do. */
const belief = 1;

/**
 * Compares arms that were tried on different prompts as if it had been on the same: a gain is the arm's part, the prompt's and
 * chance. Least squares, with the prompts' parts drawn towards zero: an additive model of two ways, the second random.
 */
export function paired(arms: readonly (readonly PromptGain[])[]): Paired {
  const own = new Map<number, number>();
  const ofPrompt = (prompt: number): number => own.get(prompt) ?? 0;
  let effects: readonly ArmEffect[] = [];
  for (let turn = 0; turn < turns; turn++) {
    effects = arms.map((texts) => meanOf(texts, ({ gain, prompt }) => gain - ofPrompt(prompt)));
    const rests = new Map<number, ArmEffect>();
    for (const [arm, texts] of arms.entries())
      for (const { prompt, gain, weight } of texts) {
        const before = rests.get(prompt) ?? { effect: 0, texts: 0 };
        const count = before.texts + weight;
        const share = weight / count;
        const rest = gain - effects[arm]!.effect;
        rests.set(prompt, { effect: before.effect + share * (rest - before.effect), texts: count });
      }
    for (const [prompt, { effect, texts: count }] of rests) own.set(prompt, (effect * count) / (count + belief));
  }
  const left = arms.flatMap((texts, arm) =>
    texts.map((text) => text.weight * (text.gain - effects[arm]!.effect - ofPrompt(text.prompt)) ** 2),
  );
  const count = effects.reduce((sum, { texts }) => sum + texts, 0);
  return { effects, noise: left.reduce((sum, value) => sum + value, 0) / Math.max(1, count - arms.length) };
}

function meanOf(texts: readonly PromptGain[], of: (text: PromptGain) => number): ArmEffect {
  const count = texts.reduce((sum, { weight }) => sum + weight, 0);
  return { effect: texts.reduce((sum, text) => sum + text.weight * of(text), 0) / count, texts: count };
}
