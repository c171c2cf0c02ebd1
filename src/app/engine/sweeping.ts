/** Runs the sweep: asks for the texts that are missing, and keeps points in step with the texts as they come. */
import { SteerboardError } from '../../core/errors.js';
import { operatorNamed } from '../../core/steering/index.js';
import { figuresOf, mostTexts, type Setting, type TextFigures } from '../../core/sweeps/index.js';
import type { CellResult, LoadedModel, SweepEvent, SweepResult } from '../../protocol/api.js';
import { fitFor, useDirections, type DirectionEntry } from '../stores/directions.js';
import { useExperiments } from '../stores/experiments.js';
import { usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { endTask, reportProgress, startTask } from '../stores/status.js';
import { changeRun, useSweep, type SweepRun, type SweptSetting, type SweptText } from '../stores/sweep.js';
import { collectEvents } from './collectEvents.js';
import { cancelTask } from './connection.js';
import { sweptElsewhere } from './experiments/measured.js';
import { atMostEvery } from './frame.js';
import { whyInterrupted } from './interrupted.js';
import { sweepShared } from './sharing.js';
import type { SweepParts } from './sweepChoices.js';
import { changedParts, planSweep, type PlannedSweep, type Reading } from './sweepPlan.js';
import { pointsOf } from './sweepPoints.js';
import { firstTokens } from './targets.js';

/** Between two looks at what came: a batch's rows end within a few frames of each other. */
const spacingMs = 200;

/** What the sweep would be planned from now; null without a model. */
export function sweepParts(): SweepParts | null {
  const { loaded, epoch, folderFiles } = useSession.getState();
  if (!loaded) return null;
  return {
    spec: useSweep.getState().spec,
    directions: useDirections.getState(),
    prompt: usePrompt.getState(),
    loaded,
    epoch,
    folderFiles,
  };
}

/** Texts that the run has already, at most so many as a sweep may have; none when the run is of something else. */
export function textsKept(run: SweepRun | null, plan: PlannedSweep): ReadonlyMap<string, SweptText> {
  if (!run || changedParts(run.context, plan.context).length > 0) return new Map();
  const { texts } = run;
  if (texts.size <= mostTexts) return texts;
  // What the plan has no longer may be wanted again, but not without end: the oldest of it goes first.
  const planned = new Set(plan.settings.flatMap(({ cells }) => cells));
  const others = [...texts.keys()].filter((id) => !planned.has(id));
  const leftOut = new Set(others.slice(0, texts.size - mostTexts));
  return new Map([...texts].filter(([id]) => !leftOut.has(id)));
}

/** Writes what is missing of the sweep that is set. What there is of the same makings stays, so it also goes on with a cancelled one. */
export async function startSweep(): Promise<void> {
  const parts = sweepParts();
  if (!parts || useSweep.getState().run?.task || sweptElsewhere(useSweep.getState()) !== null) return;
  const plan = planSweep(parts);
  if ('missing' in plan) return;
  const task = crypto.randomUUID();
  const { seed: _, ...sampling } = { ...parts.prompt.sampling, maxNewTokens: parts.spec.tokens };
  const before = useSweep.getState().run;
  const texts = textsKept(before, plan);
  const { id: model, revision, dtype } = parts.loaded.stamp;
  useSweep.setState(({ shown }) => ({
    run: {
      id: before && texts === before.texts ? before.id : crypto.randomUUID(),
      context: plan.context,
      model,
      weights: { revision, dtype, device: parts.loaded.device },
      directions: plan.directions,
      prompts: plan.prompts,
      seeds: plan.seeds,
      sampling,
      settings: plan.settings,
      task,
      texts,
      points: pointsOf(plan.settings, plan, texts, new Map()),
      failures: new Map(),
      progress: null,
      error: null,
    },
    shown: plan.settings.some(({ setting }) => setting.key === shown) ? shown : null,
  }));
  const experimentId = useExperiments.getState().current?.id;
  startTask({ id: task, label: 'Sweep', progress: null, cancellable: true, experimentId });
  try {
    await write(task, plan, sampling, parts);
    changeRun(task, () => ({ task: null, progress: null }));
  } catch (error) {
    changeRun(task, () => ({ task: null, progress: null, error: whyInterrupted(error, parts.epoch) }));
  } finally {
    endTask(task);
  }
}

/** Ends the sweep at its next step. What is done stays. */
export function cancelSweep(): void {
  const task = useSweep.getState().run?.task;
  if (task) cancelTask(task);
}

async function write(
  task: string,
  plan: PlannedSweep,
  sampling: SweepRun['sampling'],
  { epoch }: SweepParts,
): Promise<void> {
  const { run } = useSweep.getState();
  const cells = plan.cells().filter(({ id }) => !run?.texts.has(id));
  if (cells.length === 0) return;
  const settingOf = new Map(plan.settings.flatMap((swept) => swept.cells.map((id) => [id, swept] as const)));
  const cellOf = new Map(cells.map((cell) => [cell.id, cell]));
  const targets = await targetsOf(plan);
  const since = performance.now();
  let pending: SweepEvent[] = [];
  const flush = atMostEvery(spacingMs, () => {
    const events = pending;
    pending = [];
    if (events.length > 0) takeEvents(task, events, plan, { since, settingOf, cellOf });
  });
  const take = (events: readonly SweepEvent[]): number => {
    pending.push(...events);
    flush.ask();
    return events.reduce((sum, event) => sum + (event.type === 'progress' ? 0 : event.cells.length), 0);
  };
  const sent = cells.map(({ setting: _, on: _on, ...cell }) => cell);
  const request = { task, cells: sent, sampling, probes: plan.probes, targets };
  try {
    const result = await collectEvents<SweepEvent, SweepResult>(
      (onEvents) => sweepShared(request, onEvents),
      take,
      cells.length,
    );
    flush.now();
    const milliseconds = result.milliseconds / (cells.length * sampling.maxNewTokens);
    useSweep.setState({ pace: { epoch, milliseconds } });
  } finally {
    flush.now();
  }
}

/** All directions of a plan that read log-odds have the same words. */
async function targetsOf({ readings }: PlannedSweep) {
  const choice = Object.values(readings).find(({ choice: { effect } }) => effect === 'log-odds')?.choice;
  if (!choice) return null;
  const [toward, away] = await Promise.all([firstTokens(choice.words), firstTokens(choice.away)]);
  if (toward.length === 0) {
    throw new SteerboardError(
      'input-empty',
      'No word is written that is wanted. Write a few, with commas between them.',
    );
  }
  // A token cannot be on both sides.
  return { toward, away: away.filter((id) => !toward.includes(id)) };
}

/** A call that runs. */
interface Asked {
  /** `performance.now()` when it began. */
  readonly since: number;
  readonly settingOf: ReadonlyMap<string, SweptSetting>;
  readonly cellOf: ReadonlyMap<string, { readonly on: number; readonly seed: number }>;
}

/** Takes in all events of a while at once. */
function takeEvents(
  task: string,
  events: readonly SweepEvent[],
  plan: PlannedSweep,
  { since, settingOf, cellOf }: Asked,
): void {
  const progress = events.findLast((event) => event.type === 'progress');
  if (progress) reportProgress(task, { label: 'writing texts', done: progress.done, total: progress.of });
  changeRun(task, (run) => {
    const texts = new Map(run.texts);
    const failed = events.flatMap((event) => (event.type === 'failed' ? event.cells : []));
    const touched = new Set<SweptSetting>();
    let baselines = false;
    for (const event of events) {
      if (event.type !== 'cells') continue;
      for (const cell of event.cells) {
        const swept = settingOf.get(cell.id);
        const place = cellOf.get(cell.id);
        if (!swept || !place) continue;
        texts.set(cell.id, sweptText(cell, swept, place, plan));
        touched.add(swept);
        baselines ||= swept.setting.kind === 'baseline';
      }
    }
    // A baseline text that comes late makes pairs with those that came before it.
    const changed = baselines ? run.settings : [...touched];
    return {
      texts,
      ...(failed.length > 0 && {
        failures: new Map([...run.failures, ...failed.map(({ id, error }) => [id, error] as const)]),
      }),
      points: pointsOf(changed, run, texts, run.points),
      ...(progress && {
        progress: { done: progress.done, of: progress.of, seconds: (performance.now() - since) / 1000 },
      }),
    };
  });
}

function sweptText(
  cell: CellResult,
  { setting, of }: SweptSetting,
  { on, seed }: { readonly on: number; readonly seed: number },
  { readings }: PlannedSweep,
): SweptText {
  const { id, pieces, special, kl, reason } = cell;
  const read = setting.kind === 'baseline' ? Object.keys(readings) : [of];
  const figures = read.map((direction): [string, TextFigures] => [
    direction,
    figuresOf(cell, readings[direction] as Reading, layersOf(setting)),
  ]);
  return { id, on, seed, pieces, special, kl, reason, figures: Object.fromEntries(figures) };
}

function layersOf({ layers }: Setting): readonly number[] {
  if (!layers) return [];
  return Array.from({ length: layers[1] - layers[0] + 1 }, (_, at) => layers[0] + at);
}

/** Sets the page to a steered point: this direction at these layers with this strength, all others off. One step of undo. */
export function takePoint(setting: Setting): void {
  const { kind, direction, layers, strength } = setting;
  if (kind !== 'steered') return;
  const { run } = useSweep.getState();
  if (!run || whyNotSet(setting, run, useDirections.getState().entries, useSession.getState().loaded) !== null) return;
  useDirections.setState(({ entries }) => ({
    entries: entries.map((entry) => {
      if (entry.id === direction) {
        const hasStrength = operatorNamed(entry.operator).strength !== null;
        return { ...entry, enabled: true, layers, ...(hasStrength && { strength }) };
      }
      return entry.enabled ? { ...entry, enabled: false } : entry;
    }),
    selectedId: direction,
  }));
}

/** Whether the page is set to a steered point: nobody has changed or undone it since {@link takePoint}. */
export function isTaken({ direction, layers, strength }: Setting, entries: readonly DirectionEntry[]): boolean {
  const isAs = (entry: DirectionEntry): boolean =>
    String(entry.layers) === String(layers) &&
    (operatorNamed(entry.operator).strength === null || entry.strength === strength);
  return entries.every((entry) => (entry.id === direction ? entry.enabled && isAs(entry) : !entry.enabled));
}

/** Why the page cannot be set to a steered point as it is now, for people; null when it can. */
export function whyNotSet(
  { direction, layers }: Setting,
  run: SweepRun,
  entries: readonly DirectionEntry[],
  loaded: LoadedModel | null,
): string | null {
  if (!loaded) return 'No model is open. Open one under Models.';
  if (loaded.stamp.id !== run.model)
    return `This was measured on ${run.model}. Open that model again, or sweep this one.`;
  const swept = run.directions.find(({ id }) => id === direction);
  const entry = entries.find(({ id }) => id === direction);
  const name = `“${entry?.name || swept?.name || 'unnamed'}”`;
  if (!swept || !entry) return `${name} is not among the directions any more.`;
  const fit = fitFor(entry, loaded.stamp);
  if (!fit) return `${name} is not fitted on ${loaded.stamp.id}. Fit it on its card.`;
  const isThere = fit.layers.some(({ layer }) => layers !== null && layer >= layers[0] && layer <= layers[1]);
  if (!isThere) return `${name} has no vector at these layers any more. Sweep it again.`;
  if (entry.operator === swept.operator) return null;
  return `${name} was swept as “${operatorNamed(swept.operator).label}” and is applied otherwise now. Sweep it again.`;
}
