/** Programs that read the whole text anew for each token: slow, and simple enough to be right in any library. */
import { pythonNumber } from './quoting.js';
import type { ProgramPlan } from './sites.js';
import type { SnippetInput } from './snippet.js';

/** A loop that ends with `text`, the ids of prompt and generated tokens; `logits(ids)` returns [S, vocabulary]. */
export function loop({ sampling }: SnippetInput, stop: string): string[] {
  const { maxNewTokens, repetitionPenalty, temperature } = sampling;
  return [
    `text = ids[0].tolist()`,
    'RUN["prompt"] = len(text)',
    `for _ in range(${maxNewTokens}):`,
    '    RUN["ids"] = text',
    '    last = logits(torch.tensor([text]))[-1].float()',
    ...(repetitionPenalty === 1
      ? []
      : [
          '    seen = torch.tensor(sorted(set(text)))',
          `    last[seen] = torch.where(last[seen] > 0, last[seen] / ${pythonNumber(repetitionPenalty)}, last[seen] * ${pythonNumber(repetitionPenalty)})`,
        ]),
    ...(temperature > 0 ? ['    # The likeliest token is taken; the page samples.'] : []),
    '    text = text + [int(last.argmax())]',
    `    if text[-1] == ${stop}:`,
    '        break',
    'print(tokenizer.decode(text, skip_special_tokens=True))',
  ];
}

/** Conditions are left to the Transformers program. */
export function withoutConditions(plan: ProgramPlan): string[] {
  return plan.scopes.some(({ condition }) => condition !== null)
    ? ['# Conditions are not checked here: their directions always apply. The program for Transformers checks them.']
    : [];
}
