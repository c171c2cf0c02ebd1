/** Builds the page that `npm run bench` drives: the worker as users get it, beside stock transformers.js. */
import { defineConfig } from 'vite';
import site from '../vite.config.js';

export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  base: './',
  publicDir: new URL('../public', import.meta.url).pathname,
  build: { outDir: '../node_modules/.cache/bench', emptyOutDir: true, target: site.build?.target ?? 'es2023' },
  worker: site.worker ?? {},
  preview: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
});
