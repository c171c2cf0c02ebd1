/** Sentences of three kinds, for a first scan: along a mood, line by line, they come out apart. */
export const scanExample = [
  'Lily was so happy. She laughed and danced all day.',
  'The old dog was alone. It cried in the cold rain.',
  'Tom put the blue box on the table.',
].join('\n');
