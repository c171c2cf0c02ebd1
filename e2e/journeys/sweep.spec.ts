import { readFile } from 'node:fs/promises';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 300_000 });

/** A point in the file of a sweep, as far as it is looked at. */
interface SavedPoint {
  readonly kind: string;
  readonly layers: readonly number[] | null;
  readonly strength: number | null;
  readonly effect: number;
  readonly figures: { readonly meanKl: number };
  readonly texts: readonly { readonly text: string }[];
}

/** The sweep's tab, set to a few texts on the page's own prompt. */
async function openSweep(page: Page): Promise<Locator> {
  const card = page.getByRole('region', { name: 'Measures', exact: true });
  await card.getByRole('tab', { name: 'Sweep' }).click();
  await card.getByRole('radiogroup', { name: 'How strengths are given' }).getByText('List').click();
  await card.getByRole('textbox', { name: 'Strengths' }).fill('-0.5, 0.5');
  await card.getByRole('textbox', { name: 'Layers' }).fill('3, 5');
  await card.getByText('Prompts, seeds, and what it is compared with').click();
  await card.getByRole('textbox', { name: 'Other prompts' }).fill('');
  await card.getByRole('textbox', { name: 'Tokens' }).fill('12');
  return card;
}

/** From its next opening on the page believes to be on a machine of so many cores. */
async function believeCores(page: Page, cores: number): Promise<void> {
  await page.addInitScript((it) => Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => it }), cores);
}

test('a sweep goes to its end, its points are read, and one of them sets the page', async ({ page }) => {
  const board = await Board.open(page);
  const card = await openSweep(page);
  await card.getByRole('switch', { name: 'Two random directions' }).uncheck();
  // 2 layers × 2 strengths, the wish as an instruction and as examples, and no steering.
  await expect(card.getByText(/^7 settings × 1 prompt × 1 seed: 7 texts of 12 tokens/)).toBeVisible();
  await card.getByRole('button', { name: 'Start sweep' }).click();
  await expect(card.getByText(/: all texts are there$/)).toBeVisible({ timeout: 120_000 });
  const points = card.getByRole('region', { name: 'Points of the sweep' });
  await expect(points.getByRole('row')).toHaveCount(8);
  // What was set is a line now, and what it comes to stands before the pictures.
  await expect(
    card.getByText(/^happy · layers 3, 5 · 2 strengths, −0\.5 to \+0\.5 · 1 prompt · 12 tokens/),
  ).toBeVisible();
  await expect(card.getByRole('textbox', { name: 'Strengths' })).toHaveCount(0);
  const comesTo = card.getByRole('region', { name: 'What the sweep comes to' });
  await expect(comesTo.getByRole('status').first()).toContainText(/within range/);
  await expect(card.getByRole('img', { name: /^Effect against cost of happy, 7 points/ })).toBeVisible();
  // A saved picture says by itself what it shows.
  const label = /^Save this plot: .* of happy against cost$/;
  await card.getByRole('button', { name: label }).click();
  const [picture] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Picture, SVG' }).click(),
  ]);
  const drawn = await readFile(await picture.path(), 'utf8');
  for (const words of [
    'of happy against its cost, by layer',
    'cost: KL from the unsteered model, nats a token',
    'layer 3',
    'no steering',
    'strained beyond',
  ]) {
    expect(drawn).toContain(words);
  }
  const map = card.getByRole('table', { name: 'effect of happy by layer and strength' });
  await expect(map.getByRole('button')).toHaveCount(4);
  // More of the direction has more of it.
  const effectOf = async (what: string): Promise<number> => {
    const row = points
      .getByRole('row')
      .filter({ has: page.getByRole('button', { name: new RegExp(`^Show the texts of ${what}`) }) });
    return Number((await row.getByRole('cell').nth(3).textContent())!.replace('−', '-'));
  };
  expect(await effectOf('layer 3, \\+0.5')).toBeGreaterThan(await effectOf('layer 3, −0.5'));
  await expect(points.getByRole('columnheader', { name: 'State' })).toHaveAttribute('aria-sort', 'ascending');
  await points.getByRole('button', { name: 'Effect' }).click();
  await expect(points.getByRole('columnheader', { name: 'Effect' })).toHaveAttribute('aria-sort', 'descending');
  // Only within range: the count on the switch is that of the rows.
  const only = card.getByRole('switch', { name: /^Only within range \(\d of 7\)$/ });
  const within = Number(/\((\d) of 7\)/.exec((await card.getByText(/^Only within range/).textContent())!)![1]);
  await only.press('Space');
  await expect(points.getByRole('row')).toHaveCount(within + 1);
  await expect(points.getByRole('cell', { name: /^(strained|broken)$/ })).toHaveCount(0);
  await only.press('Space');

  // By keyboard: the row shows its text, which the page then writes too.
  await points.getByRole('button', { name: /^Show the texts of layer 5, −0.5/ }).press('Enter');
  const texts = card.getByRole('region', { name: 'Texts of layer 5, −0.5' });
  const swept = (await texts.locator('.sweep-text').first().textContent())!;
  expect(swept.length).toBeGreaterThan(10);
  await board.toggle('happy', false);
  await texts.getByRole('button', { name: 'Use this' }).press('Enter');
  await expect(board.strength('happy')).toHaveAttribute('aria-valuenow', '-0.5');
  await expect(page.getByRole('slider', { name: 'First layer of happy', exact: true })).toHaveAttribute(
    'aria-valuenow',
    '5',
  );
  await expect(page.getByRole('switch', { name: 'Apply happy', exact: true })).toBeChecked();
  const { steered } = await board.texts();
  expect(steered.join('')).toContain(swept);
  // One step.
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(board.strength('happy')).toHaveAttribute('aria-valuenow', '0.5');
  await expect(page.getByRole('switch', { name: 'Apply happy', exact: true })).not.toBeChecked();

  // More strengths ask for the new texts only; other tokens make what is there old.
  await card.getByRole('button', { name: 'Change…' }).click();
  await card.getByRole('textbox', { name: 'Strengths' }).fill('-0.5, 0.5, 0.7');
  await expect(card.getByText(/: 2 more texts of 12 tokens/)).toBeVisible();
  await card.getByText('Prompts, seeds, and what it is compared with').click();
  await card.getByRole('textbox', { name: 'Tokens' }).fill('13');
  await expect(card.getByText(/^These results are of older settings: another sampling/)).toBeVisible();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    card.getByRole('button', { name: 'Save CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('sweep.csv');
  const [head, ...lines] = (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/);
  expect(head).toContain(',state,');
  for (const line of lines) expect(line).toMatch(/,(within range|strained|broken),/);

  // What was set is there after a reload, beside the results.
  await page.reload();
  await board.settled();
  await expect(card.getByText(/^These results are of older settings: another sampling/)).toBeVisible();
  await card.getByRole('button', { name: 'Change…' }).click();
  await expect(card.getByRole('textbox', { name: 'Layers' })).toHaveValue('3, 5');
});

test('a sweep is cancelled and goes on, and a slider is answered while it runs', async ({ page }) => {
  // One worker, many strengths and tokens: on a fast machine too, it is far from its end when it is cancelled.
  await believeCores(page, 1);
  const board = await Board.open(page);
  const card = await openSweep(page);
  await card.getByRole('button', { name: 'Every one' }).click();
  const strengths = Array.from({ length: 15 }, (_, at) => (at + 1) / 10).flatMap((it) => [-it, it]);
  await card.getByRole('textbox', { name: 'Strengths' }).fill(strengths.join(', '));
  await card.getByRole('textbox', { name: 'Tokens' }).fill('96');
  await card.getByRole('button', { name: 'Start sweep' }).click();
  const running = card.getByText(/^[1-9]\d* of \d+ texts/);
  await running.waitFor({ timeout: 60_000 });
  await expect(card.getByRole('progressbar', { name: 'Sweep' })).toBeInViewport();
  await expect(card.getByRole('button', { name: 'Cancel' })).toBeInViewport();
  // The slider's text comes while texts are still missing.
  const before = await board.text('Steered');
  await board.strength('happy').press('Home');
  await board.settled();
  expect(await board.text('Steered')).not.toEqual(before);
  await card.getByRole('button', { name: 'Cancel' }).click();
  const left = card.getByText(/: \d+ more texts of 96 tokens/);
  await expect(left).toBeVisible();
  const missing = async (): Promise<number> => Number(/: (\d+) more/.exec((await left.textContent())!)![1]);
  expect(await missing()).toBeGreaterThan(0);
  expect(await missing()).toBeLessThan(8 * 30 + 2 * 30 + 2 + 1);
  // With fewer strengths, so that it does not take as long again: what is there of them stays.
  await card.getByRole('button', { name: 'Change…' }).click();
  await card.getByRole('textbox', { name: 'Strengths' }).fill('-1, -0.2, 0.4, 1');
  const all = 8 * 4 + 2 * 4 + 2 + 1;
  await expect(card.getByText(`${all} settings`)).toBeVisible();
  expect(await missing()).toBeLessThan(all);
  await card.getByRole('button', { name: 'Go on' }).click();
  await expect(card.getByText(/: all texts are there$/)).toBeVisible({ timeout: 180_000 });
  // The box opens out to all of them.
  await card.getByRole('button', { name: `Show all ${all} points` }).click();
  const points = card.getByRole('region', { name: 'Points of the sweep' });
  await expect(points.getByRole('row')).toHaveCount(all + 1);
  expect(await points.evaluate((box) => box.scrollHeight - box.clientHeight)).toBe(0);
  await expect(card.getByRole('button', { name: 'Show fewer points' })).toBeVisible();
});

test('a limit that is set decides which point a sweep comes to, and a button sets the page to it', async ({ page }) => {
  const board = await Board.open(page);
  const card = await openSweep(page);
  await card.getByRole('textbox', { name: 'Strengths' }).fill('0.3, 0.5');
  await card.getByRole('button', { name: 'Start sweep' }).click();
  await expect(card.getByText(/: all texts are there/)).toBeVisible({ timeout: 120_000 });
  const comesTo = card.getByRole('region', { name: 'What the sweep comes to' });
  // A budget that no steered text keeps within.
  await board.verdict.click();
  const budget = page.getByRole('textbox', { name: 'KL: strained beyond' });
  await budget.fill('0.01');
  await budget.press('Tab');
  await expect(comesTo).toContainText('Nothing that was steered is within range.');
  await expect(comesTo.getByRole('button', { name: 'Set the page to it' })).toHaveCount(0);
  // A generous one.
  await budget.fill('50');
  await budget.press('Tab');
  await page.keyboard.press('Escape');
  await expect(budget).toBeHidden();
  const said = /^At layer (\d), strength \+(0\.\d) it does most within range: effect \+/;
  await expect(comesTo.getByRole('status').first()).toContainText(said);
  // The page's texts are longer than those that were judged.
  await expect(comesTo).toContainText('Judged on texts of 12 tokens; the page writes 96');
  const [, layer, strength] = said.exec((await comesTo.getByRole('status').first().textContent())!)!;
  await comesTo.getByRole('button', { name: 'Set the page to it' }).click();
  await expect(board.strength('happy')).toHaveAttribute('aria-valuenow', strength!);
  await expect(page.getByRole('slider', { name: 'First layer of happy', exact: true })).toHaveAttribute(
    'aria-valuenow',
    layer!,
  );
  await comesTo.getByRole('button', { name: 'Read its texts' }).click();
  await expect(card.getByRole('region', { name: /^Texts of layer/ })).toBeInViewport();
  await comesTo.getByRole('button', { name: 'Set the sweep to 96 tokens' }).click();
  await expect(card.getByText(/texts of 96 tokens/)).toBeVisible();
});

test('with a second worker a sweep has the texts and figures that it has without one', async ({ browser }) => {
  /** Every point with its texts. */
  const sweptWith = async (cores: number) => {
    const page = await browser.newPage();
    await believeCores(page, cores);
    await Board.open(page);
    const card = await openSweep(page);
    await card.getByRole('button', { name: 'Every one' }).click();
    await card.getByRole('textbox', { name: 'Strengths' }).fill('-1, -0.8, -0.6, -0.4, -0.2, 0.2, 0.4, 0.6, 0.8, 1');
    await card.getByRole('textbox', { name: 'Tokens' }).fill('32');
    await card.getByRole('button', { name: 'Start sweep' }).click();
    await expect.poll(() => page.workers().length, { timeout: 60_000 }).toBe(cores);
    await expect(card.getByText(/: all texts are there/)).toBeVisible({ timeout: 120_000 });
    const saving = page.waitForEvent('download');
    await card.getByRole('button', { name: 'Save JSON' }).click();
    const file = JSON.parse(await readFile(await (await saving).path(), 'utf8')) as {
      readonly points: readonly SavedPoint[];
    };
    await page.close();
    return file.points.map(({ kind, layers, strength, effect, figures, texts }): SavedPoint => ({
      kind,
      layers,
      strength,
      effect,
      figures,
      texts,
    }));
  };
  const [alone, together] = [await sweptWith(1), await sweptWith(2)];
  expect(together).toHaveLength(alone.length);
  for (const [index, { effect, figures, texts, ...what }] of alone.entries()) {
    const other = together[index]!;
    expect(other).toMatchObject(what);
    expect(other.texts.map(({ text }) => text)).toEqual(texts.map(({ text }) => text));
    // Rows of other batches are summed in another order.
    expect(other.effect).toBeCloseTo(effect, 4);
    expect(other.figures.meanKl).toBeCloseTo(figures.meanKl, 4);
  }
});
