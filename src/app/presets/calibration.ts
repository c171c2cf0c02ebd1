import type { Prompt } from '../../core/chat/prompt.js';

/** Openings of stories in the bundled model's own words, of different people, places and moods. */
const stories: readonly string[] = [
  'Once upon a time, there was a boy who liked',
  'The old man and his wife lived in a',
  'Mia had a red ball that she took with',
  'It was a cold day and the wind was',
  'The bear walked in the forest to find some',
  'Tim and Anna wanted to build a tower with',
  'Every night, Grandma told a story about the moon',
  'The yellow car went down the street and stopped',
  'A bird made a nest in the tree and',
  'The king had a ring that was made of',
];

/** Openings of plain prose in common words, for models that continue texts. */
const prose: readonly string[] = [
  'The meeting was moved to Monday because the room',
  'We know that the number of people in the',
  'My friend told me that he had bought a',
  'The history of this city begins with a small',
  'To make the bread, mix the water with the',
  'In the second half of the game both teams',
  'The company said last week that it had made',
  'She opened the letter and read the first line',
  'The road to the north goes through a long',
  'When the train came in, a man with a',
  'There are three ways to get from here to',
  'The new law says that every house must have',
];

/** Questions that do not ask for a mood or a manner, for models that chat. */
const questions: readonly string[] = [
  'How do I cook rice?',
  'How do I boil eggs?',
  'How do planes fly?',
  'What is a good breakfast?',
  'What is a black hole?',
  'What is a prime number?',
  'What is a good book?',
  'What can I cook tonight?',
  'Why is the sky blue?',
  'Why is the sea salty?',
  'Why do cats purr?',
  'Why do leaves fall?',
  'Where does tea come from?',
  'Where does rain come from?',
  'Who was Marie Curie?',
  'When was paper invented?',
];

/**
 * What calibration texts begin with: many and short, since those are taken that have equally many tokens. Never the page's own
 * prompt: the range is of the direction, and holds while one types.
 */
export function calibrationPrompts(model: 'bundled' | 'other', chatting: boolean): readonly Prompt[] {
  if (chatting) return questions.map((content) => ({ messages: [{ role: 'user', content }] }));
  return model === 'bundled' ? stories : prose;
}
