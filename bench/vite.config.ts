/** Builds the pages that `npm run bench` drives: the worker as users get it, beside stock transformers.js. */
import { createReadStream, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import site from '../vite.config.js';

/** Serves the folder named by FULL_SIZE_MODELS, whose files are too large to be copied into a build. */
function fullSizeModels(): Plugin {
  return {
    name: 'bench:full-size-models',
    configurePreviewServer(server) {
      const models = process.env['FULL_SIZE_MODELS'];
      if (models === undefined) return;
      server.middlewares.use('/full-size/', (request, response, next) => {
        const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
        const file = join(models, normalize(path));
        const stat = statSync(file, { throwIfNoEntry: false });
        // The page of the same name is not a model's.
        if (path === '/' || path.endsWith('.html')) return next();
        if (!stat?.isFile()) {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, {
          'content-length': stat.size,
          'content-type': 'application/octet-stream',
          'cross-origin-resource-policy': 'same-origin',
        });
        createReadStream(file).pipe(response);
      });
    },
  };
}

const here = (path: string) => new URL(path, import.meta.url).pathname;

export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: here('../public'),
  plugins: [fullSizeModels()],
  build: {
    outDir: '../node_modules/.cache/bench',
    emptyOutDir: true,
    target: site.build?.target ?? 'es2023',
    rolldownOptions: { input: [here('index.html'), here('full-size/index.html')] },
  },
  worker: site.worker ?? {},
  preview: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
});
