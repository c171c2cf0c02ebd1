/**
 * The part of `npm run bench` with models of full size (`--full-size FOLDER`, written by recipes/full-size). Each
 * contestant runs in a browser of its own, with its files on disk as after a first visit; sides take turns.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { median } from './bench-live.mjs';
import { watchMemory } from './process-memory.mjs';

const graphs = { fp32: 'model.onnx', q8: 'model_quantized.onnx', q4: 'model_q4.onnx' };
const limits = { token: '≤ 1.05', prefill: '≤ 1', memory: '≤ 0.8', browser: '–', load: '–' };

/** The models of a folder, each with the files that a dtype needs. */
function modelsOf(folder, dtypes, names) {
  const models = [];
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const onnx = join(folder, name, 'onnx');
    if (name.endsWith('.work') || !statSync(onnx, { throwIfNoEntry: false })?.isDirectory()) continue;
    if (names.length > 0 && !names.includes(name)) continue;
    const all = readdirSync(join(folder, name), { recursive: true }).map((path) => path.split(sep).join('/'));
    for (const dtype of dtypes) {
      const graph = `onnx/${graphs[dtype]}`;
      if (!all.includes(graph)) continue;
      const files = all.filter(
        (path) => /^[^/]+\.json$/.test(path) || path === graph || path.startsWith(`${graph}_data`),
      );
      const bytes = files.reduce((sum, path) => sum + statSync(join(folder, name, path)).size, 0);
      models.push({ name, dtype, files, bytes });
    }
  }
  if (models.length === 0) throw new Error(`${relative('.', folder)} has no models. recipes/full-size writes them.`);
  return models;
}

/** Returns rows for bench/results.full-size.json and a table in Markdown. The bench's pages are built already. */
export async function measureFullSize(options, chromium, launch, preview, configFile) {
  process.env.FULL_SIZE_MODELS = options.folder;
  // Without isolation a page has no threads, on either side.
  const isolation =
    options.threads === 1
      ? { 'Cross-Origin-Opener-Policy': 'unsafe-none', 'Cross-Origin-Embedder-Policy': 'unsafe-none' }
      : {};
  const server = await preview({ configFile, preview: { port: 0, headers: isolation } });
  const address = new URL('full-size/index.html', server.resolvedUrls.local[0]).href;
  const rows = [];
  try {
    for (const model of modelsOf(options.folder, options.dtypes, options.models)) {
      rows.push(...(await measureModel(model, options, chromium, launch, address)));
    }
  } finally {
    await new Promise((resolve) => server.httpServer.close(resolve));
  }
  return { rows, table: table(rows) };
}

async function measureModel({ name, dtype, files, bytes }, options, chromium, launch, address) {
  const profiles = { ours: mkdtempSync(join(tmpdir(), 'bench-')), peer: mkdtempSync(join(tmpdir(), 'bench-')) };
  const model = { name, dtype, files, threads: options.threads };
  const results = { ours: [], peer: [] };
  const failures = {};
  const load = loadavg()[0];
  try {
    for (const side of options.sides) {
      await inBrowser(profiles[side], address, chromium, launch, (page) =>
        page.evaluate(([it, which]) => window.fullSize.store(which, it), [model, side]),
      );
    }
    for (let run = 0; run < options.runs; run++) {
      for (const side of run % 2 === 0 ? options.sides : options.sides.toReversed()) {
        if (failures[side]) continue;
        try {
          const result = await inBrowser(profiles[side], address, chromium, launch, (page) =>
            measureOnce(page, profiles[side], model, side, options),
          );
          results[side].push(result);
          console.log(name, dtype, side, JSON.stringify({ ...result, ids: undefined }));
        } catch (error) {
          failures[side] = String(error.message ?? error).split('\n')[0];
          console.warn(name, dtype, side, failures[side]);
        }
      }
    }
  } finally {
    for (const profile of Object.values(profiles)) rmSync(profile, { recursive: true, force: true });
  }
  const same = JSON.stringify(results.ours[0]?.ids) === JSON.stringify(results.peer[0]?.ids);
  const rounded = (value) => (value === null ? null : Number(value.toPrecision(4)));
  return [
    ['token', 'ms/token'],
    ['prefill', 'ms'],
    ['memory', 'MB'],
    ['browser', 'MB'],
    ['load', 'ms'],
  ].map(([measure, unit]) => {
    const of = (side) => median(results[side].flatMap((it) => it[measure] ?? [])) ?? null;
    const [ours, peer] = [of('ours'), of('peer')];
    const ratio = ours === null || peer === null ? null : ours / peer;
    return {
      model: name,
      dtype,
      megabytes: Math.round(bytes / 1e6),
      measure,
      unit,
      ours: rounded(ours),
      peer: rounded(peer),
      ratio: rounded(ratio),
      runs: options.runs,
      sameTokens: same,
      loadAverage: rounded(load),
      failures,
    };
  });
}

async function inBrowser(profile, address, chromium, launch, job) {
  const context = await chromium.launchPersistentContext(profile, launch);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.on('pageerror', (error) => console.error(error));
    page.setDefaultTimeout(10 * 60_000);
    await page.goto(address);
    await page.waitForFunction(() => 'fullSize' in window);
    return await job(page);
  } finally {
    await context.close();
  }
}

async function measureOnce(page, profile, model, side, options) {
  const memory = watchMemory(profile);
  const load = await page.evaluate(([it, which]) => window.fullSize.load(which, it), [model, side]);
  const { renderer, browser } = memory.stop();
  const threads = await page.evaluate(() => window.fullSize.threads());
  if (options.repeats === 0) return { load, memory: renderer, browser, token: null, prefill: null, threads, ids: [] };
  const speedOptions = { promptTokens: 256, newTokens: options.newTokens, runs: options.repeats };
  const speed = await page.evaluate((it) => window.fullSize.speed(it), speedOptions);
  return {
    load,
    memory: renderer,
    browser,
    token: median(speed.token),
    prefill: median(speed.prefill),
    threads,
    ids: speed.ids,
  };
}

const meanings = {
  token: 'time per token',
  prefill: 'prompt of 256 tokens to first token',
  memory: 'peak memory of the page at load',
  browser: 'peak memory of the whole browser at load',
  load: 'load, files on disk',
};

function table(rows) {
  const lines = rows.map((row) => {
    const side = (value, name) =>
      value === null ? `failed: ${row.failures[name] ?? 'not run'}` : `${value} ${row.unit}`;
    return [
      `${row.model} ${row.dtype} (${row.megabytes} MB)`,
      meanings[row.measure],
      side(row.ours, 'ours'),
      side(row.peer, 'peer'),
      row.ratio ?? '–',
      limits[row.measure],
      row.runs,
    ].join(' | ');
  });
  return [
    '| model | what | ours | transformers.js | ours / peer | bar | runs |',
    '| --- | --- | --: | --: | --: | --- | --: |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}
