/** Vite plugin: builds src/hosting/service-worker with the list of the build's files and their hashes. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep, resolve } from 'node:path';
import { build, type Plugin, type ResolvedConfig } from 'vite';
import type { BuildManifest } from '../src/hosting/service-worker/manifest.js';
import { contentSecurityPolicy } from './content-security-policy.js';

const workerFile = 'service-worker.js';

/** Only one of onnxruntime's WebGPU builds is used in a browser; which one is known when it asks. The CPU build is the fallback everywhere. */
function isKeptOnlyWhenUsed(path: string): boolean {
  return (
    /\.(jspi|asyncify|jsep)-[^/]*\.wasm$/.test(path) ||
    /(^|\/)(MODEL_CARD\.md|\.gitkeep)$/.test(path) ||
    path.endsWith('.map')
  );
}

function hashOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
}

function manifestOf(folder: string): BuildManifest {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== workerFile && !path.startsWith('.'))
    .sort();
  const files = Object.fromEntries(paths.map((path) => [path, hashOf(readFileSync(join(folder, path)))]));
  return {
    build: hashOf(JSON.stringify(files)),
    files,
    ahead: paths.filter((path) => !isKeptOnlyWhenUsed(path)),
    contentSecurityPolicy,
  };
}

export function serviceWorker(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'steerboard:service-worker',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle(error?: Error) {
      if (error) return;
      const outDir = resolve(config.root, config.build.outDir);
      await build({
        configFile: false,
        root: config.root,
        publicDir: false,
        logLevel: 'warn',
        define: { __BUILD_MANIFEST__: JSON.stringify(manifestOf(outDir)) },
        build: {
          outDir,
          emptyOutDir: false,
          target: 'es2022',
          rolldownOptions: {
            input: join(config.root, 'src/hosting/service-worker/service-worker.ts'),
            output: { format: 'iife', entryFileNames: workerFile },
          },
        },
      });
    },
  };
}
