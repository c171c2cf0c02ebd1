import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

const assets = join('dist', 'assets');
const scripts = new Map(
  readdirSync(assets)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [name, readFileSync(join(assets, name), 'utf8')]),
);

/** The script and everything that it imports before it runs. */
function withStaticImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const source = scripts.get(name) ?? '';
  for (const [, imported] of source.matchAll(/(?:\bfrom|\bimport)\s*["'`]\.\/([^"'`]+\.js)["'`]/g)) {
    withStaticImports(imported!, found);
  }
  return found;
}

function namesIn(source: string): string[] {
  return [...scripts.keys()].filter((name) => source.includes(name));
}

/** The page's script, the workers that scripts start, and what they import; not what is imported only on demand. */
function initialScripts(): Set<string> {
  const entry = namesIn(readFileSync(join('dist', 'index.html'), 'utf8'));
  const initial = new Set(entry.flatMap((name) => [...withStaticImports(name)]));
  for (const name of [...initial]) {
    for (const [, worker] of scripts.get(name)!.matchAll(/new URL\(\s*["'`]([^"'`]*\.js)["'`]/g)) {
      const file = worker!.split('/').at(-1)!;
      if (scripts.has(file)) for (const more of withStaticImports(file)) initial.add(more);
    }
  }
  return initial;
}

/** The library's own banner. */
const isPlotly = (source: string) => /plotly\.js[^\n]{0,40} v\d/.test(source) || source.includes('newPlot=');

test('the initial script is at most 1.5 MB gzipped', () => {
  const initial = initialScripts();
  expect(initial.size).toBeGreaterThan(1);
  test.info().annotations.push({ type: 'files', description: [...initial].join(' ') });
  const bytes = [...initial].reduce((sum, name) => sum + gzipSync(scripts.get(name)!).byteLength, 0);
  expect(bytes).toBeLessThanOrEqual(1.5 * 1024 * 1024);
});

test('Plotly is in a file of its own that loads on demand', () => {
  const plotly = [...scripts.keys()].filter((name) => isPlotly(scripts.get(name)!));
  expect(plotly).toHaveLength(1);
  expect(initialScripts()).not.toContain(plotly[0]);
});

test('Plotly is asked for only after the first text shows', async ({ page }) => {
  test.setTimeout(240_000);
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('[aria-label="Steered tokens"] [role="option"]')) return;
      performance.mark('first-text');
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto('/');
  await page.locator('.main-svg').first().waitFor({ timeout: 60_000 });
  const [text, plotly] = await page.evaluate(() => [
    performance.getEntriesByName('first-text')[0]!.startTime,
    performance.getEntriesByType('resource').find((entry) => /plotly[^/]*\.js/.test(entry.name))!.startTime,
  ]);
  expect(plotly).toBeGreaterThan(text!);
});

test('every WASM file is emitted once and none that no runtime asks for', () => {
  const wasm = readdirSync(assets).filter((name) => name.endsWith('.wasm'));
  const builds = wasm.map((name) => name.replace(/-[\w-]{8}\.wasm$/, '')).sort();
  expect(new Set(builds).size).toBe(builds.length);
  expect(builds.filter((name) => name.includes('jsep'))).toEqual([]);
});
