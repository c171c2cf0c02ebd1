import { expect, test, type Locator, type Page } from '@playwright/test';
import { Board } from './board.js';

test.describe.configure({ timeout: 240_000 });

/** The lab's plane as a user meets it. */
class Plane {
  readonly lab: Locator;
  readonly surface: Locator;
  constructor(readonly page: Page) {
    this.lab = page.getByRole('region', { name: 'Direction lab' });
    this.surface = this.lab.getByRole('slider', { name: /^Draw a direction/ });
  }

  static async open(page: Page): Promise<Plane> {
    const plane = new Plane(page);
    await plane.lab.scrollIntoViewIfNeeded();
    await expect(plane.surface).toBeVisible();
    await plane.surface.scrollIntoViewIfNeeded();
    return plane;
  }

  /** A place on the surface, as shares of its width and height. */
  async at(across: number, down: number): Promise<readonly [number, number]> {
    const { x, y, width, height } = (await this.surface.boundingBox())!;
    return [x + across * width, y + down * height];
  }

  async showsArrowOf(name: string): Promise<void> {
    await expect(this.surface).toHaveAttribute('aria-valuetext', new RegExp(`^${name}: x `));
  }

  /** What is said of the selected arrow. */
  async arrow(): Promise<{ name: string; x: number; y: number; length: number; angle: number; strength: number }> {
    const says = (await this.surface.getAttribute('aria-valuetext')) ?? '';
    const [, name = '', x, y, length, angle, strength] =
      /^(.*): x (\S+), y (\S+), length (\S+), angle (\S+)°, strength ([^\s,]+)/.exec(says.replaceAll('−', '-')) ?? [];
    return {
      name,
      x: Number(x),
      y: Number(y),
      length: Number(length),
      angle: Number(angle),
      strength: Number(strength),
    };
  }

  /** Where the tip of the selected arrow is on the page. */
  async tip(): Promise<readonly [number, number]> {
    const { x, y, width, height } = (await this.lab.locator('.plane-arrow.selected circle').boundingBox())!;
    return [x + width / 2, y + height / 2];
  }
}

test('an arrow that is drawn steers while it is drawn, and is gone when it is deleted', async ({ page }) => {
  const board = await Board.open(page);
  await board.toggle('happy', false);
  const unsteered = await board.texts();
  expect(unsteered.steered).toEqual(unsteered.baseline);
  const plane = await Plane.open(page);
  await expect(plane.lab.getByText(/variance that the plane shows/)).toBeVisible();

  await page.mouse.move(...(await plane.at(0.5, 0.9)));
  await page.mouse.down();
  await page.mouse.move(...(await plane.at(0.55, 0.5)), { steps: 4 });
  await page.mouse.move(...(await plane.at(0.6, 0.1)), { steps: 4 });
  // The text follows before the arrow is let go.
  await expect.poll(() => board.text('Steered')).not.toEqual(unsteered.baseline);
  await page.mouse.up();
  await expect(board.direction('drawn 1')).toBeVisible();
  const drawn = await board.texts();
  expect(drawn.baseline).toEqual(unsteered.baseline);
  expect(drawn.steered).not.toEqual(unsteered.baseline);
  await plane.showsArrowOf('drawn 1');
  const arrow = await plane.arrow();
  expect(Math.hypot(arrow.x, arrow.y) / arrow.length).toBeCloseTo(1, 1);
  expect(await board.strengthNow('drawn 1')).toBeCloseTo(arrow.strength, 1);

  // Drawn again by its tip, to the other side.
  await page.mouse.move(...(await plane.tip()));
  await page.mouse.down();
  await page.mouse.move(...(await plane.at(0.45, 0.9)), { steps: 5 });
  await page.mouse.up();
  await expect(page.getByRole('region', { name: /^Direction drawn/ })).toHaveCount(1);
  const again = await board.texts();
  expect((await plane.arrow()).y).toBeLessThan(0);
  expect(again.steered).not.toEqual(drawn.steered);

  // Nothing of it is lost on the way: the same vector writes the same text after a reload.
  await page.reload();
  await expect(board.direction('drawn 1')).toBeVisible();
  expect(await board.texts()).toEqual(again);

  await board.direction('drawn 1').getByRole('button', { name: 'Delete drawn 1' }).click();
  expect(await board.texts()).toEqual(unsteered);
  await page.getByRole('button', { name: 'Undo deleting drawn 1' }).click();
  expect(await board.texts()).toEqual(again);
});

test('keys draw too: arrow keys move the tip, Escape takes it back, Enter lets it be', async ({ page }) => {
  const board = await Board.open(page);
  await board.toggle('happy', false);
  const { baseline } = await board.texts();
  const plane = await Plane.open(page);
  await plane.surface.focus();
  await page.keyboard.press('ArrowRight');
  await expect(board.direction('drawn 1')).toBeVisible();
  await expect(plane.surface).toHaveAttribute('aria-valuetext', /drawn 1: .* angle 0°, strength \+0\.02/);
  await page.keyboard.press('Shift+ArrowUp');
  await expect(plane.surface).toHaveAttribute('aria-valuetext', /angle 72°/);
  await page.keyboard.press('Escape');
  await expect(board.direction('drawn 1')).toHaveCount(0);
  expect((await board.texts()).steered).toEqual(baseline);

  for (let press = 0; press < 8; press++) await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Enter');
  await expect(plane.surface).toHaveAttribute('aria-valuetext', /drawn 1: .* angle 90°, strength \+0\.48/);
  const { steered } = await board.texts();
  expect(steered).not.toEqual(baseline);
  // After Enter the same arrow goes on, and Escape goes back to where it was let be.
  await plane.surface.focus();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(plane.surface).toHaveAttribute('aria-valuetext', /strength \+0\.42/);
  await page.keyboard.press('Escape');
  await expect(plane.surface).toHaveAttribute('aria-valuetext', /strength \+0\.48/);
  expect((await board.texts()).steered).toEqual(steered);
});

test('the arrow of a fitted direction is its strength; turned, it is a direction of its own', async ({ page }) => {
  const board = await Board.open(page);
  const before = await board.texts();
  const plane = await Plane.open(page);
  await plane.showsArrowOf('happy');
  const happy = await plane.arrow();
  expect(happy.strength).toBeCloseTo(0.5, 6);

  const angle = plane.lab.getByRole('textbox', { name: 'Angle of happy' });
  await angle.press('ArrowUp');
  await expect(board.direction('happy, turned 5°')).toBeVisible();
  await expect(page.getByRole('switch', { name: 'Apply happy', exact: true })).not.toBeChecked();
  await plane.showsArrowOf('happy, turned 5°');
  const turned = await plane.arrow();
  expect(turned.angle - happy.angle).toBeCloseTo(5, 0);
  expect(turned.length).toBeCloseTo(happy.length, 0);
  await board.settled();
  await board.direction('happy, turned 5°').getByRole('button', { name: 'Delete happy, turned 5°' }).click();
  await board.toggle('happy', true);
  expect(await board.texts()).toEqual(before);

  // Other axes for the same texts.
  await board.choose('Axes of the plane', 'Direction and rest');
  await expect(plane.surface).toHaveAttribute('aria-valuetext', /happy: .* angle 0°/);
  await expect(plane.lab.getByRole('row', { name: /share of the direction inside 100 %/ })).toBeVisible();
  await board.choose('Axes of the plane', 'Two directions');
  await expect(plane.lab.getByText('A plane of two directions needs another one.')).toBeVisible();
  await board.choose('Axes of the plane', 'Components');

  // Everything is there without seeing it.
  await plane.lab.getByText('As a table').click();
  await expect(plane.lab.getByRole('cell', { name: 'positive: Lily was very happy' })).toBeVisible();
  await expect(plane.lab.getByRole('cell', { name: /^arrow happy, at/ })).toBeVisible();

  // With no direction there is nothing to see, and it says what to do.
  await board.direction('happy').getByRole('button', { name: 'Delete happy' }).click();
  await expect(plane.lab.getByText(/^Select a direction/)).toBeVisible();
});
