/** A chat model through the page: a conversation with two replies, personas, and the way back to plain text. */
import { expect, test, type Locator, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { Board, type Row } from './board.js';
import { chatModel } from './chat-model.js';
import { Folders } from './small-model.js';

test.describe.configure({ timeout: 240_000 });

let folders: Folders;
test.beforeEach(() => {
  folders = new Folders();
});
test.afterEach(() => folders.remove());

/** The page with a conversation in it. */
class Chat extends Board {
  static async with(page: Page): Promise<Chat> {
    await page.goto('/');
    await expect(page.getByRole('button', { name: 'Model: tales' })).toBeVisible({ timeout: 30_000 });
    const chat = new Chat(page);
    await page.getByLabel('Model folder').setInputFiles(folders.write('talker', chatModel()));
    await expect(chat.message).toBeVisible({ timeout: 30_000 });
    await chat.answered();
    return chat;
  }

  get message(): Locator {
    return this.page.getByRole('textbox', { name: 'Message' });
  }

  get system(): Locator {
    return this.page.getByRole('textbox', { name: 'System prompt' });
  }

  get send(): Locator {
    return this.page.getByRole('button', { name: 'Send' });
  }

  turn(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  takeReply(row: Row): Locator {
    return this.page.getByRole('button', { name: `Continue the conversation with the ${row.toLowerCase()} reply` });
  }

  /** Both replies to what was sent, complete. */
  async answered(): Promise<Readonly<Record<Row, string>>> {
    await this.complete(this.send);
    const reply = async (row: Row) => (await this.text(row)).join('').trim();
    return { Baseline: await reply('Baseline'), Steered: await reply('Steered') };
  }

  async showTemplate(on: boolean): Promise<void> {
    const control = this.page.getByRole('switch', { name: 'show template' });
    await control.setChecked(on);
  }
}

test('a conversation goes on with either reply, and the template is there to be seen', async ({ page }) => {
  const chat = await Chat.with(page);
  await chat.setSampling({ Temperature: 0, 'Longest text': 10 });
  // A reply of letters, so that it can be found again in the conversation.
  await chat.system.fill('Answer in letters.');
  await chat.message.fill('abba');
  await expect(page.getByText('not sent yet')).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('not sent yet')).toBeHidden();
  await chat.setStrength('happy', 1);
  const first = await chat.answered();
  expect(first.Steered).not.toBe(first.Baseline);
  // Only the reply is shown; on request all that the model reads, special tokens included.
  await chat.showTemplate(true);
  const whole = (await chat.text('Baseline')).join('');
  expect(whole.startsWith('<s>system: Answer in letters.</s>user: abba</s>assistant: ')).toBe(true);
  await chat.showTemplate(false);
  expect((await chat.text('Baseline')).join('').trim()).toBe(first.Baseline);

  // The other reply takes the place of the one that was taken first.
  await chat.takeReply('Baseline').click();
  await expect(chat.turn('Assistant’s turn 1')).toHaveValue(first.Baseline);
  await chat.takeReply('Steered').click();
  await expect(chat.turn('Assistant’s turn 1')).toHaveValue(first.Steered);
  await expect(chat.message).toBeFocused();
  await expect(chat.send).toBeDisabled();
  await chat.turn('Assistant’s turn 1').fill('cab dab');
  await chat.message.fill('ace?');
  await chat.send.click();
  await chat.answered();
  await chat.showTemplate(true);
  const second = (await chat.text('Steered')).join('');
  expect(second).toContain('user: abba</s>assistant: cab dab</s>user: ace?</s>assistant: ');

  // With the assistant's words only, the baseline's tint stays where the conversation speaks.
  await chat.choose('Scope of happy', 'Assistant');
  await chat.answered();
  await chat.choose('Scope of happy', 'Everything');
  await chat.answered();

  await page.getByRole('button', { name: 'Go back to User’s turn 1' }).click();
  await expect(chat.message).toHaveValue('abba');
  await expect(chat.turn('Assistant’s turn 1')).toHaveCount(0);
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(chat.message).toHaveValue('');
  await expect(chat.system).toHaveValue('Answer in letters.');
  await expect(page.getByText('The reply to your message comes here.')).toHaveCount(2);
  await expect(chat.tokens('Baseline')).toHaveCount(0);
});

test('personas make a direction, a file keeps it with its conversation, and a plain model says what it lacks', async ({
  page,
}) => {
  const chat = await Chat.with(page);
  await chat.setSampling({ Temperature: 0, 'Longest text': 8 });
  await page.getByRole('button', { name: 'New direction' }).click();
  const editor = page.getByRole('dialog');
  await editor.getByRole('button', { name: /Start from an example/ }).click();
  await expect(editor.getByText('30 conversations are read')).toBeVisible();
  await editor.getByRole('textbox', { name: 'Name' }).fill('cheerful');
  await editor.getByRole('textbox', { name: 'Questions' }).fill('How are you?\nWhat now?');
  // The sentences that personas stand for can be seen and changed.
  await chat.choose('Kind of contrast texts', 'System prompts');
  await expect(editor.getByRole('textbox', { name: 'Positive system prompts' })).toHaveValue(
    /^You are an extremely happy person\.\n/,
  );
  await editor.getByRole('button', { name: 'Fit' }).click();
  await expect(chat.strength('cheerful')).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('list', { name: 'Questions' }).getByRole('listitem')).toHaveText([
    'How are you?',
    'What now?',
  ]);
  await chat.answered();

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const file = await (await saved).path();
  const document = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  expect(document['prompt']).toEqual({ messages: [{ role: 'user', content: 'Tell me about your day.' }] });
  expect(JSON.stringify(document)).toContain('"questions":["How are you?","What now?"]');

  // Plain text is a click away, and the conversation is still there afterwards.
  await page.getByRole('radiogroup', { name: 'How to ask the model' }).getByText('Plain text').click();
  await expect(chat.prompt).toBeVisible();
  await chat.prompt.fill('abba cab');
  await expect.poll(async () => (await chat.text('Baseline')).join('')).toContain('abba cab');
  await page.getByLabel('File to import').setInputFiles(file);
  await expect(chat.message).toHaveValue('Tell me about your day.');
  await chat.answered();

  await page.getByRole('button', { name: 'Model: talker' }).click();
  await page.getByRole('menuitem', { name: /tales/ }).click();
  await expect(page.getByRole('button', { name: 'Model: tales' })).toBeVisible({ timeout: 30_000 });
  await expect(chat.prompt).toBeVisible();
  await expect(page.getByRole('radiogroup', { name: 'How to ask the model' })).toHaveCount(0);
  await expect(page.getByText('Its system prompts need a chat model; tales is none.').first()).toBeVisible();
  await chat.settled();
});

test('what is measured of a chat model is put as one would to an assistant', async ({ page }) => {
  const chat = await Chat.with(page);
  await chat.setSampling({ Temperature: 0, 'Longest text': 8 });
  const card = page.getByRole('region', { name: 'Measures', exact: true });
  await card.getByRole('tab', { name: 'Sweep' }).click();
  await card.getByText('Prompts, seeds, and what it is compared with').click();
  await expect(card.getByRole('textbox', { name: 'Instruction' })).toHaveValue(
    'Give answers that are very happy and not sad.',
  );
  await expect(card.getByRole('textbox', { name: 'Other messages' })).toHaveValue(/^Tell me about the place/);
  // The context is 512 tokens of about a letter: what makes the prompt too long is named.
  const example = 'a b c d e f g h '.repeat(40);
  await card.getByRole('textbox', { name: 'Examples' }).fill(example);
  await card.getByRole('textbox', { name: 'Other messages' }).fill('');
  await card.getByRole('textbox', { name: 'Layers' }).fill('1');
  await card.getByRole('textbox', { name: 'How many strengths' }).fill('3');
  await card.getByRole('textbox', { name: 'Tokens' }).fill('8');
  await card.getByRole('button', { name: 'Start sweep' }).click();
  await expect(card.getByText(/^1 text with the examples in the prompt could not be written/)).toBeVisible();
  await expect(card.getByRole('button', { name: 'Show the texts of instruction' })).toBeVisible({ timeout: 60_000 });

  await card.getByRole('tab', { name: 'Compounding' }).click();
  await card.getByRole('textbox', { name: 'More messages' }).fill('cab?');
  await card.getByRole('textbox', { name: 'Length' }).fill('8');
  await card.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(card.getByText(/^Lines are means over 2 texts, bands/)).toBeVisible({ timeout: 60_000 });
});
