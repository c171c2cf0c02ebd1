/**
 * The wire between page and worker: comlink, with errors that keep their code and fields, and with a worker's death
 * turned into a rejection of every call that waits for it.
 */
import * as comlink from 'comlink';
import { SteerboardError, fromErrorData, toErrorData, type ErrorData } from '../core/errors.js';
import type { Progress, WorkerApi, WorkerNotice } from './api.js';
import { Interruption } from './interruption.js';

/** What this module needs of a `Worker` or a `MessagePort`; the DOM's own types fit. */
export interface Port {
  postMessage(message: unknown, transfer: never[]): void;
  addEventListener(type: string, listener: (event: object) => void): void;
  removeEventListener(type: string, listener: (event: object) => void): void;
}

/** A {@link WorkerApi} on the other side of a port. Callbacks are plain functions. */
export interface Remote extends WorkerApi {
  /** Settles once, with code `worker-died`, when the worker's script fails or {@link Remote.close} is called. */
  readonly died: Promise<SteerboardError>;
  /** Call it when the worker is terminated: what still waits rejects with `worker-died`. */
  close(): void;
}

interface Thrown {
  readonly value: unknown;
}

/** Comlink marks what was thrown with a symbol of its own, which only its own handler can see; the rest is ours. */
function keepErrorsWhole(): void {
  const handler = comlink.transferHandlers.get('throw');
  if (!handler) return;
  comlink.transferHandlers.set('throw', {
    canHandle: (value): value is unknown => handler.canHandle(value),
    serialize: (thrown: unknown): [ErrorData, never[]] => [toErrorData((thrown as Thrown).value), []],
    deserialize: (data: unknown): never => {
      throw fromErrorData(data as ErrorData);
    },
  });
}
keepErrorsWhole();

/** Worker side: answers calls that arrive at `port` (default: the worker's own). */
export function serve(api: WorkerApi, port?: Port): void {
  comlink.expose(api, port as comlink.Endpoint | undefined);
}

/** Worker side: lets go of a callback, so that the port that carries it is closed on both sides. */
export function releaseCallback(callback: unknown): void {
  const release = (callback as Partial<Record<symbol, () => void>> | null)?.[comlink.releaseProxy];
  if (typeof release === 'function') release.call(callback);
}

/**
 * Page side: the worker's methods, on `new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' })`.
 * @param baseUrl address of the page's folder (`document.baseURI`), where `models/` is; the worker cannot know it when
 *   the site lives under a sub-path.
 */
export function connect(worker: Port, baseUrl?: string): Remote {
  const proxy = comlink.wrap<WorkerApi>(worker as unknown as comlink.Endpoint);
  const death = new Interruption();
  let tell: (error: SteerboardError) => void = () => undefined;
  const died = new Promise<SteerboardError>((resolve) => {
    tell = resolve;
  });
  const die = (error: SteerboardError): void => {
    death.raise(error);
    tell(error);
  };
  const deathMessage = (detail: string) =>
    new SteerboardError(
      'worker-died',
      `The engine stopped${detail ? ` (${detail})` : ''}. Reload the page; your work is kept.`,
      {},
    );
  worker.addEventListener('error', (event: { readonly message?: unknown }) => {
    die(deathMessage(typeof event.message === 'string' ? event.message : ''));
  });
  // Comlink types an answer as a promise of a promise.
  const call = <Result>(answer: Promise<unknown>): Promise<Result> => death.guard(answer as Promise<Result>);
  const noticed = (onNotice: (notice: WorkerNotice) => void) => comlink.proxy(onNotice);
  const progress = (onProgress: (value: Progress) => void) => comlink.proxy(onProgress);
  const events = <Event>(onEvent: (values: readonly Event[]) => void) => comlink.proxy(onEvent);
  return {
    environment: () => call(proxy.environment()),
    listen: (onNotice) => call(proxy.listen(noticed(onNotice))),
    loadModel: (request, onProgress) =>
      call(proxy.loadModel(baseUrl === undefined ? request : { baseUrl, ...request }, progress(onProgress))),
    checkModel: () => call(proxy.checkModel()),
    inspectModel: (request) => call(proxy.inspectModel(baseUrl === undefined ? request : { baseUrl, ...request })),
    storedModels: () => call(proxy.storedModels()),
    removeStoredModel: (model) => call(proxy.removeStoredModel(model)),
    tokenize: (prompt) => call(proxy.tokenize(prompt)),
    previewTexts: (texts) => call(proxy.previewTexts(texts)),
    fitDirection: (request, onProgress) => call(proxy.fitDirection(request, progress(onProgress))),
    covariance: (request, onProgress) => call(proxy.covariance(request, progress(onProgress))),
    spread: (request, onProgress) => call(proxy.spread(request, progress(onProgress))),
    planeOf: (request, onProgress) => call(proxy.planeOf(request, progress(onProgress))),
    assessDirection: (request, onEvent) => call(proxy.assessDirection(request, events(onEvent))),
    assessEffect: (request, onProgress) => call(proxy.assessEffect(request, progress(onProgress))),
    generate: (request, onEvent) => call(proxy.generate(request, events(onEvent))),
    readText: (request) => call(proxy.readText(request)),
    compareText: (request) => call(proxy.compareText(request)),
    sweep: (request, onEvent) => call(proxy.sweep(request, events(onEvent))),
    logitLens: (request, onProgress) => call(proxy.logitLens(request, progress(onProgress))),
    releaseLens: () => call(proxy.releaseLens()),
    scanText: (request, onProgress) => call(proxy.scanText(request, progress(onProgress))),
    measureCompounding: (request, onEvent) => call(proxy.measureCompounding(request, events(onEvent))),
    calibrate: (request, onProgress) => call(proxy.calibrate(request, progress(onProgress))),
    nearestWeights: (request, onProgress) => call(proxy.nearestWeights(request, progress(onProgress))),
    importDictionary: (request, onProgress) => call(proxy.importDictionary(request, progress(onProgress))),
    dictionaries: () => call(proxy.dictionaries()),
    removeDictionary: (name) => call(proxy.removeDictionary(name)),
    cancel: (task) => call(proxy.cancel(task)),
    forward: (request) => call(proxy.forward(request)),
    loseDevice: () => call(proxy.loseDevice()),
    died,
    close: () => die(deathMessage('')),
  };
}
