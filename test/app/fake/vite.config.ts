/** The page with the stand-in worker: `npx vite --config test/app/fake/vite.config.ts`. For development only. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: new URL('../../..', import.meta.url).pathname,
  cacheDir: 'node_modules/.cache/vite-fake',
  server: { port: 5304, strictPort: true, hmr: false },
  worker: { format: 'es' },
  plugins: [
    react(),
    {
      name: 'stand-in-worker',
      enforce: 'pre',
      transform: (code, id) =>
        id.endsWith('/engine/host.ts')
          ? code.replace('../../worker/main.ts', '../../../test/app/fake/worker.ts')
          : null,
    },
  ],
});
