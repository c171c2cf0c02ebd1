import type { ContrastTexts } from '../../core/directions/direction.js';

/**
 * The first direction of a fresh page: twelve pairs of story sentences that differ in mood. Residuals are read at the last
 * token, so each ends in the word that carries it.
 */
export const happySad: { readonly name: string; readonly opposite: string; readonly texts: ContrastTexts } = {
  name: 'happy',
  opposite: 'sad',
  texts: {
    kind: 'pairs',
    positive: [
      'Lily was very happy',
      'Tom smiled and laughed',
      'It was a sunny day and everyone was glad',
      'The little dog was so excited',
      'Her mom gave her a big hug and she felt joyful',
      'Ben won the race and he was proud',
      'The children played all day and had so much fun',
      'She loved her new toy and smiled',
      'The bird sang because it was cheerful',
      'They played together and laughed',
      'Max found his ball and was delighted',
      'At the party the girl danced and giggled',
    ],
    negative: [
      'Lily was very sad',
      'Tom frowned and cried',
      'It was a rainy day and everyone was upset',
      'The little dog was so lonely',
      'Her mom went away and she felt miserable',
      'Ben lost the race and he was ashamed',
      'The children stayed in all day and had so much pain',
      'She broke her new toy and wept',
      'The bird hid because it was gloomy',
      'They went home alone and cried',
      'Max lost his ball and was heartbroken',
      'At the party the girl sat and sobbed',
    ],
  },
};

export const firstPrompt = 'Once upon a time, there was a little girl named Lily. She went to the park with her mom.';
