import type { ContrastKind } from '../../../core/directions/direction.js';

export interface KindChoice {
  readonly value: ContrastKind;
  readonly label: string;
}

export const plainKinds: readonly KindChoice[] = [
  { value: 'pairs', label: 'Pairs' },
  { value: 'lists', label: 'Two lists' },
  { value: 'prompts', label: 'Two prompts' },
];
export const chatKinds: readonly KindChoice[] = [
  { value: 'personas', label: 'Personas' },
  { value: 'systems', label: 'System prompts' },
];

export const kindHints: Readonly<Record<ContrastKind, string>> = {
  pairs: 'One text a line; line n of one side belongs to line n of the other.',
  lists: 'One text a line; the sides may differ in length.',
  prompts: 'One whole text on each side.',
  systems: 'One system prompt a line; each is asked every question. Line n of one side belongs to line n of the other.',
  personas:
    'One persona a line: “an extremely happy person” becomes the system prompt “You are an extremely happy person.”, and each is asked every question. Line n of one side belongs to line n of the other. Choose “System prompts” to change the sentence.',
};

/** What the sides hold, and an example of a line on each. */
export const sideWords: Readonly<Record<ContrastKind, readonly [noun: string, positive: string, negative: string]>> = {
  pairs: ['text', 'Lily was very happy', 'Lily was very sad'],
  lists: ['text', 'Lily was very happy', 'Lily was very sad'],
  prompts: ['text', 'Lily was very happy', 'Lily was very sad'],
  systems: ['system prompt', 'You are happy about everything.', 'You are sad about everything.'],
  personas: ['persona', 'an extremely happy person', 'an extremely sad person'],
};
