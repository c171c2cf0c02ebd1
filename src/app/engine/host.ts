/** Owns the worker: starts it and notices when it dies. */
import { SteerboardError } from '../../core/errors.js';
import { connect, type Port, type Remote } from '../../protocol/port.js';

export interface Host {
  readonly api: Remote;
  readonly stop: () => void;
}

/** Starts a worker. `onDeath` is called once, when it fails or goes away by itself, not when it is stopped. */
export function startHost(onDeath: (error: SteerboardError) => void): Host {
  const name = `steerboard-worker-${crypto.randomUUID()}`;
  const worker = new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module', name });
  const api = connect(worker as unknown as Port, document.baseURI);
  const letGo = new AbortController();
  let over = false;
  const end = (): void => {
    over = true;
    letGo.abort();
    worker.terminate();
    api.close();
  };
  const die = (): void => {
    if (over) return;
    end();
    onDeath(
      new SteerboardError('worker-died', 'The model stopped working and is started again. Nothing of yours is lost.'),
    );
  };
  void api.died.then(die);
  void api.environment().then(
    () => watch(name, letGo.signal, die),
    () => undefined,
  );
  return { api, stop: end };
}

/** A worker that holds a lock of its own name frees it only by dying: no timer, no ping, no false alarm. */
async function watch(name: string, signal: AbortSignal, onGone: () => void): Promise<void> {
  if (!('locks' in navigator) || signal.aborted) return;
  const held = await navigator.locks.request(name, { ifAvailable: true }, (lock) => lock === null);
  if (!held) return;
  try {
    await navigator.locks.request(name, { signal }, onGone);
  } catch {
    // Stopped by us.
  }
}
