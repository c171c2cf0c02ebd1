/**
 * `npm test`: installs what is missing and runs every check. The last line is `N passed, N failed`; types, lint,
 * format and build count as one check each. Every step has a time limit, and what it started ends with it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium, ensureDependencies, root } from './setup.mjs';

const minute = 60_000;
const results = join(root, 'test-results');
const { values } = parseArgs({ options: { only: { type: 'string' } } });

/** Runs a program of node_modules in a process group of its own and resolves to whether it ended well and in time. */
function run(program, args, { timeout, env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
      env: { ...process.env, CI: '1', ...env },
    });
    const end = (signal) => {
      try {
        if (process.platform === 'win32') child.kill(signal);
        else process.kill(-child.pid, signal);
      } catch {
        // It has ended.
      }
    };
    const stop = () => end('SIGKILL');
    process.once('exit', stop);
    const timer = setTimeout(() => {
      console.error(`Stopped after ${timeout / minute} minutes.`);
      stop();
    }, timeout);
    child.once('error', () => resolve(false));
    child.once('exit', (code) => {
      clearTimeout(timer);
      stop(); // servers and browsers that outlived their parent
      process.off('exit', stop);
      resolve(code === 0);
    });
  });
}

const asOneCheck = (succeeded) => (succeeded ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** A runner that ended badly without a failed test (a crash, a time limit, nothing found) is a failure of its own. */
function counted(succeeded, passed, failed) {
  return { passed, failed: failed === 0 && !(succeeded && passed > 0) ? 1 : failed };
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

async function unitTests() {
  const file = join(results, 'vitest.json');
  rmSync(file, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const succeeded = await run('vitest/vitest.mjs', args, { timeout: 8 * minute });
  const report = readReport(file);
  const unreadable = report?.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0) ?? [];
  return counted(succeeded, report?.numPassedTests ?? 0, (report?.numFailedTests ?? 0) + unreadable.length);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function browserTests() {
  const file = join(results, 'playwright.json');
  rmSync(file, { force: true });
  const env = {
    CHROMIUM_PATH: ensureChromium(),
    E2E_SOURCE_PORT: String(await freePort()),
    E2E_SITE_PORT: String(await freePort()),
  };
  const succeeded = await run('@playwright/test/cli.js', ['test'], { timeout: 92 * minute, env });
  const stats = readReport(file)?.stats;
  return counted(succeeded, (stats?.expected ?? 0) + (stats?.flaky ?? 0), stats?.unexpected ?? 0);
}

const steps = {
  types: async () => asOneCheck(await run('typescript/bin/tsc', ['-b'], { timeout: 5 * minute })),
  lint: async () => asOneCheck(await run('eslint/bin/eslint.js', ['.'], { timeout: 6 * minute })),
  format: async () =>
    asOneCheck(await run('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.'], { timeout: 2 * minute })),
  unit: unitTests,
  build: async () =>
    asOneCheck(await run('vite/bin/vite.js', ['build', '--logLevel', 'warn'], { timeout: 5 * minute })),
  browser: browserTests,
};

const total = { passed: 0, failed: 0 };
try {
  ensureDependencies();
  mkdirSync(results, { recursive: true });
  const wanted = values.only?.split(',') ?? Object.keys(steps);
  for (const [name, step] of Object.entries(steps)) {
    if (!wanted.includes(name)) continue;
    console.log(`\n── ${name} ──`);
    const started = Date.now();
    const { passed, failed } = await step().catch((error) => {
      console.error(error instanceof Error ? error.message : error);
      return { passed: 0, failed: 1 };
    });
    console.log(`${name}: ${passed} passed, ${failed} failed (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    total.passed += passed;
    total.failed += failed;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  total.failed += 1;
}
writeSync(1, `\n${total.passed} passed, ${total.failed} failed\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
