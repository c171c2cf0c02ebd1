import { SteerboardError } from '../../core/errors.js';
import { sameAlong } from '../../core/steering/equality.js';
import { placesOf, replyPlaces } from '../../core/steering/places.js';
import type { CompiledPlan } from '../../core/steering/schedule.js';
import type { GenerateEvent, GenerateRequest, GenerateResult } from '../../protocol/api.js';
import type { EncodedPrompt } from '../model/chat-template.js';
import { preparePlans } from '../model/hooks.js';
import type { SteeredModel } from '../model/steered-model.js';
import type { Task } from '../tasks.js';
import { Batch } from './batch.js';
import { decidePlans, type DecidedPlan } from './conditions.js';
import { encodePrompt, readPrompt } from './prompt.js';
import { replay, TextInProgress } from './text-in-progress.js';
import { beginsWith, sameSampling, type WrittenText } from './texts.js';

/** Takes a step's events; waits only when the page has fallen far behind. */
export type Emit = (events: readonly GenerateEvent[]) => void | Promise<void>;

interface Wanted {
  readonly plan: CompiledPlan;
  readonly names: string[];
}

let textCount = 0;

/**
 * Writes the rows' texts. Texts that are kept are told again at once; the others are written together as one batch.
 * Conditions are decided first; then every token is read under what each plan does there.
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
  const prompt = encodePrompt(model, request.prompt);
  const finished = new Map<string, { readonly text: WrittenText; readonly reused: boolean }>();
  const wanted: Wanted[] = [];
  const decided = await decidePlans(
    model,
    prompt,
    request.rows.map(({ plan }) => plan),
  );
  task.check();
  const plans = await preparePlans(
    model,
    decided.map(({ plan }) => plan),
  );
  task.check();
  // No text is longer than the context, whatever is asked for.
  const room = Math.max(0, model.shape.context - prompt.ids.length);
  const promptPlaces = placesOf(prompt.ids.length, prompt.ids.length, prompt.spoken);
  const places = [...promptPlaces, ...replyPlaces(Math.min(request.sampling.maxNewTokens, room))];
  for (const plan of plans) plan.check(places);
  const outcomes = new Map(request.rows.map(({ row }, index) => [row, decided[index]!.outcomes]));
  const tell: Emit = (events) => emit(events.map((event) => withNote(event, prompt, outcomes)));
  for (const [index, { row }] of request.rows.entries()) {
    const compiled = plans[index]!;
    const kept = model.texts.find(
      (text) =>
        sameSampling(text.sampling, request.sampling) &&
        beginsWith(text, prompt) &&
        // A text that ended is the same whatever its plan would have done later.
        sameAlong(text.plan, compiled, places.slice(0, text.ids.length)),
    );
    const same = wanted.find((other) => sameAlong(other.plan, compiled, places));
    if (kept) finished.set(row, { text: kept, reused: true });
    else if (same) same.names.push(row);
    else wanted.push({ plan: compiled, names: [row] });
  }
  const replayed: GenerateEvent[] = [];
  for (const [row, { text }] of finished) replayed.push(...replay(model, text, row, request.probes));
  if (replayed.length > 0) await tell(replayed);
  const timing = { start, first: performance.now(), steps: 0 };
  if (wanted.length > 0) {
    await write(model, request, prompt, wanted, task, tell, timing, (text, names) => {
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

/** The prompt's event also says what is known of a conversation, and what the row's conditions found. */
function withNote(
  event: GenerateEvent,
  { spoken, note }: EncodedPrompt,
  outcomes: ReadonlyMap<string, DecidedPlan['outcomes']>,
): GenerateEvent {
  if (event.type !== 'prompt') return event;
  return { ...event, text: { ...event.text, spoken, note }, conditions: outcomes.get(event.row) ?? [] };
}

async function write(
  model: SteeredModel,
  request: GenerateRequest,
  prompt: EncodedPrompt,
  wanted: readonly Wanted[],
  task: Task,
  emit: Emit,
  timing: { first: number; steps: number },
  keep: (text: WrittenText, names: readonly string[]) => void,
): Promise<void> {
  const { sampling, probes } = request;
  const baseline = wanted.find(({ plan }) => plan.isUnsteered);
  const begun = baseline
    ? model.unfinished.take((text) => sameSampling(text.sampling, sampling) && beginsWith(text, prompt))
    : null;
  const batch = new Batch(model, begun);
  try {
    const fresh = begun ? wanted.filter((it) => it !== baseline) : wanted;
    const prompts = await readPrompt(
      model,
      prompt,
      fresh.map(({ plan }) => plan),
    );
    task.check();
    let events: GenerateEvent[] = [];
    if (begun && baseline) begun.text.resume(events, baseline.names, probes);
    const texts = fresh.map(({ plan, names }, index) => {
      const state = prompts[index]!;
      const text = new TextInProgress(model, plan, names, sampling, state, probes);
      text.begin(events, state);
      text.choose(events, state.logits);
      return text;
    });
    batch.begin(
      texts,
      prompts.map((state) => state.cache),
    );
    await emit(events);
    timing.first = performance.now();
    while (!batch.isDone) {
      await task.breathe();
      events = [];
      for (const text of await batch.step(events)) keep(text.finish(events, `text-${++textCount}`), text.names);
      timing.steps++;
      await emit(events);
    }
  } finally {
    batch.end();
  }
}
