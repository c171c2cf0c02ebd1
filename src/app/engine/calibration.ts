/**
 * Measures the safe range of the directions whose sliders are on the page, one after the other, in the background: a while
 * after the last change, never while texts are written, and again where the direction is applied in another way by now.
 */
import { isCancelled, toErrorData } from '../../core/errors.js';
import type { ModelStamp } from '../../core/model.js';
import { operatorNamed } from '../../core/steering/index.js';
import type { Plan } from '../../core/steering/plan.js';
import type { LoadedModel } from '../../protocol/api.js';
import { calibrationPrompts } from '../presets/calibration.js';
import {
  keepCalibrated,
  setCalibrated,
  setNotCalibrated,
  useCalibration,
  type NotCalibrated,
} from '../stores/calibration.js';
import { fitEntryFor, useDirections, type DirectionEntry, type Directions } from '../stores/directions.js';
import { useLimits } from '../stores/limits.js';
import { isChatting, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { useTexts } from '../stores/texts.js';
import { call, cancelTask } from './connection.js';
import { spanOn, termsOf } from './plan.js';

/** After the last change, so that a layer that is dragged over is not measured. */
const pauseMs = 600;

let timer: ReturnType<typeof setTimeout> | null = null;
let running: { readonly task: string; readonly id: string; readonly key: string; readonly budget: number } | null =
  null;

/** Mean KL of a text's tokens that is too much, nats: the verdict's first limit. */
function klBudget(): number {
  return useLimits.getState().limits.meanKl.strained;
}

/**
 * Says what a safe range is of: a direction and how it is applied, strength and condition left out, the model, and whether
 * it chats. Null where there is no such thing: no fit, no strength, nothing that acts.
 */
export function calibrationKey(
  entry: DirectionEntry,
  directions: Directions,
  loaded: LoadedModel,
  chatting: boolean,
): string | null {
  const { stamp } = loaded;
  const fit = fitEntryFor(entry, stamp);
  if (!fit || operatorNamed(entry.operator).strength === null) return null;
  if (calibrationPlan(entry, directions, stamp).terms.every(({ sites }) => sites.length === 0)) return null;
  const other = directions.entries.find(({ id }) => id === entry.secondId);
  const second = other && fitEntryFor(other, stamp)?.version;
  const { operator, operatorOptions, scope, layerFactors } = entry;
  const application = [operator, operatorOptions, scope, spanOn(entry, stamp.layers), layerFactors, second ?? null];
  return JSON.stringify([stamp.id, stamp.dtype, fit.version, application, directions.steerSpecialTokens, chatting]);
}

/** What the direction does by itself, where its condition holds. */
function calibrationPlan(entry: DirectionEntry, directions: Directions, stamp: ModelStamp): Plan {
  const { entries, steerSpecialTokens } = directions;
  return { terms: termsOf({ ...entry, enabled: true, condition: null }, entries, stamp), steerSpecialTokens };
}

/** Starts to keep the safe ranges up to date. */
export function keepCalibrating(): void {
  useDirections.subscribe((now, before) => {
    if (now.entries !== before.entries) keepCalibrated(new Set(now.entries.map(({ id }) => id)));
    ask();
  });
  usePrompt.subscribe((now, before) => now.view !== before.view && ask());
  useLimits.subscribe(ask);
  useSession.subscribe((now, before) => {
    // Another worker, or another model: what failed before may succeed.
    if (now.epoch !== before.epoch) useCalibration.setState({ failed: {} });
    if (now.loaded !== before.loaded || now.phase !== before.phase) ask();
  });
  useTexts.subscribe((now, before) => {
    if (now.writing === before.writing) return;
    // What the page writes goes first; it takes less time than what is lost here.
    if (now.writing && running) cancelTask(running.task);
    ask();
  });
  ask();
}

/** Looks for what is to be measured, a pause after the last time it was asked to. */
function ask(): void {
  if (running && !isWanted(running)) cancelTask(running.task);
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => {
    timer = null;
    void calibrateNext();
  }, pauseMs);
}

interface Wish {
  readonly entry: DirectionEntry;
  readonly key: string;
  readonly budget: number;
}

/** What has a slider on the page and no range for it yet, what is selected first. */
function wishes(): readonly Wish[] {
  const { loaded, phase } = useSession.getState();
  if (!loaded || phase !== 'ready') return [];
  const directions = useDirections.getState();
  const chatting = isChatting(usePrompt.getState(), loaded.chat);
  const { done, failed } = useCalibration.getState();
  const budget = klBudget();
  const { entries, selectedId } = directions;
  const shown = entries.filter(({ id, enabled }) => enabled || id === selectedId);
  return shown
    .sort((a, b) => Number(b.id === selectedId) - Number(a.id === selectedId))
    .flatMap((entry) => {
      const key = calibrationKey(entry, directions, loaded, chatting);
      const known = done[entry.id];
      if (key === null || hasFailed(failed[entry.id], entry, key)) return [];
      return known?.key === key && known.budget === budget ? [] : [{ entry, key, budget }];
    });
}

/** Whether it could not be measured as it is now. */
export function hasFailed(failed: NotCalibrated | undefined, { enabled }: DirectionEntry, key: string): boolean {
  return failed?.key === key && failed.enabled === enabled;
}

function isWanted({
  id,
  key,
  budget,
}: {
  readonly id: string;
  readonly key: string;
  readonly budget: number;
}): boolean {
  return wishes().some((wish) => wish.entry.id === id && wish.key === key && wish.budget === budget);
}

async function calibrateNext(): Promise<void> {
  if (running || useTexts.getState().writing) return;
  const [wish] = wishes();
  const { loaded } = useSession.getState();
  if (!wish || !loaded) return;
  const { entry, key, budget } = wish;
  const { id } = entry;
  const task = crypto.randomUUID();
  running = { task, id, key, budget };
  useCalibration.setState({ running: id });
  try {
    const { min, max, origin } = operatorNamed(entry.operator).strength!;
    const chatting = isChatting(usePrompt.getState(), loaded.chat);
    const { hub, folder } = useSession.getState();
    const prompts = calibrationPrompts(hub || folder !== null ? 'other' : 'bundled', chatting);
    const plan = calibrationPlan(entry, useDirections.getState(), loaded.stamp);
    const request = { task, plan, scale: { min, max, origin }, budget, prompts, mayOpen: entry.enabled };
    const { points, texts, tokens } = await call((api) => api.calibrate(request, () => undefined));
    setCalibrated(id, { key, budget, points, texts, tokens });
  } catch (error) {
    // The slider's title says so; the page works without. A worker that went away says nothing about the direction.
    const { code, message } = toErrorData(error);
    if (!isCancelled(error) && code !== 'worker-died' && code !== 'device-lost')
      setNotCalibrated(id, { key, enabled: entry.enabled, message });
  } finally {
    running = null;
    useCalibration.setState({ running: null });
  }
  // The next one soon, what was cancelled once the texts are written.
  if (timer === null) ask();
}
