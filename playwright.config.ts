import { defineConfig } from '@playwright/test';
import { findChromium } from './scripts/setup.mjs';

/** `scripts/test.mjs` finds free ports; the defaults are for running `npx playwright test` by hand. */
const sourcePort = Number(process.env['E2E_SOURCE_PORT'] ?? 5303);
const sitePort = Number(process.env['E2E_SITE_PORT'] ?? 5304);

const chromiumArguments = ['--no-sandbox', '--disable-background-networking'];
const webgpuArguments = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

function chromium(...more: string[]) {
  const executablePath = findChromium();
  return { launchOptions: { args: [...chromiumArguments, ...more], ...(executablePath && { executablePath }) } };
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // Two cores: what runs beside a model's run only makes both slower.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 60_000,
  // Twice and more what it takes on two cores, so that a slower machine comes to the end.
  globalTimeout: 90 * 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  use: { viewport: { width: 1280, height: 900 }, trace: 'off', screenshot: 'only-on-failure', actionTimeout: 15_000 },
  projects: [
    // The engine's tests drive the worker from a page of the dev server; they read the device from the project's name.
    {
      name: 'engine-wasm',
      testDir: 'e2e/engine',
      use: { ...chromium(), baseURL: `http://localhost:${sourcePort}` },
      metadata: { device: 'wasm' },
    },
    {
      name: 'engine-webgpu',
      testDir: 'e2e/engine',
      use: { ...chromium(...webgpuArguments), baseURL: `http://localhost:${sourcePort}` },
      metadata: { device: 'webgpu' },
    },
    // Journeys use the built site from a host that sends no headers: the service worker has to do its part.
    { name: 'journeys', testDir: 'e2e/journeys', use: { ...chromium(), baseURL: `http://localhost:${sitePort}` } },
  ],
  webServer: [
    {
      command: `node node_modules/vite/bin/vite.js --port ${sourcePort} --strictPort`,
      url: `http://localhost:${sourcePort}/e2e/engine/harness.html`,
      timeout: 60_000,
      reuseExistingServer: false,
    },
    {
      command: `node node_modules/vite/bin/vite.js preview --port ${sitePort} --strictPort`,
      url: `http://localhost:${sitePort}/index.html`,
      timeout: 60_000,
      reuseExistingServer: false,
    },
  ],
});
