/** A stop of the tour: a part of the page and what to try there. */
export interface TourStep {
  /** CSS selector of what is shown; a step whose part is not on the page is left out. */
  readonly at: string;
  readonly title: string;
  readonly text: string;
}

/** From seeing what steering does to taking it along. At most five. */
export const tourSteps: readonly TourStep[] = [
  {
    at: '.two-texts',
    title: 'The same model, twice',
    text: 'Both texts go on from one prompt with the same seed; only the right one is steered. Tints say how far each token lies along the direction. Point at a token to see what the model thought of writing.',
  },
  {
    at: '.direction-card.selected .mantine-Slider-root',
    title: 'How strong',
    text: 'Drag, and the steered text is written again at once. The band marks the strengths that leave the model’s predictions mostly alone; beyond it texts begin to break.',
  },
  {
    at: '[data-tour="find"]',
    title: 'Find it for me',
    text: 'Say what you want more of and what it may cost. Method, layers and strength are tried on some prompts and reported on others, beside random directions and a plain instruction.',
  },
  {
    at: 'section[aria-label="Measures"]',
    title: 'Which layer, and at what cost',
    text: 'Sweep strengths and layers, test whether the direction is any good, read every layer through the logit lens, scan a text of yours, and see where errors grow.',
  },
  {
    at: '[data-tour="take"]',
    title: 'Take it along',
    text: 'Everything here is kept in this browser. Export vectors as JSON or GGUF, or a program that writes the same text, or a report for others to read.',
  },
];
