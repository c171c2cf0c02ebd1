// Times exported graphs in Chromium through onnxruntime-web, interleaved, and prints medians as a table.
//
//     node recipes/export/measure.mjs MODELS_FOLDER name,name… [--setup wasm-2,wasm-1,webgpu,jspi] [--rounds 7] [--tokens 32]
//
// Needs a Chromium (CHROMIUM_PATH says which) and a free port 5301.
import { parseArgs } from 'node:util';
import { withPage } from './browser.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    setup: { type: 'string', default: 'wasm-2,wasm-1,webgpu' },
    rounds: { type: 'string', default: '7' },
    tokens: { type: 'string', default: '32' },
    batches: { type: 'string', default: '1,2' },
    prompt: { type: 'string', default: '128' },
  },
});
const [folder, names] = positionals;
const setups = {
  'wasm-2': { entry: 'ort.wasm.min.mjs', device: 'wasm', threads: 2 },
  'wasm-1': { entry: 'ort.wasm.min.mjs', device: 'wasm', threads: 1 },
  webgpu: { entry: 'ort.webgpu.min.mjs', device: 'webgpu', threads: 1 },
  jspi: { entry: 'ort.jspi.min.mjs', device: 'webgpu', threads: 1 },
};

for (const setup of values.setup.split(',')) {
  const rows = await withPage('measure.html', folder, async (page) => {
    await page.waitForFunction(() => 'measure' in window);
    return page.evaluate((request) => window.measure(request), {
      ...setups[setup],
      models: names.split(','),
      rounds: Number(values.rounds),
      tokens: Number(values.tokens),
      prompt: Number(values.prompt),
      batches: values.batches.split(',').map(Number),
    });
  });
  console.log(setup, '(ms, medians)');
  const round = (value) => (typeof value === 'number' ? Number(value.toFixed(2)) : value);
  console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, round(value)]))));
}
