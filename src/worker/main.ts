import { serve } from '../protocol/port.js';
import { createEngine } from './engine.js';

/** A lock of the worker's own name is free again only when the worker is gone: that is how the page notices. */
function holdLock(): Promise<void> {
  const { name } = globalThis as unknown as { readonly name?: string };
  if (!name || !('locks' in navigator)) return Promise.resolve();
  return new Promise((resolve) => {
    void navigator.locks
      .request(name, () => {
        resolve();
        return new Promise<never>(() => undefined);
      })
      .catch(() => resolve());
  });
}

const held = holdLock();
const engine = createEngine();
serve({
  ...engine,
  environment: async () => {
    await held;
    return engine.environment();
  },
});
