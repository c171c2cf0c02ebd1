// Does stock transformers.js in Chromium tokenize and decode as PyTorch did? Exits with 1 when it does not.
//
//     node recipes/export/check-transformers.mjs MODELS_FOLDER NAME GOLDEN.json [wasm|webgpu]
import { readFileSync } from 'node:fs';
import { withPage } from './browser.mjs';

const [folder, name, goldenPath, device = 'wasm'] = process.argv.slice(2);
const golden = JSON.parse(readFileSync(goldenPath, 'utf8'));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

const wrong = await withPage('transformers.html', folder, async (page) => {
  await page.waitForFunction(() => 'generate' in window, undefined, { timeout: 60_000 });
  const found = [];
  const texts = golden.tokenization.map(({ text }) => text);
  const encoded = await page.evaluate((request) => window.encode(request), { name, texts });
  golden.tokenization.forEach(({ text, ids }, i) => {
    if (!same(ids, encoded[i])) found.push({ text, expected: ids, got: encoded[i] });
  });
  const tokens = golden.prompts[0].greedy.ids.length;
  const prompts = golden.prompts.map(({ text }) => text);
  const results = await page.evaluate((request) => window.generate(request), { name, device, texts: prompts, tokens });
  golden.prompts.forEach(({ text, ids, greedy }, i) => {
    const { msPerToken, ...got } = results[i];
    console.log(`${msPerToken.toFixed(1)} ms a token, prompt's prefill included: ${text}`);
    if (!same(got, { ids, greedy: greedy.ids })) found.push({ text, expected: { ids, greedy: greedy.ids }, got });
  });
  return found;
});
for (const case_ of wrong) console.error('differs:', JSON.stringify(case_));
console.log(`${golden.tokenization.length + golden.prompts.length - wrong.length} agree, ${wrong.length} differ`);
process.exitCode = wrong.length ? 1 : 0;
