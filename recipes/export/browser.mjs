// A server for the pages in this folder, and a Chromium that shows them.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from '../../scripts/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const modules = join(here, '../../node_modules');
const types = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.html': 'text/html',
};
const port = 5301;

/** Opens `page` of this folder, runs `work` with it and closes everything. Models are served from `folder`. */
export async function withPage(page, folder, work) {
  const roots = {
    ort: join(modules, 'onnxruntime-web/dist'),
    common: join(modules, 'onnxruntime-common/dist'),
    transformers: join(modules, '@huggingface/transformers/dist'),
    models: resolve(folder),
  };
  const server = createServer((request, response) => {
    const [, root, ...rest] = new URL(request.url, 'http://localhost').pathname.split('/');
    const file = root in roots ? join(roots[root], ...rest) : join(here, root);
    // Cross-origin isolation, so that WASM may use threads.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) response.writeHead(404).end();
    else createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(port, done));
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
    ],
  });
  try {
    const tab = await browser.newPage();
    tab.on('pageerror', (error) => console.error(error));
    tab.on('console', (message) => message.type() === 'error' && console.error(message.text()));
    await tab.goto(`http://localhost:${port}/${page}`);
    return await work(tab);
  } finally {
    await browser.close();
    server.close();
  }
}
