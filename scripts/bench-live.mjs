/** Times of the built page as a user meets it, on WASM: from opening to text, and from the slider to changed text. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const patience = { timeout: 120_000 };

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Runs in the page before its own scripts: notes when generated tokens of the steered text appear or change. */
function watchSteeredText() {
  const clock = () => performance.timeOrigin + performance.now();
  const shown = () =>
    [...document.querySelectorAll('[aria-label="Steered tokens"] [role="option"]:not(.prompt)')].map(
      (token) => token.textContent,
    );
  const live = { firstToken: 0, lastToken: 0, movedAt: 0, changedAt: 0, before: [] };
  window.live = live;
  let last = '';
  new MutationObserver(() => {
    const tokens = shown();
    const text = tokens.join('');
    if (text === last) return;
    last = text;
    if (tokens.length > 0) live.firstToken ||= clock();
    live.lastToken = clock();
    const differs = tokens.some((token, index) => token !== live.before[index]);
    if (live.movedAt > 0 && live.changedAt === 0 && differs) live.changedAt = clock();
  }).observe(document, { childList: true, subtree: true, characterData: true });
  const moved = () => {
    live.before = shown();
    live.changedAt = 0;
    live.movedAt = clock();
  };
  addEventListener('keydown', moved, { capture: true });
  // Of a drag only the moves that are timed.
  addEventListener('pointermove', () => live.timesPointer && moved(), { capture: true });
  const frame = (now) => {
    if (live.frames && live.lastFrame) live.frames.push(now - live.lastFrame);
    live.lastFrame = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Both texts are complete and compared under the plan that is set. */
async function settled(page) {
  const verdict = page.getByRole('region', { name: 'Steered text' }).getByText(/^(within range|strained|broken)$/);
  await verdict.waitFor(patience);
}

async function timeOpening(page, address) {
  const start = Date.now();
  await page.goto(address);
  await settled(page);
  const { firstToken, lastToken } = await page.evaluate(() => window.live);
  return { firstToken: firstToken - start, complete: lastToken - start };
}

/** Jumps between the slider's ends, which surely changes the text. */
async function timeSlider(page, moves) {
  const slider = page.getByRole('slider', { name: /strength/i }).first();
  await slider.focus();
  const times = [];
  for (let move = 0; move < moves; move++) {
    const strength = Number(await slider.getAttribute('aria-valuenow'));
    await slider.press(strength > 0 ? 'Home' : 'End');
    await page.waitForFunction(() => window.live.changedAt > 0, undefined, patience);
    const { movedAt, changedAt } = await page.evaluate(() => window.live);
    times.push(changedAt - movedAt);
    await settled(page);
  }
  return median(times);
}

/** An arrow that is drawn in the lab's plane: from single moves to changed text, then frames while it is moved around. */
async function timeArrow(page, moves) {
  await page
    .getByRole('switch', { name: /^Apply / })
    .first()
    .press('Space');
  const surface = page.getByRole('slider', { name: /^Draw a direction/ });
  await surface.scrollIntoViewIfNeeded();
  await settled(page);
  const box = await surface.boundingBox();
  const at = (x, y) => page.mouse.move(box.x + x * box.width, box.y + y * box.height);
  await at(0.5, 0.5);
  await page.mouse.down();
  await at(0.52, 0.3);
  const times = [];
  for (let move = 0; move < moves; move++) {
    await settled(page);
    await page.evaluate(() => Object.assign(window.live, { timesPointer: true, changedAt: 0, movedAt: 0 }));
    await at(0.5 + (move % 3) * 0.05, move % 2 ? 0.02 : 0.98);
    await page.waitForFunction(() => window.live.changedAt > 0, undefined, patience);
    times.push(await page.evaluate(() => window.live.changedAt - window.live.movedAt));
  }
  await page.evaluate(() => Object.assign(window.live, { timesPointer: false, frames: [] }));
  const end = Date.now() + 5000;
  while (Date.now() < end) {
    const turn = (end - Date.now()) / 300;
    await at(0.5 + 0.3 * Math.cos(turn), 0.5 + 0.4 * Math.sin(turn));
  }
  const frames = await page.evaluate(() => window.live.frames);
  await page.mouse.up();
  return {
    first: median(times),
    frames: frames.length,
    longest: Math.max(...frames),
    late: frames.filter((ms) => ms > 50).length,
  };
}

/** Returns a table in Markdown. `dist` is built first. */
export async function measureLive(browser, build, preview) {
  await build({ logLevel: 'warn' });
  const lines = [];
  const opening = async (name, headers, visit) => {
    const server = await preview({ preview: { port: 0, headers } });
    const address = server.resolvedUrls.local[0];
    const times = [];
    for (let run = 0; run < 3; run++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const page = await context.newPage();
      await page.addInitScript(watchSteeredText);
      let time = await timeOpening(page, address);
      if (visit === 'second') {
        await page.locator('html[data-offline="ready"]').waitFor({ ...patience, state: 'attached' });
        time = await timeOpening(page, address);
      }
      times.push(time);
      if (visit === 'second' && run === 2) await sliders(page);
      await context.close();
    }
    await new Promise((resolve) => server.httpServer.close(resolve));
    const of = (key) => Math.round(median(times.map((time) => time[key])));
    lines.push(`| ${name}, to first steered token | ${of('firstToken')} ms |`);
    lines.push(`| ${name}, to whole steered text | ${of('complete')} ms |`);
  };
  const moves = [];
  const sliders = async (page) => {
    for (const scope of ['Both', 'Generated']) {
      await page.getByText(scope, { exact: true }).first().click();
      await settled(page);
      moves.push(
        `| slider moved, to first changed token (scope: ${scope.toLowerCase()}) | ${Math.round(await timeSlider(page, 9))} ms |`,
      );
    }
    const arrow = await timeArrow(page, 9);
    moves.push(
      `| arrow moved, to first changed token (scope: both) | ${Math.round(arrow.first)} ms |`,
      `| arrow dragged around for 5 s, longest of ${arrow.frames} frames (${arrow.late} over 50 ms) | ${Math.round(arrow.longest)} ms |`,
    );
  };
  await opening('first visit, host with isolation headers (as `npm start`)', isolation, 'first');
  await opening('first visit, plain static host (reloads once)', {}, 'first');
  await opening('open again', {}, 'second');
  return ['| live | time |', '| --- | --: |', ...lines, ...moves].join('\n');
}
