import { expect, test, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';
import { Folders, smallModel } from './small-model.js';

test.describe.configure({ timeout: 240_000 });

async function topOf(locator: Locator): Promise<number> {
  const box = await locator.boundingBox();
  return box!.y;
}

async function fitsInWidth(page: Page): Promise<void> {
  const { width } = page.viewportSize()!;
  const outside = (): Promise<readonly (string | null)[]> =>
    page.evaluate(
      (most) =>
        [...document.querySelectorAll('button, input:not([type=file]), textarea, [role=slider], h2')]
          .filter((element) => element.checkVisibility() && element.closest('.plot-scroll') === null)
          .map((element) => ({
            what: element.getAttribute('aria-label') ?? element.textContent,
            box: element.getBoundingClientRect(),
          }))
          .filter(({ box }) => box.width > 0 && (box.left < -1 || box.right > most + 1))
          .map(({ what }) => what),
      width,
    );
  // A plot takes its width a moment after its place has it, and a dialog slides in.
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await expect.poll(outside).toEqual([]);
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('texts come first, then directions, then plots, and nothing sticks out', async ({ page }) => {
    const board = await Board.open(page);
    const { baseline } = await board.texts();
    const map = page.getByRole('region', { name: 'Alignment by layer and token' });
    await expect(map.getByRole('img', { name: /^alignment of/ })).toBeVisible();
    const order = [board.prompt, board.textCard('Baseline'), board.textCard('Steered'), board.direction('happy'), map];
    const tops = await Promise.all(order.map(topOf));
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
    await fitsInWidth(page);

    // The header takes two rows.
    expect(await headerRows(page)).toBe(2);

    // What steers is within reach of a finger, and works.
    for (const control of ['Import', 'Export', 'New direction']) {
      await page.getByRole('button', { name: control, exact: true }).scrollIntoViewIfNeeded();
      await expect(page.getByRole('button', { name: control, exact: true })).toBeInViewport();
    }
    const before = await board.text('Steered');
    await board.strengthTrack('happy').tap({ position: await board.strengthPosition('happy', -1.2) });
    await expect.poll(() => board.strengthNow('happy')).toBeLessThan(-1);
    const after = await board.texts();
    expect(after.steered).not.toEqual(before);
    expect(after.baseline).toEqual(baseline);

    await page.getByRole('button', { name: 'New direction' }).tap();
    await expect(page.getByRole('dialog').getByRole('textbox', { name: /^Positive/ })).toBeVisible();
    await fitsInWidth(page);
  });
});

/** Rows of the header's buttons, by where their middles are. */
async function headerRows(page: Page): Promise<number> {
  const controls = await page.getByRole('banner').getByRole('button').all();
  const boxes = await Promise.all(controls.map((it) => it.boundingBox()));
  // Some are on wider screens only.
  const middles = boxes.flatMap((box) => (box ? [box.y + box.height / 2] : []));
  return new Set(middles.map((middle) => Math.round(middle / 8))).size;
}

test('the header keeps to two rows on the narrowest phone, and to one beside a model with a long name', async ({
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await Board.open(page);
  expect(await headerRows(page)).toBe(2);
  await fitsInWidth(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  const folders = new Folders();
  await page.getByLabel('Model folder').setInputFiles(folders.write('a-model-with-a-long-name', smallModel()));
  await expect(page.getByRole('button', { name: 'Model: a-model-with-a-long-name' })).toBeVisible();
  expect(await headerRows(page)).toBe(1);
  folders.remove();
});

/** How an element and what is drawn around or for it look: outlines, shadows, borders, fills. The prompt's panel is its frame. */
const lookOf = `(element) => [element, element.parentElement, element.nextElementSibling, element.parentElement?.parentElement, element.closest('.prompt-panel')]
  .filter(Boolean)
  .map((part) => { const s = getComputedStyle(part); return [s.outline, s.boxShadow, s.border, s.backgroundColor].join(); })
  .join('|')`;

test('the keyboard alone reaches what matters, and focus is seen', async ({ page }) => {
  const board = await Board.open(page);
  const { steered } = await board.texts();
  await page.evaluate(`{
    const lookOf = ${lookOf};
    window.looksUnfocused = new WeakMap();
    for (const element of document.querySelectorAll('button, input, textarea, select, [tabindex]'))
      window.looksUnfocused.set(element, lookOf(element));
  }`);
  const wanted = new Set([
    'Model: tales',
    'Device: WASM',
    'Name of happy',
    'Apply happy',
    'Strength of happy',
    'First layer of happy',
    'Last layer of happy',
    'Export happy',
    'Prompt',
    'Sampling',
    'Baseline tokens',
    'Steered tokens',
  ]);
  for (let step = 0; step < 50 && wanted.size > 0; step++) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const name = (await focused.getAttribute('aria-label')) ?? (await focused.textContent()) ?? '';
    wanted.delete(name);
    const seen = (): Promise<boolean> =>
      page.evaluate<boolean>(
        `(${lookOf})(document.activeElement) !== window.looksUnfocused.get(document.activeElement)`,
      );
    await expect.poll(seen, { message: `the focus on "${name}" is seen` }).toBe(true);
  }
  expect([...wanted]).toEqual([]);

  await board.strength('happy').focus();
  await page.keyboard.press('Home');
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight');
  const changed = await board.texts();
  expect(changed.steered).not.toEqual(steered);
  await page.getByRole('switch', { name: 'Apply happy' }).focus();
  await page.keyboard.press('Space');
  const off = await board.texts();
  expect(off.steered).toEqual(off.baseline);
  const sampling = page.getByRole('button', { name: 'Sampling', exact: true });
  const panel = page.getByRole('dialog', { name: 'Sampling', exact: true });
  // Escape closes it from the button, before the focus has moved, and from within.
  await sampling.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(sampling).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(panel.locator(':focus')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(sampling).toBeFocused();
});
