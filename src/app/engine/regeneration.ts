/**
 * Keeps the two texts in step with the prompt and the plan. The latest wish wins: a change cancels the generation that
 * runs and starts the new one, at most one a frame. The baseline does not depend on the plan and is kept.
 */
import type { Prompt } from '../../core/chat/prompt.js';
import { isCancelled, toErrorData } from '../../core/errors.js';
import type { SamplingSettings } from '../../core/sampling.js';
import type { GenerateEvent, GenerateResult, RowRequest } from '../../protocol/api.js';
import { emptyPlan } from '../../core/steering/plan.js';
import { useDirections } from '../stores/directions.js';
import { askedPrompt, isChatting, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import { clearTexts, settleTexts, takeEvents, useTexts, type Expected } from '../stores/texts.js';
import { collectEvents } from './collectEvents.js';
import { call, cancelTask } from './connection.js';
import { cancelComparison, compareTexts, refreshReadouts } from './comparison.js';
import { oncePerFrame } from './frame.js';
import { conditionalIds, planKey, planOf } from './plan.js';
import { probesNow } from './probes.js';

let running: string | null = null;
let wanted = false;

const frame = oncePerFrame(() => {
  // A text that ended before this frame took the wish along: what is being written now is what is wanted.
  if (!wanted) return;
  if (running) cancelTask(running);
  else void generate();
});

/** Brings the texts up to date with what is wanted now. Does nothing when they already are. */
export function regenerate(): void {
  wanted = true;
  frame.ask();
}

/** Writes both texts again even if nothing changed. */
export function regenerateAll(): void {
  useTexts.setState(({ baseline, steered }) => ({
    baseline: { ...baseline, key: null, textId: null, fresh: Math.min(baseline.fresh, baseline.promptLength) },
    steered: { ...steered, key: null, textId: null, fresh: Math.min(steered.fresh, steered.promptLength) },
  }));
  regenerate();
}

/** Stops writing and keeps what there is. */
export function stopWriting(): void {
  wanted = false;
  if (running) cancelTask(running);
}

/** Whether both texts are complete and what is set now gives them. */
export function isWritten(): boolean {
  const { loaded } = useSession.getState();
  const asked = usePrompt.getState();
  const prompt = loaded && askedPrompt(asked, loaded.chat);
  return prompt !== null && wish(textKey(prompt, asked.sampling), []).rows.length === 0;
}

/** The worker is gone and took the running generation with it. */
export function forgetGeneration(): void {
  running = null;
}

interface Wish {
  readonly rows: readonly RowRequest[];
  readonly expected: Readonly<Record<string, Expected>>;
}

async function generate(): Promise<void> {
  const { loaded, phase } = useSession.getState();
  if (!wanted || !loaded || phase !== 'ready') return;
  wanted = false;
  const asked = usePrompt.getState();
  const { sampling } = asked;
  const prompt = askedPrompt(asked, loaded.chat);
  // The prompt's field says that it is empty, and the texts of the last one stay; of a chat that begins anew nothing does.
  if (prompt === null) return isChatting(asked, loaded.chat) ? clearTexts() : settleTexts();
  const probes = probesNow(loaded);
  const names = probes.map((probe) => probe.id);
  const { rows, expected } = wish(textKey(prompt, sampling), names);
  cancelComparison();
  // Back at what is written already: what was wrong with the wish in between is over.
  if (rows.length === 0) clearProblem('generation');
  if (rows.length > 0) {
    const task = crypto.randomUUID();
    running = task;
    useTexts.setState({ writing: true });
    let pending: GenerateEvent[] = [];
    const flush = oncePerFrame(() => {
      if (pending.length === 0) return;
      takeEvents(pending, expected);
      pending = [];
    });
    try {
      const take = (events: readonly GenerateEvent[]): number => {
        if (running === task) {
          pending.push(...events);
          flush.ask();
        }
        return events.filter((event) => event.type === 'end').length;
      };
      const result = await collectEvents<GenerateEvent, GenerateResult>(
        (onEvents) => call((api) => api.generate({ task, prompt, sampling, rows, probes }, onEvents)),
        take,
        rows.length,
      );
      flush.now();
      // A text that the worker knew already took no time and says nothing about speed.
      if (result.msPerToken > 0)
        useSession.setState({ msPerToken: result.msPerToken, firstTokenMs: result.firstTokenMs });
      clearProblem('generation');
    } catch (error) {
      flush.now();
      if (!isCancelled(error)) {
        wanted = false;
        reportProblem({ about: 'generation', error: toErrorData(error) });
      }
    }
    if (running !== task) return;
    running = null;
  }
  if (wanted) return void generate();
  settleTexts();
  // A direction may have come while a text was being written.
  void refreshReadouts();
  void compareTexts();
}

/** Says what the baseline depends on. */
function textKey(prompt: Prompt, sampling: SamplingSettings): string {
  return JSON.stringify([useSession.getState().epoch, prompt, sampling]);
}

/** The rows that are not up to date, and what their events will be about. */
function wish(textKey: string, probes: readonly string[]): Wish {
  const { loaded } = useSession.getState();
  const { baseline, steered } = useTexts.getState();
  const directions = useDirections.getState();
  const rows: RowRequest[] = [];
  const expected: Record<string, Expected> = {};
  if (!loaded) return { rows, expected };
  if (baseline.key !== textKey || !baseline.textId) {
    rows.push({ row: 'baseline', plan: emptyPlan });
    expected['baseline'] = { key: textKey, probes };
  }
  const steeredKey = textKey + planKey(directions, loaded.stamp);
  if (steered.key !== steeredKey || !steered.textId) {
    rows.push({ row: 'steered', plan: planOf(directions, loaded.stamp) });
    expected['steered'] = { key: steeredKey, probes, conditions: conditionalIds(directions, loaded.stamp) };
  }
  return { rows, expected };
}
