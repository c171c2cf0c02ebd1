/**
 * Prompts to measure on beside the page's own, so that a figure is not of one prompt alone. They ask for no mood, topic or manner.
 * Seven of each: with the page's own they are eight, over which an interval is about half as wide as over four.
 */
export const sweepPrompts: Readonly<Record<'stories' | 'texts' | 'chat', readonly string[]>> = {
  /** For the bundled model, which writes children's stories. */
  stories: [
    'One day, Ben opened the door and looked outside.',
    'There was a small house near the river. In the house lived',
    'Mia put on her shoes and walked to the shop with her brother.',
    'The boy and his grandmother sat at the table.',
    'In the morning, the children went to school.',
    'A man came down the road with a bag.',
    'Sara found a key in the grass.',
  ],
  texts: [
    'Yesterday we went into the town because',
    'The letter began with a few words about the house, and then',
    'When the train arrived at the station,',
    'On the table there were two books and',
    'The man at the counter asked where',
    'In the next street there is a shop that',
    'The first part of the meeting was about the road, and',
  ],
  chat: [
    'Tell me about the place where you live.',
    'What did you do this morning?',
    'Write a short text about a table.',
    'What can one see from a window?',
    'How is a letter sent?',
    'What is a bridge for?',
    'Describe the way to a station.',
  ],
};
