/**
 * Marks of pages that are opening a remembered model: one found later, of a page that is gone, says that the page went away in
 * the middle, and would again. Every page has a mark of its own, and holds a Web Lock of its name while it lives, so that a tab
 * that is still at it is not taken for one that died.
 */
const prefix = 'steerboard-opening ';
const page = crypto.randomUUID();

let held: Promise<void> | null = null;

/** Writes down that this page is opening a model. */
export async function markOpening(id: string): Promise<void> {
  await (held ??= holdLock());
  change((storage) => storage.setItem(prefix + page, id));
}

export function unmarkOpening(): void {
  change((storage) => storage.removeItem(prefix + page));
}

/** Ids of models that pages which are gone were opening; their marks are taken away. */
export async function takeMarksOfGonePages(): Promise<readonly string[]> {
  const alive = await lockedNames();
  const gone: string[] = [];
  change((storage) => {
    const keys = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
    for (const key of keys.filter((it) => it.startsWith(prefix) && !alive.has(it))) {
      gone.push(storage.getItem(key) ?? '');
      storage.removeItem(key);
    }
  });
  return gone;
}

/** Until the page goes. Resolves when it is held, or where a browser has no locks: then every mark counts as of a gone page. */
function holdLock(): Promise<void> {
  if (!('locks' in navigator)) return Promise.resolve();
  return new Promise((resolve) => {
    void navigator.locks
      .request(prefix + page, () => {
        resolve();
        return new Promise<never>(() => undefined);
      })
      .catch(() => resolve());
  });
}

async function lockedNames(): Promise<ReadonlySet<string>> {
  if (!('locks' in navigator)) return new Set();
  const { held = [] } = await navigator.locks.query().catch(() => ({ held: [] as LockInfo[] }));
  return new Set(held.map(({ name }) => name ?? ''));
}

function change(what: (storage: Storage) => void): void {
  try {
    what(localStorage);
  } catch {
    // Without storage there is nothing that was remembered either.
  }
}
