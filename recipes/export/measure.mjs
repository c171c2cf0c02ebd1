// Times exported graphs in Chromium through onnxruntime-web, interleaved, and prints medians as a table.
//
//     node recipes/export/measure.mjs MODELS_FOLDER name,name… [--setup wasm-2,wasm-1,webgpu] [--rounds 7] [--tokens 32]
//
// Needs /usr/bin/chromium (or CHROMIUM) and a free port 5301.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';

const here = fileURLToPath(new URL('.', import.meta.url));
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
const roots = { ort: join(here, '../../node_modules/onnxruntime-web/dist'), models: resolve(folder) };
const types = { '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

const server = createServer((request, response) => {
  const [, root, ...rest] = new URL(request.url, 'http://localhost').pathname.split('/');
  const file = root in roots ? join(roots[root], ...rest) : join(here, 'measure.html');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Content-Type', types[extname(file)] ?? 'text/html');
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) response.writeHead(404).end();
  else createReadStream(file).pipe(response);
});
await new Promise((done) => server.listen(5301, done));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
  ],
});
try {
  for (const setup of values.setup.split(',')) {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto('http://localhost:5301/');
    await page.waitForFunction(() => 'measure' in window);
    const rows = await page.evaluate((request) => window.measure(request), {
      ...setups[setup],
      models: names.split(','),
      rounds: Number(values.rounds),
      tokens: Number(values.tokens),
      prompt: Number(values.prompt),
      batches: values.batches.split(',').map(Number),
    });
    console.log(setup, '(ms, medians)');
    console.table(
      rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([k, v]) => [k, typeof v === 'number' ? +v.toFixed(2) : v])),
      ),
    );
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}
