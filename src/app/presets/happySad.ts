import type { ContrastTexts } from '../../core/directions/direction.js';

/** The first direction of a fresh page: twelve pairs of story sentences that differ in mood only. */
export const happySad: { readonly name: string; readonly opposite: string; readonly texts: ContrastTexts } = {
  name: 'happy',
  opposite: 'sad',
  texts: {
    kind: 'pairs',
    positive: [
      'Lily was very happy.',
      'Tom smiled and laughed.',
      'It was a great day and everyone was glad.',
      'The little dog was so excited and wagged its tail.',
      'Her mom gave her a big hug and she felt joyful.',
      'Ben won the race and cheered with his friends.',
      'The sun was shining and the children were having fun.',
      'She loved her new toy and could not stop smiling.',
      'The bird sang a cheerful song because it was happy.',
      'They all laughed and played together. It was the best day ever.',
      'Max found his lost ball and jumped for joy.',
      'The girl danced and giggled at her birthday party.',
    ],
    negative: [
      'Lily was very sad.',
      'Tom frowned and cried.',
      'It was a bad day and everyone was upset.',
      'The little dog was so lonely and hung its tail.',
      'Her mom went away and she felt miserable.',
      'Ben lost the race and cried without his friends.',
      'The rain was falling and the children were feeling bad.',
      'She broke her new toy and could not stop crying.',
      'The bird sang a gloomy song because it was sad.',
      'They all cried and went home alone. It was the worst day ever.',
      'Max lost his favorite ball and wept in pain.',
      'The girl sobbed and sniffled at her empty party.',
    ],
  },
};

export const firstPrompt =
  'Once upon a time, there was a little girl named Lily. She went to the park with her mom.';
