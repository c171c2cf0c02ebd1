// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** Locks of one browser that several pages share; a page that goes lets go of its own. */
class BrowserLocks {
  private readonly held = new Map<string, object>();

  of(owner: object) {
    return {
      request: (name: string, work: () => Promise<unknown>) => {
        this.held.set(name, owner);
        return work();
      },
      query: async () => ({ held: [...this.held.keys()].map((name) => ({ name })) }),
    };
  }

  gone(owner: object): void {
    for (const [name, by] of this.held) if (by === owner) this.held.delete(name);
  }
}

let locks: BrowserLocks;
beforeEach(() => {
  locks = new BrowserLocks();
  localStorage.clear();
});
afterEach(() => void vi.unstubAllGlobals());

/** A page of its own: the module anew, with the browser's locks. */
async function openPage(hasLocks = true) {
  vi.resetModules();
  const page = await import('../../../src/app/engine/opening-mark.js');
  const owner = {};
  const use = () => vi.stubGlobal('navigator', hasLocks ? { locks: locks.of(owner) } : {});
  use();
  return { ...page, use, goAway: () => locks.gone(owner) };
}

test('a page that went away while it was opening a model is told of once', async () => {
  const first = await openPage();
  await first.markOpening('someone/large');
  first.goAway();
  const second = await openPage();
  expect(await second.takeMarksOfGonePages()).toEqual(['someone/large']);
  expect(await second.takeMarksOfGonePages()).toEqual([]);
});

test('another tab that is still opening it is not taken for one that died', async () => {
  const first = await openPage();
  await first.markOpening('someone/large');
  const second = await openPage();
  expect(await second.takeMarksOfGonePages()).toEqual([]);
  await second.markOpening('someone/large');
  second.unmarkOpening();
  // What the second does to its mark leaves the first one's alone.
  first.goAway();
  expect(await second.takeMarksOfGonePages()).toEqual(['someone/large']);
});

test('a model that was opened leaves no mark', async () => {
  const first = await openPage();
  await first.markOpening('someone/small');
  first.unmarkOpening();
  first.goAway();
  expect(await (await openPage()).takeMarksOfGonePages()).toEqual([]);
});

test('without locks a mark counts as of a page that is gone', async () => {
  await (await openPage(false)).markOpening('someone/large');
  expect(await (await openPage(false)).takeMarksOfGonePages()).toEqual(['someone/large']);
});
