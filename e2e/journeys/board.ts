import { expect, type Locator, type Page } from '@playwright/test';

export type Row = 'Baseline' | 'Steered';

/** The page as a user meets it: by roles, labels and what is written on it. */
export class Board {
  constructor(readonly page: Page) {}

  /** Opens the page and waits until both texts are complete. */
  static async open(page: Page): Promise<Board> {
    const board = new Board(page);
    await page.goto('/');
    await board.settled();
    return board;
  }

  textCard(row: Row): Locator {
    return this.page.getByRole('region', { name: `${row} text` });
  }

  tokens(row: Row): Locator {
    return this.textList(row).getByRole('option');
  }

  textList(row: Row): Locator {
    return this.page.getByRole('listbox', { name: `${row} tokens` });
  }

  /** Token by token, as shown. */
  text(row: Row): Promise<string[]> {
    return this.tokens(row).allTextContents();
  }

  /** The word for the steered text's state; it is shown only while both texts are complete, compared, and those of what is set. */
  get verdict(): Locator {
    return this.textCard('Steered').getByRole('button', { name: /^(within range|strained|broken)$/ });
  }

  /** Waits until nothing is written any more and the texts belong to what is set. */
  settled(): Promise<void> {
    return this.complete(this.page.getByRole('button', { name: 'Regenerate', disabled: false }));
  }

  /**
   * Waits for a verdict beside what writes again: a text's verdict stays while its model is opened anew. Looked for often:
   * journeys mostly wait for texts, and `expect` looks once a second.
   */
  protected async complete(write: Locator): Promise<void> {
    const isThere = async (): Promise<boolean> => (await this.verdict.isVisible()) && (await write.isVisible());
    await expect.poll(isThere, { timeout: 120_000, intervals: [100] }).toBe(true);
  }

  /** Waits until the baseline is compared too, which comes after the steered text: then an experiment keeps both. */
  async compared(): Promise<void> {
    await this.settled();
    await expect(this.textCard('Baseline').getByLabel('Figures')).toContainText(/perplexity\s*\d/);
  }

  /** Both texts once they belong to what is set. */
  async texts(): Promise<{ readonly baseline: readonly string[]; readonly steered: readonly string[] }> {
    await this.settled();
    return { baseline: await this.text('Baseline'), steered: await this.text('Steered') };
  }

  /** What the page says of the loaded model. */
  async shape(): Promise<{ readonly layers: number; readonly width: number }> {
    const chip = await this.page.getByRole('button', { name: /^Model: / }).textContent();
    const [, layers, width] = /(\d+) layers · width (\d+)/.exec(chip ?? '') ?? [];
    return { layers: Number(layers), width: Number(width) };
  }

  get prompt(): Locator {
    return this.page.getByRole('textbox', { name: 'Prompt' });
  }

  direction(name: string): Locator {
    return this.page.getByRole('region', { name: `Direction ${name}`, exact: true });
  }

  strength(name: string): Locator {
    return this.page.getByRole('slider', { name: `Strength of ${name}`, exact: true });
  }

  /** Clicks where a value lies on the slider, and goes the last step by arrow keys. */
  async setStrength(name: string, value: number): Promise<void> {
    const slider = this.strength(name);
    // A dialog that fades out still takes clicks: this waits until the slider itself would have it.
    await this.strengthTrack(name).click({ position: await this.strengthPosition(name, value) });
    await expect.poll(() => this.strengthNow(name)).toBeLessThan(value + 0.1);
    await expect.poll(() => this.strengthNow(name)).toBeGreaterThan(value - 0.1);
    const steps = Math.round((value - (await this.strengthNow(name))) / 0.02);
    for (let step = 0; step < Math.abs(steps); step++) await slider.press(steps > 0 ? 'ArrowRight' : 'ArrowLeft');
    await expect.poll(() => this.strengthNow(name)).toBeCloseTo(value, 6);
  }

  async strengthNow(name: string): Promise<number> {
    return Number(await this.strength(name).getAttribute('aria-valuenow'));
  }

  /** What takes a pointer for the strength. */
  strengthTrack(name: string): Locator {
    return this.direction(name).locator('.strength-slider .mantine-Slider-root');
  }

  /** Where a strength lies on it, in pixels from its corner: from −2 to 2. Read at once, since a line above may move the page. */
  strengthPosition(name: string, value: number): Promise<{ x: number; y: number }> {
    return this.strengthTrack(name).evaluate(
      (root, share) => {
        const box = root.getBoundingClientRect();
        const track = root.querySelector('.mantine-Slider-track')!.getBoundingClientRect();
        return { x: track.left - box.left + share * track.width, y: track.top - box.top + track.height / 2 };
      },
      (value + 2) / 4,
    );
  }

  async setLayers(name: string, first: number, last: number): Promise<void> {
    const thumbs = [
      [this.page.getByRole('slider', { name: `First layer of ${name}`, exact: true }), first],
      [this.page.getByRole('slider', { name: `Last layer of ${name}`, exact: true }), last],
    ] as const;
    const from = Number(await thumbs[0][0].getAttribute('aria-valuenow'));
    // The thumbs never cross, so the one that makes room goes first.
    for (const [thumb, goal] of last < from ? thumbs : [thumbs[1], thumbs[0]]) {
      const now = Number(await thumb.getAttribute('aria-valuenow'));
      await thumb.focus();
      for (let step = 0; step < Math.abs(goal - now); step++)
        await thumb.press(goal > now ? 'ArrowRight' : 'ArrowLeft');
      await expect(thumb).toHaveAttribute('aria-valuenow', String(goal));
    }
  }

  /** A choice of the device menu, which is open. */
  deviceChoice(name: 'Auto' | 'WebGPU' | 'WASM'): Locator {
    return this.page.getByRole('menuitemradio', { name: new RegExp(`^\\W*${name}\\b`) });
  }

  /** Picks one of a few by what is written on it. */
  async choose(group: string, option: string): Promise<void> {
    const choices = this.page.getByRole('radiogroup', { name: group, exact: true });
    await choices.getByText(option, { exact: true }).click();
    await expect(choices.getByRole('radio', { name: option, exact: true })).toBeChecked();
  }

  /** What is done with a direction; each choice says under its name what it does. */
  async chooseOperator(name: string, operator: string): Promise<void> {
    const field = this.page.getByLabel(`Operator of ${name}`, { exact: true }).and(this.page.locator('input'));
    await field.click();
    const choice = this.page.getByRole('option').filter({ has: this.page.getByText(operator, { exact: true }) });
    await choice.click();
    await expect(field).toHaveValue(operator);
  }

  async toggle(name: string, on: boolean): Promise<void> {
    const control = this.page.getByRole('switch', { name: `Apply ${name}`, exact: true });
    if ((await control.isChecked()) !== on) await control.press('Space');
    await expect(control).toBeChecked({ checked: on });
  }

  /** Fills the sampling's fields by their labels. */
  async setSampling(fields: Readonly<Record<string, number>>): Promise<void> {
    await this.page.getByRole('button', { name: 'Sampling', exact: true }).click();
    for (const [label, value] of Object.entries(fields)) {
      await this.page.getByRole('textbox', { name: label }).fill(String(value));
    }
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('textbox', { name: 'Temperature' })).toBeHidden();
  }

  /** A message about something that went wrong. */
  problem(says: RegExp): Locator {
    return this.page.getByRole('alert').getByText(says);
  }
}
