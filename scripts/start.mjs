/**
 * `npm start`: installs what is missing, builds the site when its sources changed, and serves it on
 * http://localhost:5173 (PORT or `npm start -- --port 8080` says otherwise).
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies, root } from './setup.mjs';

const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string' } } });
const port = Number(values.port ?? process.env.PORT ?? 5173);

/** Time of the newest change below a path, in milliseconds. */
function newestChange(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), stats.mtimeMs);
}

function siteIsCurrent() {
  const built = join(root, 'dist', 'index.html');
  if (!existsSync(built)) return false;
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'package-lock.json', 'scripts'];
  return sources.every((source) => newestChange(join(root, source)) < statSync(built).mtimeMs);
}

try {
  ensureDependencies();
  process.chdir(root);
  const { build, preview } = await import('vite');
  if (!siteIsCurrent()) await build({ logLevel: 'warn' });
  const isolation = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  const server = await preview({ preview: { port, host: values.host ?? 'localhost', headers: isolation } });
  console.log(`\nSteerboard is at ${server.resolvedUrls.local[0]}\nPress Ctrl+C to stop.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
