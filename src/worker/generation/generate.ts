import { SteerboardError } from '../../core/errors.js';
import { compilePlan } from '../../core/steering/compile.js';
import { samePlan } from '../../core/steering/equality.js';
import type { CompiledPlan } from '../../core/steering/intervention.js';
import type { GenerateEvent, GenerateRequest, GenerateResult } from '../../protocol/api.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { disposeCache, joinRows, keepRows, type BatchCache } from './cache.js';
import { encodePrompt, maskValue, phaseFeeds, readPrompt } from './prompt.js';
import { replay, TextInProgress } from './text-in-progress.js';
import { sameIds, sameSampling, type WrittenText } from './texts.js';

/** Takes a step's events; waits only when the page has fallen far behind. */
export type Emit = (events: readonly GenerateEvent[]) => void | Promise<void>;

interface Wanted {
  readonly plan: CompiledPlan;
  readonly names: string[];
}

let texts = 0;

/**
 * Writes the rows' texts. Texts that are kept are told again at once; the others are written together as one batch.
 * Prompt tokens are read under each plan's prompt phase, generated ones under its generated phase.
 */
export async function generate(
  model: SteeredModel,
  request: GenerateRequest,
  task: Task,
  emit: Emit,
): Promise<GenerateResult> {
  const start = performance.now();
  if (!(request.sampling.maxNewTokens >= 1)) {
    throw new SteerboardError('input-empty', 'Ask for at least one new token.', {
      maxNewTokens: request.sampling.maxNewTokens,
    });
  }
  const ids = encodePrompt(model, request.prompt);
  const finished = new Map<string, { readonly text: WrittenText; readonly reused: boolean }>();
  const wanted: Wanted[] = [];
  for (const { row, plan } of request.rows) {
    const compiled = compilePlan(plan, model.shape);
    const kept = model.texts.find(
      (text) =>
        sameSampling(text.sampling, request.sampling) &&
        text.promptLength === ids.length &&
        sameIds(text.ids.slice(0, ids.length), ids) &&
        samePlan(text.plan, compiled),
    );
    const same = wanted.find((other) => samePlan(other.plan, compiled));
    if (kept) finished.set(row, { text: kept, reused: true });
    else if (same) same.names.push(row);
    else wanted.push({ plan: compiled, names: [row] });
  }
  const replayed: GenerateEvent[] = [];
  for (const [row, { text }] of finished) replayed.push(...replay(model, text, row, request.probes));
  if (replayed.length > 0) await emit(replayed);
  const timing = { start, first: performance.now(), steps: 0 };
  if (wanted.length > 0) {
    await write(model, request, ids, wanted, task, emit, timing, (text, names) => {
      model.texts.add(text);
      for (const row of names) finished.set(row, { text, reused: false });
    });
  }
  return {
    rows: request.rows.map(({ row }) => {
      const { text, reused } = finished.get(row)!;
      return { row, textId: text.textId, reason: text.reason, reused };
    }),
    firstTokenMs: timing.first - start,
    msPerToken: timing.steps > 0 ? (performance.now() - timing.first) / timing.steps : 0,
  };
}

async function write(
  model: SteeredModel,
  request: GenerateRequest,
  ids: readonly number[],
  wanted: readonly Wanted[],
  task: Task,
  emit: Emit,
  timing: { first: number; steps: number },
  keep: (text: WrittenText, names: readonly string[]) => void,
): Promise<void> {
  const { decoder, shape, tokenizer } = model;
  const layout = decoder.report.cache;
  const prompts = await readPrompt(
    model,
    ids,
    wanted.map(({ plan }) => plan),
  );
  task.check();
  let events: GenerateEvent[] = [];
  let active = wanted.map(
    ({ plan, names }, index) =>
      new TextInProgress(model, plan, names, request.sampling, prompts[index]!, request.probes),
  );
  active.forEach((text, index) => {
    text.begin(events, prompts[index]!);
    text.choose(events, prompts[index]!.logits);
  });
  await emit(events);
  timing.first = performance.now();

  let cache: BatchCache = joinRows(
    layout,
    prompts.map((state) => state.cache),
    decoder.Tensor,
  );
  const generatedFeeds = () =>
    phaseFeeds(
      model,
      active.map((text) => text.plan.generated),
    );
  let steering = generatedFeeds();
  const ended = new Set<TextInProgress>();
  const perToken = shape.layers * shape.width;
  try {
    while (active.some((text) => !ended.has(text))) {
      await task.breathe();
      const last = active.map((text) => text.ids[text.ids.length - 1]!);
      const mask = Float32Array.from(active, (text, row) => maskValue(tokenizer, last[row]!, text.plan));
      const rows = active.length;
      const result = await decoder.run({ ids: last, rows, length: 1, past: cache, steering, mask, logits: 'last' });
      cache = result.cache;
      timing.steps++;
      events = [];
      active.forEach((text, row) => {
        if (ended.has(text)) return;
        text.read(events, result.residuals.subarray(row * perToken, (row + 1) * perToken));
        if (text.reason === null) {
          text.choose(events, result.logits.subarray(row * shape.vocabulary, (row + 1) * shape.vocabulary));
        } else {
          keep(text.finish(events, `text-${++texts}`), text.names);
          ended.add(text);
        }
      });
      await emit(events);
      // On the GPU rows that ended stay in the batch: taking them out would cost a copy through the CPU.
      const going = active.flatMap((text, row) => (ended.has(text) ? [] : [row]));
      if (!decoder.onGpu && going.length > 0 && going.length < active.length) {
        cache = keepRows(layout, cache, going, decoder.Tensor);
        active = going.map((row) => active[row]!);
        steering = generatedFeeds();
      }
    }
  } finally {
    disposeCache(cache);
  }
}
