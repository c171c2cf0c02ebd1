import { expect, test, type Page } from '@playwright/test';
import { StaticHost } from './static-host.js';

const site = 'dist';

let host: StaticHost;
test.beforeEach(async () => {
  host = await StaticHost.serve(site, '/some/folder/');
});
test.afterEach(() => host.close());

/** Everything that the page's policy refused, and everything that went wrong in it. */
function watchForTrouble(page: Page): string[] {
  const trouble: string[] = [];
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(String(error)));
  return trouble;
}

async function openIsolated(page: Page): Promise<void> {
  await page.goto(host.address);
  await page.waitForFunction(() => window.crossOriginIsolated && document.readyState === 'complete');
}

test('a plain static host in a folder becomes cross-origin isolated after one reload', async ({ page }) => {
  const trouble = watchForTrouble(page);
  let documents = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents += 1;
  });
  await openIsolated(page);
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(documents).toBe(2);
  expect(trouble).toEqual([]);
});

test('the page writes its texts offline after the first visit', async ({ page }) => {
  test.slow();
  await openIsolated(page);
  await expect(page.locator('html[data-offline="ready"]')).toBeAttached({ timeout: 60_000 });
  await host.close();
  const trouble = watchForTrouble(page);
  await page.reload();
  const steered = page.getByRole('listbox', { name: 'Steered tokens' }).getByRole('option');
  await expect(steered.nth(30)).toBeVisible({ timeout: 60_000 });
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  expect(trouble).toEqual([]);
});

test('without service workers the page still shows, un-isolated and without reloading for ever', async ({
  browser,
}) => {
  const context = await browser.newContext({ serviceWorkers: 'block' });
  const page = await context.newPage();
  let documents = 0;
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents += 1;
  });
  await page.goto(host.address);
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(false);
  expect(documents).toBe(1);
  await context.close();
});

test('caches of other builds go, those of models and of other sites stay', async ({ page }) => {
  await page.goto(`${host.address}favicon.svg`);
  await page.evaluate(async () => {
    for (const name of ['steerboard-build-0000', 'steerboard-models', 'transformers-cache']) await caches.open(name);
  });
  await openIsolated(page);
  const names = await page.evaluate(() => caches.keys());
  expect(names).not.toContain('steerboard-build-0000');
  expect(names).toEqual(expect.arrayContaining(['steerboard-models', 'transformers-cache']));
});

test('the policy of the page forbids evaluating text and inline scripts', async ({ page }) => {
  await openIsolated(page);
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'window.inlineScriptRan = true';
    document.head.append(script);
    // From a callback of the page, since what a debugger evaluates is exempt from the policy.
    const evaluated = new Promise<boolean>((resolve) => {
      setTimeout(() => {
        try {
          resolve(new Function('return true')() as boolean);
        } catch {
          resolve(false);
        }
      });
    });
    return { evaluated: await evaluated, inline: 'inlineScriptRan' in window };
  });
  expect(outcome).toEqual({ evaluated: false, inline: false });
});
