/** Which tokens are steered, how strong along text and layers, and for which prompts: by keys and by pointer. */
import { expect, test, type Locator } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

/** Moves the pointer to a place on an element, as shares of its width and height, once it is where it stays. */
async function pointAt(element: Locator, across: number, down: number): Promise<void> {
  const { width, height } = (await element.boundingBox())!;
  await element.hover({ position: { x: across * width, y: down * height } });
}

test('the first generated tokens, a curve over the text and a condition each change what is written', async ({
  page,
}) => {
  const board = await Board.open(page);
  const full = await board.texts();
  const card = board.direction('happy');
  const sentence = card.getByLabel('What happy does');
  await expect(sentence).toBeHidden();
  await card.getByText('More', { exact: true }).click();
  await expect(sentence).toHaveText(/^Adds 0.5 residual norms at layer \d of all tokens\.$/);

  await board.choose('Scope of happy', 'Generated');
  const generated = await board.texts();
  await card.getByRole('combobox', { name: 'Tokens of the generated text steered by happy' }).selectOption('the first');
  await expect(sentence).toHaveText(/of the first 8 generated tokens\.$/);
  const first = await board.texts();
  expect(first.steered).not.toEqual(generated.steered);
  expect(first.baseline).toEqual(full.baseline);
  // As long as both are steered alike they are the same text.
  const prompt = (await page.evaluate(() => document.querySelectorAll('.token.prompt').length)) / 2;
  expect(first.steered.slice(0, prompt + 9)).toEqual(generated.steered.slice(0, prompt + 9));

  // Closed, the card says in a few words what is set.
  await card.getByText('More', { exact: true }).click();
  await expect(card.locator('summary')).toContainText('the first 8 generated tokens');
  await card.getByText('More', { exact: true }).click();

  await card
    .getByRole('combobox', { name: 'Tokens of the generated text steered by happy' })
    .selectOption('all tokens');
  await card.getByRole('button', { name: 'Fade out' }).click();
  await expect(sentence).toHaveText(/of generated tokens and fades out by token 95\.$/);
  const faded = await board.texts();
  expect(faded.steered).not.toEqual(generated.steered);
  const handle = (at: number) => card.getByRole('slider', { name: `Handle ${at} of strength of happy over the text` });
  await expect(handle(2)).toHaveAttribute('aria-valuetext', 'times 0.00 at token 95');
  await handle(2).press('PageUp');
  await handle(2).press('Shift+ArrowLeft');
  await expect(handle(2)).toHaveAttribute('aria-valuetext', 'times 0.25 at token 87');
  await expect(sentence).toHaveText(/and falls to ×0\.25 by token 87\.$/);
  // By pointer: a click beside the handles adds one there, dragging moves it.
  const curve = card.getByRole('group', { name: 'strength of happy over the text' });
  await pointAt(curve, 0.25, 0.9);
  await page.mouse.down();
  await pointAt(curve, 0.25, 0.7);
  await pointAt(curve, 0.25, 0.5);
  await page.mouse.up();
  await expect(handle(2)).toHaveAttribute('aria-valuetext', /^times 1\.00 at token 2[34]$/);
  await handle(2).press('Delete');
  await expect(handle(2)).toHaveAttribute('aria-valuetext', 'times 0.25 at token 87');
  await card.getByRole('button', { name: 'Level' }).click();
  expect((await board.texts()).steered).toEqual(generated.steered);

  await card.getByRole('switch', { name: 'Apply happy only for some prompts' }).press('Space');
  const measured = card.getByRole('status');
  await expect(measured).toHaveText(/^This prompt: [+−]0\.\d{3}, threshold 0\.000: (holds|does not hold)$/);
  const figure = Number((await measured.textContent())!.split(/[ ,]/)[2]!.replace('−', '-'));
  const threshold = card.getByRole('textbox', { name: 'Threshold of happy' });
  const above = (figure + 0.01).toFixed(3);
  await threshold.fill(above);
  await expect(measured).toHaveText(/: does not hold$/);
  expect((await board.texts()).steered).toEqual(full.baseline);
  await board.choose('Side of the threshold of happy', 'Below');
  await expect(measured).toHaveText(/: holds$/);
  expect((await board.texts()).steered).toEqual(generated.steered);
  await expect(sentence).toHaveText(/, if the prompt’s alignment at layer \d is below −?0\.\d+\.$/);

  // It is all there again after the page is opened anew.
  await page.reload();
  await board.settled();
  await card.getByText('More', { exact: true }).click();
  await expect(measured).toHaveText(/: holds$/);
  await expect(threshold).toHaveValue(String(Number(above)));
});

test('the strength over layers is drawn, reset, and changes the text while it is drawn', async ({ page }) => {
  const board = await Board.open(page);
  await board.setLayers('happy', 2, 5);
  await board.setStrength('happy', 0.6);
  const level = await board.texts();
  const card = board.direction('happy');
  await card.getByText('More', { exact: true }).click();
  const bar = (layer: number) => card.getByRole('slider', { name: `Layer ${layer} of strength of happy over layers` });
  await bar(2).press('Home');
  await bar(2).press('ArrowRight');
  await expect(bar(3)).toBeFocused();
  await bar(3).press('ArrowDown');
  await expect(card.getByLabel('What happy does')).toHaveText(/at layers 3–5 \(×0\.95…1\) of all tokens\.$/);
  expect((await board.texts()).steered).not.toEqual(level.steered);

  // A stroke over the bars from the left to the right, half as high as they were.
  const { layers } = await board.shape();
  const bars = card.getByRole('group', { name: 'strength of happy over layers' });
  await pointAt(bars, 0.01, 0.75);
  await page.mouse.down();
  for (const across of [0.3, 0.6, 0.99]) await pointAt(bars, across, 0.75);
  await page.mouse.up();
  for (let layer = 0; layer < layers; layer++) await expect(bar(layer)).toHaveAttribute('aria-valuenow', '0.5');
  const half = await board.texts();
  await card.getByRole('button', { name: 'reset' }).click();
  await expect(bar(2)).toHaveAttribute('aria-valuenow', '1');
  expect((await board.texts()).steered).toEqual(level.steered);
  await board.setStrength('happy', 0.3);
  // Half the strength everywhere is half the strength.
  expect((await board.texts()).steered).toEqual(half.steered);
});
