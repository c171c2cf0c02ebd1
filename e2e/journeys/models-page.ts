import { expect, type Locator, type Page } from '@playwright/test';

/** The dialog for models as a user meets it. */
export class ModelsPage {
  readonly dialog: Locator;

  constructor(readonly page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Models' });
  }

  async open(): Promise<void> {
    await this.page.getByRole('button', { name: 'Models…' }).click();
    await expect(this.dialog).toBeVisible();
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).click();
    await expect(this.dialog).toBeHidden();
  }

  /** Another hub than the usual one. */
  async useHub(address: string): Promise<void> {
    await this.dialog.getByRole('button', { name: /other hub/ }).click();
    await this.dialog.getByRole('textbox', { name: /Hub’s address/ }).fill(address);
    await this.dialog.getByRole('textbox', { name: /Hub’s address/ }).press('Enter');
  }

  async lookUp(typed: string): Promise<void> {
    await this.dialog.getByRole('textbox', { name: /Any model of the Hub/ }).fill(typed);
    await this.dialog.getByRole('textbox', { name: /Any model of the Hub/ }).press('Enter');
  }

  async back(): Promise<void> {
    await this.dialog.getByRole('button', { name: /All models/ }).click();
    await expect(this.dialog.getByRole('textbox', { name: /Any model of the Hub/ })).toBeVisible();
  }

  tab(name: string | RegExp): Locator {
    return this.dialog.getByRole('tab', { name });
  }

  /** The one button that opens what is offered. */
  get action(): Locator {
    return this.dialog.getByRole('button', { name: /^(Download .* and open|Open)$/ });
  }

  says(words: RegExp): Locator {
    return this.dialog.getByText(words).first();
  }

  loaded(id: string): Locator {
    return this.page.getByRole('button', { name: `Model: ${id}` });
  }
}
