import { expect, test } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

test('a fresh page loads its model, fits happy ↔ sad, and writes two texts', async ({ page }) => {
  const trouble: string[] = [];
  page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
  page.on('pageerror', (error) => trouble.push(String(error)));
  const requested = new Set<string>();
  page.context().on('request', (request) => requested.add(request.url()));

  const board = await Board.open(page);
  await expect(page.getByRole('button', { name: 'Model: tales' })).toBeVisible();
  await expect(board.direction('happy')).toBeVisible();
  await expect(page.getByRole('switch', { name: 'Apply happy' })).toBeChecked();
  const { baseline, steered } = await board.texts();
  const prompt = await board.prompt.inputValue();
  for (const text of [baseline, steered]) expect(text.join('')).toContain(prompt);
  expect(baseline.join('').length).toBeGreaterThan(prompt.length + 40);
  expect(steered).not.toEqual(baseline);

  // Drawn when the texts are there: layers × tokens, and the lines along both texts.
  const { layers } = await board.shape();
  const map = page.getByRole('img', { name: /^alignment of \d+ tokens with happy at \d+ layers, steered text$/ });
  await expect(map.locator('.heatmaplayer image, .heatmaplayer .hm').first()).toBeAttached({ timeout: 30_000 });
  await expect(map).toHaveAccessibleName(new RegExp(`of ${steered.length} tokens with happy at ${layers} layers`));
  await expect(page.getByRole('img', { name: /along the baseline and the steered text/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Projection' }).click();
  await expect(page.getByRole('img', { name: /^projection of \d+ tokens/ })).toBeVisible();
  await board.choose('Text in the plot', 'Baseline');
  await expect(
    page.getByRole('img', {
      name: `projection of ${baseline.length} tokens with happy at ${layers} layers, baseline text`,
    }),
  ).toBeVisible();

  const policy = page.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(policy).toHaveAttribute('content', /script-src 'self'/);
  const site = new URL(page.url()).origin;
  const elsewhere = [...requested].filter(
    (address) => !address.startsWith(`${site}/`) && !/^(blob|data):/.test(address),
  );
  expect(elsewhere).toEqual([]);
  expect(requested.size).toBeGreaterThan(5);
  expect(trouble).toEqual([]);
});

test('the strength rewrites the steered text and leaves the baseline alone', async ({ page }) => {
  const board = await Board.open(page);
  const first = await board.texts();
  const start = await board.strengthNow('happy');

  await board.setStrength('happy', -0.9);
  const turned = await board.texts();
  expect(turned.steered).not.toEqual(first.steered);
  expect(turned.baseline).toEqual(first.baseline);

  await board.setStrength('happy', 0);
  const zero = await board.texts();
  expect(zero.steered).toEqual(first.baseline);
  expect(zero.baseline).toEqual(first.baseline);

  await board.setStrength('happy', start);
  expect(await board.texts()).toEqual(first);

  // Dragged, it follows the pointer, and the texts follow it.
  const drag = async (value: number): Promise<void> =>
    board.strengthTrack('happy').hover({ position: await board.strengthPosition('happy', value) });
  await drag(start);
  await page.mouse.down();
  for (const value of [0.2, -0.2, -0.6, -0.9]) await drag(value);
  await page.mouse.up();
  await expect.poll(() => board.strengthNow('happy')).toBeLessThan(-0.8);
  expect((await board.texts()).steered).not.toEqual(first.steered);
  await board.setStrength('happy', -0.9);
  expect(await board.texts()).toEqual(turned);
  await board.strength('happy').press('ArrowRight');
  await expect.poll(() => board.strengthNow('happy')).toBeCloseTo(-0.88, 6);
});

test('layers, operator, scope and switch each change what is written', async ({ page }) => {
  const board = await Board.open(page);
  const first = await board.texts();
  const steeredNow = async (): Promise<string> => {
    const { baseline, steered } = await board.texts();
    expect(baseline).toEqual(first.baseline);
    return steered.join('|');
  };
  const seen = new Map([['as opened', first.steered.join('|')]]);
  const expectNew = async (what: string): Promise<void> => {
    const text = await steeredNow();
    expect(
      [...seen].filter(([, other]) => other === text).map(([name]) => name),
      `${what} writes what was written before`,
    ).toEqual([]);
    seen.set(what, text);
  };

  await board.setStrength('happy', -0.5);
  await expectNew('strength −0.5');
  await board.setLayers('happy', 1, 4);
  await expectNew('layers 1–4');
  await expect(board.textCard('Steered')).toContainText('@1–4');
  await board.choose('Scope of happy', 'Generated');
  await expectNew('generated tokens only');
  await board.choose('Scope of happy', 'Prompt');
  await expectNew('prompt only');
  await board.choose('Scope of happy', 'Both');
  await board.chooseOperator('happy', 'Clamp');
  await expectNew('clamp');
  await board.chooseOperator('happy', 'Ablate');
  await expect(board.direction('happy')).toContainText('taken out, no strength');
  await expect(board.textCard('Steered')).toContainText('without happy');
  await board.settled();

  await board.chooseOperator('happy', 'Add');
  expect(await steeredNow()).toBe(seen.get('layers 1–4'));
  await board.toggle('happy', false);
  expect(await steeredNow()).toBe(first.baseline.join('|'));
  await expect(board.textCard('Steered')).toContainText('nothing is on');
  await board.toggle('happy', true);
  expect(await steeredNow()).toBe(seen.get('layers 1–4'));
});

test('a token says how it aligns and what could have stood there', async ({ page }) => {
  const board = await Board.open(page);
  const { steered } = await board.texts();
  const card = page.getByRole('tooltip');
  const last = board.tokens('Steered').last();
  await last.hover();
  await expect(card).toContainText(/alignment [+−]?\d\.\d\d with happy, projection −?\d+(\.\d+)? at layer \d/);
  await expect(card).toContainText('next token');
  await expect(card).toContainText('with');
  await expect(card).toContainText('w/o');
  await page.mouse.move(2, 2);
  await expect(card).toBeHidden();

  // By keyboard: from the first written token to its neighbours, the ends, and away.
  const list = board.textList('Steered');
  await list.focus();
  await list.press('End');
  await expect(list).toHaveAttribute('aria-activedescendant', `token-steered-${steered.length - 1}`);
  await list.press('ArrowLeft');
  await expect(list).toHaveAttribute('aria-activedescendant', `token-steered-${steered.length - 2}`);
  await expect(card).toContainText('next token');
  await list.press('Home');
  await expect(card).toContainText('The first token is given, not predicted.');
  await list.press('ArrowRight');
  await expect(list).toHaveAttribute('aria-activedescendant', 'token-steered-1');
  await list.press('Enter');
  await expect(board.tokens('Steered').nth(1)).toHaveAttribute('aria-selected', 'true');
  await list.press('Escape');
  await expect(card).toBeHidden();
});

test('the colours turn dark and light, and stay so', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/');
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const toDark = page.getByRole('button', { name: 'Use dark colours' });
  await expect(toDark).toBeVisible();
  const light = await background();
  await toDark.click();
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Use light colours' })).toBeVisible();
  expect(await background()).toBe(dark);
  await page.getByRole('button', { name: 'Use light colours' }).click();
  await expect.poll(background).toBe(light);
});
