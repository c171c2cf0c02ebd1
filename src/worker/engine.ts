import { SteerboardError, toErrorData } from '../core/errors.js';
import type { GenerateEvent, Progress, TaskId, WorkerApi, WorkerNotice } from '../protocol/api.js';
import { releaseCallback } from '../protocol/port.js';
import { assessDirection } from './quality/assess-direction.js';
import { assessEffect } from './quality/assess-effect.js';
import { calibrate } from './calibration/calibrate.js';
import type { Turn } from './capture/background.js';
import { previewTexts } from './capture/encode.js';
import { covarianceReport, spreadReport } from './capture/covariance.js';
import { fitRequested } from './capture/fit.js';
import { spanPlane } from './capture/plane.js';
import { checkZeroPlan } from './checks.js';
import { compareText, textGone } from './compare.js';
import { describeEnvironment, Devices } from './device.js';
import { measureCompounding } from './compounding/compounding.js';
import { generate } from './generation/generate.js';
import { readTokens } from './generation/readout.js';
import { inspectModel } from './hub/inspect.js';
import { removeStoredModel, storedModels } from './hub/stored.js';
import { forward } from './inspect.js';
import { logitLens } from './lens/logit-lens.js';
import type { SteeredModel } from './model/steered-model.js';
import { scanTexts } from './scan/scan-texts.js';
import { Mutex } from './runtime/mutex.js';
import { sweep } from './sweep/sweep.js';
import { Tasks, type Task } from './tasks.js';
import { keepDictionary, listDictionaries, removeDictionary } from './weights/dictionaries.js';
import { readDictionary } from './weights/import-dictionary.js';
import { nearestWeights } from './weights/nearest.js';

/** Callbacks live on the page: calling one sends a message and promises that it was handled. */
type Callback<Value> = (value: Value) => unknown;

/** Steps that the page may lag behind before writing waits for it. */
const mostUnanswered = 16;

/** What the worker does for the page: one model, calls that use it one after the other. */
export function createEngine(): WorkerApi {
  const tasks = new Tasks();
  const queue = new Mutex();
  const listeners: Callback<WorkerNotice>[] = [];
  const notify = (notice: WorkerNotice): void => {
    for (const listener of listeners) void listener(notice);
  };
  const devices = new Devices((error) => notify({ type: 'device-lost', error: toErrorData(error) }));
  let model: SteeredModel | null = null;
  let loading: Task | null = null;
  const loaded = (): SteeredModel => {
    if (!model) throw new SteerboardError('unexpected', 'No model is loaded yet. Load one first.');
    if (model.isClosed) {
      const message = 'The model was closed, as there was not enough memory to open it again. Open it under Models.';
      throw new SteerboardError('out-of-memory', message, { model: model.stamp.id });
    }
    return model;
  };

  /** A long call that asks the model in turns, so that text is written in between. It ends when another model is opened. */
  const inTurns = async <Request extends { readonly task: TaskId }, Said, Result>(
    request: Request,
    onSaid: Callback<Said>,
    work: (
      model: SteeredModel,
      request: Request,
      task: Task,
      say: (said: Said) => void | Promise<void>,
      turn: Turn,
    ) => Promise<Result>,
  ): Promise<Result> => {
    const report = new Reports<Said>(onSaid);
    try {
      return await tasks.run(request.task, (task) => {
        const asked = loaded();
        const turn: Turn = async (piece) => {
          // Lets in what has arrived: a cancel, or a slider's text, which then has the model first.
          await task.breathe();
          return queue.run(async () => {
            task.check();
            if (asked !== model) throw new SteerboardError('cancelled', 'Cancelled.');
            // Another call may have had to close it, and could not open it again.
            loaded();
            return piece();
          });
        };
        return work(asked, request, task, (said) => report.send(said), turn);
      });
    } finally {
      await report.end();
    }
  };

  return {
    environment: describeEnvironment,

    async listen(onNotice) {
      listeners.push(onNotice);
    },

    async loadModel(request, onProgress) {
      const report = new Reports<Progress>(onProgress);
      try {
        return await tasks.run(request.task, async (task) => {
          // The newest wins, whichever would have been ready first.
          loading?.cancel();
          loading = task;
          // Reading and preparing go on beside the old model's work; only the exchange waits for it.
          const next = await devices.load(request, task, (progress) => void report.send(progress));
          await queue.run(async () => {
            if (task.isCancelled) await next.model.release();
            task.check();
            const old = model;
            model = next.model;
            model.onCompiling = (hooks) => notify({ type: 'compiling', hooks });
            await old?.release();
          });
          return next.loaded;
        });
      } finally {
        await report.end();
      }
    },

    checkModel: () => queue.run(async () => [await checkZeroPlan(loaded())]),
    inspectModel: (request) => tasks.run(request.task, (task) => inspectModel(request, task)),
    storedModels: () => storedModels(),
    removeStoredModel: (model) => removeStoredModel(model),

    async tokenize(prompt) {
      const { ids, spoken, note } = loaded().tokenizer.encodePrompt(prompt);
      return { ...loaded().describe(ids), spoken, note };
    },

    async previewTexts(texts) {
      return previewTexts(loaded(), texts);
    },

    fitDirection: (request, onProgress) => inTurns(request, onProgress, fitRequested),
    covariance: (request, onProgress) => inTurns(request, onProgress, covarianceReport),
    spread: (request, onProgress) => inTurns(request, onProgress, spreadReport),
    planeOf: (request, onProgress) => inTurns(request, onProgress, spanPlane),

    assessDirection: (request, onEvent) => inTurns(request, onEvent, assessDirection),
    assessEffect: (request, onProgress) => inTurns(request, onProgress, assessEffect),

    async generate(request, onEvent) {
      const report = new Reports<readonly GenerateEvent[]>(onEvent);
      try {
        return await tasks.run(request.task, (task) =>
          queue.run(async () => {
            task.check();
            return generate(loaded(), request, task, (events) => report.send(events));
          }),
        );
      } finally {
        await report.end();
      }
    },

    async readText({ textId, probes }) {
      const { texts, shape } = loaded();
      const text = texts.find((kept) => kept.textId === textId);
      if (!text) throw textGone();
      return readTokens(text.residuals, probes, shape);
    },

    compareText(request) {
      return tasks.run(request.task, (task) =>
        queue.run(async () => {
          task.check();
          return compareText(loaded(), request, task);
        }),
      );
    },

    sweep: (request, onEvent) => inTurns(request, onEvent, sweep),

    logitLens: (request, onProgress) => inTurns(request, onProgress, logitLens),
    // Between two turns, so that nothing runs through what goes.
    releaseLens: () => queue.run(async () => model?.releaseHead()),
    scanText: (request, onProgress) => inTurns(request, onProgress, scanTexts),

    measureCompounding: (request, onEvent) =>
      inTurns(request, onEvent, (model, asked, task, say, turn) =>
        measureCompounding(model, asked, task, (event) => void say([event]), turn),
      ),
    calibrate: (request, onProgress) => inTurns(request, onProgress, calibrate),

    // Files are read, the session is not touched: what is written need not wait.
    nearestWeights: (request, onProgress) => inTurns(request, onProgress, nearestWeights),
    importDictionary: (request, onProgress) =>
      inTurns(request, onProgress, async ({ shape }, { file, name }, task, say) =>
        keepDictionary(name, await readDictionary(file, shape.width, task, (progress) => void say(progress))),
      ),
    dictionaries: () => listDictionaries(),
    removeDictionary: (name) => removeDictionary(name),

    async cancel(task) {
      tasks.cancel(task);
    },

    forward(request) {
      return queue.run(async () => forward(loaded(), request));
    },

    async loseDevice() {
      await loaded().runtime.destroyDevice();
    },
  };
}

/** Sends values to a callback on the page without waiting for each, and lets the callback go at the end. */
class Reports<Value> {
  private readonly unanswered = new Set<Promise<unknown>>();

  constructor(private readonly callback: Callback<Value>) {}

  send(value: Value): void | Promise<void> {
    const answer = Promise.resolve(this.callback(value)).catch(() => undefined);
    this.unanswered.add(answer);
    void answer.then(() => this.unanswered.delete(answer));
    if (this.unanswered.size > mostUnanswered) return Promise.race(this.unanswered).then(() => undefined);
  }

  /** Until everything has arrived, so that a call never returns before its last event. */
  async end(): Promise<void> {
    await Promise.all(this.unanswered);
    releaseCallback(this.callback);
  }
}
