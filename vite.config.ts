import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { contentSecurityPolicy } from './scripts/content-security-policy.js';
import { serviceWorker } from './scripts/service-worker-plugin.js';

/** Built pages carry the policy themselves, since a static host sends none. The dev server's own scripts are inline. */
function policyInPage(): Plugin {
  return {
    name: 'steerboard:policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/**
 * A thread of onnxruntime starts as a worker on the very file that its build is in, so each build is a file of its own:
 * in a shared one, every thread would also run our worker.
 */
const runtimeChunks = {
  codeSplitting: {
    groups: [
      { name: 'ort-webgpu', test: /onnxruntime-web[\\/]dist[\\/]ort\.webgpu\./ },
      { name: 'ort-jspi', test: /onnxruntime-web[\\/]dist[\\/]ort\.jspi\./ },
      { name: 'ort-wasm', test: /onnxruntime-web[\\/]dist[\\/]ort\.wasm\./ },
    ],
  },
};

export default defineConfig({
  // Relative addresses: the built site works from any folder of a host.
  base: './',
  plugins: [react(), policyInPage(), serviceWorker()],
  build: { target: 'es2023', manifest: true, chunkSizeWarningLimit: 1600 },
  worker: { format: 'es', rolldownOptions: { output: runtimeChunks } },
  optimizeDeps: {
    // All of them, so that nothing is found late, which would reload the page in the middle of a test.
    entries: ['index.html', 'src/worker/main.ts', 'e2e/engine/harness.html'],
    // onnxruntime finds its WASM beside its own file, which pre-bundling would move.
    exclude: ['onnxruntime-web', '@huggingface/transformers'],
  },
  server: {
    // Not that of `npm start`, whose service worker would answer here with the site it was built from.
    port: 5174,
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    // A page that reloads because a file was saved would end the test in it.
    ...(process.env['E2E_SOURCE_PORT'] !== undefined && { hmr: false }),
    watch: { ignored: ['**/recipes/**', '**/dist/**', '**/bench/results.json', '**/test-results/**'] },
  },
  // As a host that knows nothing of headers; `npm start` sets them.
  preview: { headers: {} },
});
