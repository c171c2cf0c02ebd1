import type { Plan } from '../../core/steering/plan.js';
import type { SamplingSettings } from '../../core/sampling.js';
import type { GenerateEvent } from '../../protocol/api.js';
import type { Turn } from '../capture/background.js';
import { Batch } from '../generation/batch.js';
import { readPrompt } from '../generation/prompt.js';
import { TextInProgress } from '../generation/text-in-progress.js';
import { OwnPrompts } from '../generation/own-prompts.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import { preparePlans } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';

/**
 * Writes one prompt's texts, every plan with every seed, as one batch, a token a turn. Nothing of them is kept among the
 * page's texts or prompts, and the page's unfinished text stays.
 *
 * @param plans whose conditions are decided
 * @returns the generated ids by plan, then by seed
 */
export async function writeTexts(
  model: SteeredModel,
  prompt: EncodedPrompt,
  plans: readonly Plan[],
  seeds: readonly number[],
  sampling: Omit<SamplingSettings, 'seed'>,
  turn: Turn,
): Promise<readonly (readonly (readonly number[])[])[]> {
  const written = new Map<TextInProgress, readonly number[]>();
  const unheard: GenerateEvent[] = [];
  const batch = new Batch(model, null, false);
  const own = new OwnPrompts(model);
  // The session goes that holds the caches; the next turn begins anew.
  const leave = (): void => {
    batch.end();
    own.clear();
  };
  model.beforeRelease.add(leave);
  let texts: readonly (readonly TextInProgress[])[] = [];
  try {
    await turn(async () => {
      model.decoder.caches.sweep();
      const compiled = await preparePlans(model, plans);
      const states = await readPrompt(model, prompt, compiled, own);
      texts = compiled.map((plan, index) =>
        seeds.map((seed) => {
          const text = new TextInProgress(model, plan, [], { ...sampling, seed }, states[index]!, []);
          text.choose(unheard, states[index]!.logits);
          return text;
        }),
      );
      batch.begin(
        texts.flat(),
        states.flatMap(({ cache }) => seeds.map(() => cache)),
      );
      own.clear();
    });
    while (!batch.isDone) {
      await turn(async () => {
        for (const text of await batch.step(unheard)) written.set(text, text.ids.slice(text.promptLength));
      });
    }
  } finally {
    model.beforeRelease.delete(leave);
    leave();
  }
  return texts.map((row) => row.map((text) => written.get(text)!));
}
