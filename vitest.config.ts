import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Core, protocol and worker run in Node. A test of a component asks for a page with `// @vitest-environment happy-dom`. */
export default defineConfig({
  plugins: [react()],
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    environment: 'node',
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 5_000,
    passWithNoTests: false,
    allowOnly: false,
  },
});
