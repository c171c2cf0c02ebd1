/** `node scripts/measure-gallery.mjs`: sweeps the gallery's directions of the bundled model and writes what was measured into their files. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium, ensureDependencies, root } from './setup.mjs';

ensureDependencies();
process.chdir(root);
const executablePath = ensureChromium();
const { build, preview } = await import('vite');
const { chromium } = await import('@playwright/test');
const { format, resolveConfig } = await import('prettier');

const configFile = join(root, 'bench', 'vite.config.ts');
await build({ configFile, logLevel: 'warn' });
const server = await preview({ configFile, preview: { port: 0 } });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-background-networking'] });
const page = await browser.newPage();
page.on('console', (message) => console.log(message.text()));
page.on('pageerror', (error) => console.error(error));
await page.goto(server.resolvedUrls.local[0]);
await page.waitForFunction(() => 'measureGallery' in window);
const measured = await page.evaluate(() => window.measureGallery());
const folder = join(root, 'src', 'app', 'presets', 'gallery');
for (const file of readdirSync(folder)) {
  const path = join(folder, file);
  const preset = JSON.parse(readFileSync(path, 'utf8'));
  if (preset.models !== 'tales') continue;
  const text = JSON.stringify({ ...preset, measured: measured[preset.name] ?? null });
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
await browser.close();
process.exit(0);
