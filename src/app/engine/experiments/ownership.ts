/** One tab at a time writes an experiment: it holds a Web Lock of the experiment's name while it is on its board. */
const prefix = 'steerboard-experiment ';
/** How long a page that is being reloaded may still hold the lock of the one before it. */
const patienceMs = 300;
const rememberedKey = 'steerboard-experiment';

let owned: { readonly id: string; readonly letGo: () => void } | null = null;

/**
 * Takes an experiment for this tab, and lets go of the one before.
 *
 * @returns false, and keeps the one before, when another tab has it; true also where the browser knows no locks
 */
export async function own(id: string): Promise<boolean> {
  if (owned?.id === id) return true;
  const letGo = await hold(id);
  if (letGo === null) return false;
  owned?.letGo();
  owned = { id, letGo };
  remember(id);
  return true;
}

/** Does something to an experiment that no other tab has open. @returns whether it was done */
export async function whileFree(id: string, act: () => Promise<void>): Promise<boolean> {
  const letGo = await hold(id);
  if (letGo === null) return false;
  try {
    await act();
    return true;
  } finally {
    letGo();
  }
}

/** Does something to an experiment that no other tab has open, be it this tab's. @returns whether it was done */
export async function whileOurs(id: string, act: () => Promise<void>): Promise<boolean> {
  if (owned?.id !== id) return whileFree(id, act);
  await act();
  return true;
}

/** Which experiment this tab had before it was reloaded; null for a new tab. */
export function ownedBefore(): string | null {
  try {
    return sessionStorage.getItem(rememberedKey);
  } catch {
    return null;
  }
}

function remember(id: string): void {
  try {
    sessionStorage.setItem(rememberedKey, id);
  } catch {
    // Without it a reload opens the experiment that was changed last.
  }
}

/** Resolves to what lets go of it; null when another tab has it. */
function hold(id: string): Promise<(() => void) | null> {
  const { locks } = navigator as Partial<Navigator>;
  if (!locks) return Promise.resolve(() => undefined);
  return new Promise((resolve) => {
    locks
      .request(prefix + id, { signal: AbortSignal.timeout(patienceMs) }, () => {
        return new Promise<void>((letGo) => resolve(letGo));
      })
      // Where locks are forbidden no tab can have one.
      .catch((error: unknown) => resolve(isTimeout(error) ? null : () => undefined));
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && ['TimeoutError', 'AbortError'].includes(error.name);
}
