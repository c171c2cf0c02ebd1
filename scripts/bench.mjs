/**
 * `npm run bench`: builds bench/ and the site, runs the measurements in one Chromium, and writes bench/results.json and the
 * tables of BENCHMARKS.md. `--device webgpu` measures WebGPU and writes bench/results.webgpu.json; `--runs N` sets how
 * often each side runs (default 9); `--only engine` and `--only live` run a part, `--only sweep` prints one line, and
 * `--only safe-range` measures whether safe ranges hold on held-out texts, `--only autopilot` holds the autopilot to a full sweep,
 * which takes long (`--concepts happy,night` takes some). `--full-size FOLDER` measures models of
 * full size instead (recipes/full-size writes them); `--models`, `--dtypes` and `--sides` (lists with commas) take
 * some, `--repeats 0` only loads them; `--threads 1` takes one on both sides.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium, ensureDependencies, root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'wasm' },
    runs: { type: 'string', default: '9' },
    only: { type: 'string' },
    concepts: { type: 'string', default: '' },
    'full-size': { type: 'string' },
    models: { type: 'string', default: '' },
    dtypes: { type: 'string', default: 'fp32,q8,q4' },
    sides: { type: 'string', default: 'ours,peer' },
    threads: { type: 'string' },
    repeats: { type: 'string', default: '3' },
  },
});

const limits = {
  'hooked-token': '≤ 1.05',
  'pair-token': '≤ 1.3',
  'slider-first-token': '≤ 0.33',
  'sweep-of-nine': '≤ 3',
  'capture-200': '≤ 1.1',
  'memory-growth': '≤ 1.05',
  'sweep-288': '≤ 0.2',
};

const meanings = {
  'hooked-token': 'one text hooked and read out at every layer / transformers.js `generate`, the same greedy tokens',
  'pair-token': 'baseline and steered together / one alone',
  'slider-first-token':
    'slider moved while a text is being written, to its first changed token, plan touching generated tokens only / transformers.js call to first token, 128-token prompt',
  'sweep-of-nine': 'nine strengths as one batch / one alone',
  'capture-200':
    '200 contrast texts of about 32 tokens read at every layer and fitted / transformers.js running the same texts, 16 of the same length at a time',
  'memory-growth': 'page and workers after 200 regenerations / after 20',
  'sweep-288':
    '9 strengths × 8 layers × 4 prompts × 32 tokens, written and measured as on the page, with assistants on the other cores / transformers.js writing as many tokens, text by text',
  'sweep-288, assistants being started': 'the page’s first sweep: assistants are opened meanwhile / the same',
  'sweep-288, one worker': 'the same texts by one worker / the same',
  'sweep-288, one worker, only written': 'the same texts as four calls of `generate`, nothing measured / the same',
  load: 'new worker to model ready / the same with transformers.js',
};

function table(rows) {
  const lines = rows.map(({ name, ours, peer, unit, ratio, runs }) =>
    [name, meanings[name] ?? '', `${ours} ${unit}`, `${peer} ${unit}`, ratio, limits[name] ?? '–', runs].join(' | '),
  );
  return [
    '| measurement | what / against what | ours | peer | ours / peer | bar | runs |',
    '| --- | --- | --: | --: | --: | --- | --: |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

/** Puts text between the markers of a section of BENCHMARKS.md. */
function replaceSection(page, name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`BENCHMARKS.md has no section ${name}.`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

function machine(browserVersion, { threads, adapter }) {
  const all = cpus();
  return [
    `${all.length} cores (${all[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB of memory`,
    `${threads} WASM thread${threads === 1 ? '' : 's'}`,
    `Chromium ${browserVersion}, headless${adapter ? `, WebGPU adapter: ${adapter}` : ''}`,
    `${process.platform} ${process.arch}, Node ${process.version}`,
    new Date().toISOString().slice(0, 10),
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}

async function main() {
  ensureDependencies();
  if (values['full-size'] !== undefined) values['full-size'] = resolve(values['full-size']);
  process.chdir(root);
  const executablePath = ensureChromium();
  const { build, preview } = await import('vite');
  const { chromium } = await import('@playwright/test');
  const { measureLive } = await import('./bench-live.mjs');

  const launch = {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      // Otherwise the browser decides when it measures memory, within minutes.
      '--enable-blink-features=ForceEagerMeasureMemory',
      ...(values.device === 'webgpu' ? ['--enable-unsafe-webgpu'] : []),
    ],
  };
  if (values['full-size'] !== undefined) return fullSize(chromium, launch, build, preview);
  const browser = await chromium.launch(launch);
  if (values.only === 'autopilot') return autopilot(browser, build, preview);
  const sections = {};
  try {
    if (values.only === 'safe-range') return await measureSafeRange(browser, build, preview);
    if (values.only !== 'live') {
      const result = await measureEngine(browser, build, preview);
      if (values.only === 'sweep') return console.log(table([...result.rows, ...result.besides]));
      const suffix = values.device === 'wasm' ? '' : `.${values.device}`;
      writeFileSync(join(root, 'bench', `results${suffix}.json`), `${JSON.stringify(result.rows, null, 2)}\n`);
      sections.machine = machine(browser.version(), result);
      sections.results = table(result.rows);
      sections.besides = table(result.besides);
    }
    if (values.only !== 'engine' && values.device === 'wasm') {
      sections.live = await measureLive(browser, build, preview);
    }
  } finally {
    await browser.close();
  }
  if (values.device === 'wasm') await writeSections(sections);
}

async function autopilot(browser, build, preview) {
  const { measureAutopilot } = await import('./bench-autopilot.mjs');
  const configFile = join(root, 'bench', 'vite.config.ts');
  const concepts = values.concepts.split(',').filter(Boolean);
  try {
    const { rows, table: found } = await measureAutopilot(
      { device: values.device, concepts, configFile },
      browser,
      build,
      preview,
    );
    console.log(found);
    if (concepts.length > 0 || values.device !== 'wasm') return;
    writeFileSync(join(root, 'bench', 'results.autopilot.json'), `${JSON.stringify(rows, null, 2)}\n`);
    await writeSections({ autopilot: found });
  } finally {
    await browser.close();
  }
}

/** Only a run of everything writes its figures down; a part is for the one who asked for it. */
async function fullSize(chromium, launch, build, preview) {
  const { measureFullSize } = await import('./bench-full-size.mjs');
  const list = (name) => values[name].split(',').filter(Boolean);
  const configFile = join(root, 'bench', 'vite.config.ts');
  await build({ configFile, logLevel: 'warn' });
  const options = {
    folder: values['full-size'],
    models: list('models'),
    dtypes: list('dtypes'),
    sides: list('sides'),
    threads: Number(values.threads ?? Math.min(4, cpus().length)),
    runs: Number(values.runs),
    repeats: Number(values.repeats),
    newTokens: 32,
  };
  const result = await measureFullSize(options, chromium, launch, preview, configFile);
  console.log(result.table);
  if (options.models.length > 0 || options.sides.length < 2 || list('dtypes').length < 3) return;
  writeFileSync(join(root, 'bench', 'results.full-size.json'), `${JSON.stringify(result.rows, null, 2)}\n`);
  await writeSections({ 'full-size': result.table });
}

async function writeSections(sections) {
  const path = join(root, 'BENCHMARKS.md');
  let text = readFileSync(path, 'utf8');
  for (const [name, content] of Object.entries(sections)) text = replaceSection(text, name, content);
  const { format, resolveConfig } = await import('prettier');
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

async function measureSafeRange(browser, build, preview) {
  const { safeRangeTable } = await import('./bench-safe-range.mjs');
  const measured = await onBenchPage(browser, build, preview, 'benchSafeRange');
  const text = safeRangeTable(measured);
  console.log(text);
  writeFileSync(join(root, 'bench', 'results.safe-range.json'), `${JSON.stringify(measured, null, 2)}\n`);
  if (values.device === 'wasm') await writeSections({ 'safe-range': text });
}

async function measureEngine(browser, build, preview) {
  const result = await onBenchPage(browser, build, preview, 'bench');
  if (!result.sameTokens) console.warn('The two sides did not write the same tokens.');
  return result;
}

/** Builds bench/ and calls one of its page's measurements. */
async function onBenchPage(browser, build, preview, name) {
  const configFile = join(root, 'bench', 'vite.config.ts');
  await build({ configFile, logLevel: 'warn' });
  const server = await preview({ configFile, preview: { port: 0 } });
  const page = await browser.newPage();
  page.on('console', (message) => console.log(message.text()));
  page.on('pageerror', (error) => console.error(error));
  await page.goto(server.resolvedUrls.local[0]);
  await page.waitForFunction(() => 'bench' in window);
  const options = { device: values.device, runs: Number(values.runs), onlySweep: values.only === 'sweep' };
  const result = await page.evaluate(([it, what]) => window[what](it), [options, name]);
  await page.close();
  await new Promise((resolve) => server.httpServer.close(resolve));
  return result;
}

const minutes = values['full-size'] === undefined && values.only !== 'autopilot' ? 30 : 120;
const patience = setTimeout(() => {
  console.error(`The measurements took more than ${minutes} minutes.`);
  process.exit(1);
}, minutes * 60_000);
main().then(
  () => {
    clearTimeout(patience);
    process.exit(0);
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
