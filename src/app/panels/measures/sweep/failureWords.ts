/** What of a sweep could not be written, and what to do. */
import type { ErrorData } from '../../../../core/errors.js';
import type { SweepRun } from '../../../stores/sweep.js';

interface Failed {
  readonly texts: number;
  /** Of the first of them; the others mostly say the same. */
  readonly error: ErrorData;
}

/** A sentence for each kind of texts that failed: the wish in words makes a prompt longer, which is nothing that the prompts are to blame for. */
export function failureWords({ failures, settings }: Pick<SweepRun, 'failures' | 'settings'>): readonly string[] {
  const kinds = new Map<string, Failed>();
  for (const { setting, cells } of settings) {
    const kind = setting.kind === 'prompt' ? (setting.direction.split(' for ')[0] ?? '') : '';
    for (const id of cells) {
      const error = failures.get(id);
      if (!error) continue;
      const known = kinds.get(kind);
      kinds.set(kind, { texts: (known?.texts ?? 0) + 1, error: known?.error ?? error });
    }
  }
  return [...kinds].map(([kind, failed]) => sentence(kind, failed));
}

const inWords: Readonly<Record<string, { readonly noun: string; readonly advice: string }>> = {
  instruction: { noun: 'the instruction', advice: 'Write a shorter instruction' },
  examples: { noun: 'the examples', advice: 'Write fewer or shorter examples' },
};

function sentence(kind: string, { texts, error: { code, message, fields } }: Failed): string {
  const count = `${texts} ${texts === 1 ? 'text' : 'texts'}`;
  const wish = inWords[kind];
  if (!wish) return `${count} could not be written: ${message}`;
  const those = `${count} with ${wish.noun} in the prompt could not be written`;
  return code === 'input-too-long'
    ? `${those}: the prompt then has ${fields['tokens']} tokens, and the model reads at most ${fields['context']} with what it writes. ${wish.advice} under “Prompts, seeds, and what it is compared with”.`
    : `${those}: ${message}`;
}
