/** The autopilot against a full sweep on ten concepts of the bundled model: rows, and a table in Markdown. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

/** Sweeps that were written. They take most of the time, so a run that was ended goes on where it was. */
const shelf = join(root, 'node_modules', '.cache', 'autopilot-sweeps');

const percent = (share) => `${Math.round(100 * share)} %`;

/**
 * @param {object} options device, and names of concepts; none: all. `configFile` is the one of bench/.
 * @returns the rows, the table, and whether all concepts are in it
 */
export async function measureAutopilot({ device, concepts, configFile }, browser, build, preview) {
  await build({ configFile, logLevel: 'warn' });
  const server = await preview({ configFile, preview: { port: 0 } });
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  page.on('console', (message) => console.log(message.text()));
  page.on('pageerror', (error) => console.error(error));
  const fileOf = (concept) => join(shelf, `${concept}.json`);
  await page.exposeFunction('takeSweep', (concept) =>
    existsSync(fileOf(concept)) ? JSON.parse(readFileSync(fileOf(concept), 'utf8')) : null,
  );
  await page.exposeFunction('putSweep', (concept, sweep) => {
    mkdirSync(shelf, { recursive: true });
    writeFileSync(fileOf(concept), JSON.stringify(sweep));
  });
  await page.goto(server.resolvedUrls.local[0]);
  await page.waitForFunction(() => 'benchAutopilot' in window);
  const rows = await page.evaluate(
    ([on, only]) => window.benchAutopilot(on, only.length > 0 ? only : undefined),
    [device, concepts],
  );
  await page.close();
  await new Promise((resolve) => server.httpServer.close(resolve));
  return { rows, table: table(rows) };
}

function table(rows) {
  const lines = rows.map((row) =>
    [
      row.concept,
      row.chosen,
      row.best,
      row.cost.toFixed(2),
      row.effect.toFixed(3),
      row.bestEffect.toFixed(3),
      percent(row.share),
      percent(row.shareAfresh),
      `${row.texts} of ${row.sweepTexts} (${percent(row.texts / row.sweepTexts)})`,
      percent(row.graphTokens / row.sweepGraphTokens),
      `${row.seconds.toFixed(1)} s`,
    ].join(' | '),
  );
  return [
    '| concept | autopilot | best of the sweep | cost, nats a token | effect | best effect at that cost | share | share, new seeds | texts | tokens through the model | search took |',
    '| --- | --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}
