import { expect, test } from '@playwright/test';
import { Board } from './board.js';
import { Folders, smallModel } from './small-model.js';

test.describe.configure({ timeout: 600_000 });

test('greedy text is the same on WebGPU and WASM, and a lost GPU gives way to WASM', async ({
  playwright,
  baseURL,
  launchOptions,
}) => {
  // A browser of its own: launch options cannot change within a project's worker. SwiftShader is slow, so the model is small.
  const args = [...(launchOptions.args ?? []), '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
  const browser = await playwright.chromium.launch({ ...launchOptions, args });
  const folders = new Folders();
  try {
    const page = await browser.newPage({ baseURL: baseURL! });
    const board = await Board.open(page);
    await page.getByLabel('Model folder').setInputFiles(folders.write('tiny', smallModel()));
    await expect(page.getByRole('button', { name: 'Model: tiny' })).toBeVisible();
    await board.prompt.fill('abba cab dab');
    await board.setSampling({ Temperature: 0, 'Longest text': 16 });
    const on = async (device: 'WebGPU' | 'WASM'): Promise<void> => {
      await page.getByRole('button', { name: /^Device: / }).click();
      await board.deviceChoice(device).click();
      await expect(page.getByRole('button', { name: `Device: ${device}` })).toBeVisible({ timeout: 120_000 });
    };
    await on('WASM');
    await expect(board.textCard('Baseline')).toContainText('abba cab dab');
    const wasm = await board.texts();
    await on('WebGPU');
    await expect.poll(() => board.texts(), { timeout: 120_000 }).toEqual(wasm);

    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess').catch(() => undefined);
    await expect(page.getByRole('button', { name: 'Device: WASM' })).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole('alert')).toContainText('The graphics device went away');
    await expect(page.getByRole('button', { name: 'Model: tiny' })).toBeVisible();
    expect(await board.texts()).toEqual(wasm);
  } finally {
    folders.remove();
    await browser.close();
  }
});
