import type { ContrastTexts } from '../../core/directions/direction.js';

/** Open enough that a mood shows in the answer. */
export const firstMessage = 'Tell me about your day.';

/** A first direction for chat models: who the assistant is to be, and questions that do not ask for a mood. */
export const happySadPersonas: {
  readonly name: string;
  readonly opposite: string;
  readonly texts: ContrastTexts & { readonly questions: readonly string[] };
} = {
  name: 'happy',
  opposite: 'sad',
  texts: {
    kind: 'personas',
    positive: [
      'an extremely happy person',
      'a cheerful person who is delighted by everything',
      'a joyful friend on the best day of their life',
    ],
    negative: [
      'an extremely sad person',
      'a gloomy person who is grieved by everything',
      'a miserable friend on the worst day of their life',
    ],
    questions: [
      'What did you do this morning?',
      'What is the weather like?',
      'How would you describe your home?',
      'What do you think of the sea?',
      'What are you going to do tomorrow?',
    ],
  },
};
