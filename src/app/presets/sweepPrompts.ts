/** Prompts to measure on beside the page's own, so that a figure is not of one prompt alone. They ask for no mood, topic or manner. */
export const sweepPrompts: Readonly<Record<'stories' | 'texts' | 'chat', readonly string[]>> = {
  /** For the bundled model, which writes children's stories. */
  stories: [
    'One day, Ben opened the door and looked outside.',
    'There was a small house near the river. In the house lived',
    'Mia put on her shoes and walked to the shop with her brother.',
  ],
  texts: [
    'Yesterday we went into the town because',
    'The letter began with a few words about the house, and then',
    'When the train arrived at the station,',
  ],
  chat: [
    'Tell me about the place where you live.',
    'What did you do this morning?',
    'Write a short text about a table.',
  ],
};
