/** Serves the harness page from the repository's root, cross-origin isolated so that WASM has threads. */
import { defineConfig } from 'vite';

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: new URL('../..', import.meta.url).pathname,
  cacheDir: 'node_modules/.cache/vite-engine',
  server: { headers: isolation, hmr: false, watch: null },
  // onnxruntime finds its wasm beside its own file, which a pre-bundled copy would not have.
  optimizeDeps: {
    entries: ['e2e/engine/harness.html', 'src/worker/main.ts'],
    exclude: ['onnxruntime-web', '@huggingface/transformers'],
  },
  worker: { format: 'es' },
});
