/**
 * The workers of the page: the one that holds the model, and those in which another is being opened. A worker opens one
 * model in its life, since the memory of its runtime never shrinks; the old one goes when the new one is ready.
 */
import { fromErrorData, SteerboardError, toErrorData } from '../../core/errors.js';
import type { WorkerApi, WorkerNotice } from '../../protocol/api.js';
import { markCancelled } from '../stores/status.js';
import { startHost, type Host } from './host.js';

type Use<Result> = (api: WorkerApi) => Promise<Result>;

/** Told only while the worker is the page's. One that dies while it opens a model rejects the call that waits for it. */
export interface Trouble {
  readonly onNotice: (notice: WorkerNotice) => void;
  readonly onDeath: (error: SteerboardError) => void;
}

/** A worker in which a model is being opened. */
export interface Beside {
  readonly call: <Result>(use: Use<Result>) => Promise<Result>;
  /** Makes it the page's worker and stops the one before. */
  readonly take: () => void;
  /** Ends it; what is asked of it rejects with `cancelled`. The page's worker is not touched. */
  readonly stop: () => void;
}

let current: Host | null = null;
/** A worker that was started to answer questions while there was no other; the next model opens in it. */
let spare: Host | null = null;
/** Workers that were ended on purpose: what they left unanswered was cancelled, it did not fail. */
const stopped = new WeakSet<Host>();
const trouble = new WeakMap<Host, Trouble>();

function start(): Host {
  const host = startHost((error) => {
    if (spare === host) spare = null;
    if (current !== host) return;
    current = null;
    trouble.get(host)?.onDeath(error);
  });
  return host;
}

function stop(host: Host): void {
  stopped.add(host);
  host.stop();
}

async function callOn<Result>(host: Host, use: Use<Result>): Promise<Result> {
  try {
    return await use(host.api);
  } catch (error) {
    if (stopped.has(host)) throw new SteerboardError('cancelled', 'Cancelled.');
    throw error instanceof SteerboardError ? error : fromErrorData(toErrorData(error));
  }
}

/** A worker to open a model in, beside the page's. */
export function openWorker(events: Trouble): Beside {
  const host = spare ?? start();
  spare = null;
  trouble.set(host, events);
  const call = <Result>(use: Use<Result>): Promise<Result> => callOn(host, use);
  void call((api) => api.listen((notice) => current === host && events.onNotice(notice))).catch(() => undefined);
  return {
    call,
    take: () => {
      const old = current;
      current = host;
      if (old && old !== host) stop(old);
    },
    stop: () => {
      if (current !== host) stop(host);
    },
  };
}

/** Calls the page's worker. Rejects with a {@link SteerboardError}, also when the worker dies while the call is open. */
export async function call<Result>(use: Use<Result>): Promise<Result> {
  if (!current) throw new SteerboardError('worker-died', 'The model is not running. Restart it.');
  return callOn(current, use);
}

/** Calls any worker, for what needs no model. */
export function ask<Result>(use: Use<Result>): Promise<Result> {
  return callOn(current ?? (spare ??= start()), use);
}

/**
 * Cancels a task of the page's worker; it ends by rejecting with `cancelled`. The worker knows a task only during a call of
 * it, so what makes several asks the store of the status before each.
 */
export function cancelTask(task: string): void {
  markCancelled(task);
  void call((api) => api.cancel(task)).catch(() => undefined);
}
