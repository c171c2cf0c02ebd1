import type { Ours } from './contestants.js';

export const shortPrompt = 'Once upon a time, there was a little';

const story =
  'One day, Tom and his sister Lily went to the park with their mother. The sun was warm and the sky was blue. They saw ' +
  'a small dog near the big tree. The dog had a red ball in its mouth. Tom wanted to play with the dog, but Lily was a ' +
  'little scared. Their mother smiled and said that the dog looked kind. Tom walked slowly to the dog and held out his ' +
  'hand. The dog dropped the ball and wagged its tail. Tom threw the ball far away, and the dog ran after it. Lily ' +
  'laughed and clapped her hands. Soon she was not scared any more. They played until the sun went down behind the ' +
  'hills, and then it was time to go home. At home their father had made soup, and they told him about the dog. ';

/** The longest beginning of a story that has at most `tokens` tokens. */
export async function promptOf(ours: Ours, tokens: number): Promise<string> {
  const words = story.repeat(1 + Math.ceil(tokens / 150)).split(' ');
  let low = 1;
  let high = words.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const { ids } = await ours.remote.tokenize(words.slice(0, middle).join(' '));
    if (ids.length <= tokens) low = middle;
    else high = middle - 1;
  }
  return words.slice(0, low).join(' ');
}
