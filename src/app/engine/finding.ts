/** “Find it for me”: chooses method, layers and strength on some prompts, and reports on others. */
import type { Prompt } from '../../core/chat/prompt.js';
import { find, type Finding } from '../../core/autopilot/index.js';
import { isCancelled, SteerboardError, toErrorData } from '../../core/errors.js';
import type { SettingCell } from '../../core/sweeps/index.js';
import type { CellResult, LoadedModel, SweepEvent } from '../../protocol/api.js';
import { choosingPrompts, choosingQuestions, reportingPrompts, reportingQuestions } from '../presets/concepts.js';
import { useDirections, type DirectionEntry } from '../stores/directions.js';
import { useFind, type Found } from '../stores/find.js';
import { isChatting, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { endTask, reportProgress, startTask } from '../stores/status.js';
import { call, cancelTask } from './connection.js';
import { freeEntry } from './entries.js';
import { wishOf, type Wish } from './wish.js';

/** Length of the texts that are tried, in tokens. */
export const triedTokens = 32;
/** Seeds of the texts that are chosen on and of those that are reported on, beside each other so that none is in both. */
const choosingSeeds = [101];
const reportingSeeds = [201, 202];

/** Looks for what is set. What fails is in the store. */
export async function startFinding(): Promise<void> {
  const { loaded } = useSession.getState();
  const { spec, running } = useFind.getState();
  if (!loaded || running) return;
  const task = crypto.randomUUID();
  const label = 'Find it for me';
  const progress = { label: 'Finding directions', done: 0, of: 0 };
  useFind.setState({ running: { task, progress }, found: null, error: null });
  startTask({ id: task, label, progress: null, cancellable: true });
  const started = performance.now();
  try {
    const wish = await wishOf(spec, useDirections.getState(), loaded, (method, texts) =>
      call((api) => api.fitDirection({ task, texts, method }, () => undefined)),
    );
    const finding = await findWish(wish, loaded, task);
    useFind.setState({ found: foundOf(finding, wish, (performance.now() - started) / 1000) });
  } catch (error) {
    if (!isCancelled(error)) useFind.setState({ error: toErrorData(error) });
  } finally {
    endTask(task);
    useFind.setState({ running: null });
  }
}

/** Ends the search at its next step; what was found so far is shown. */
export function cancelFinding(): void {
  const task = useFind.getState().running?.task;
  if (task) cancelTask(task);
}

function findWish(wish: Wish, loaded: LoadedModel, task: string): Promise<Finding> {
  const chatting = isChatting(usePrompt.getState(), loaded.chat);
  const { directions, reading, instruction, examples, sought } = wish;
  // Without temperature a text is the same with every seed.
  const seeds = usePrompt.getState().sampling.temperature > 0 ? reportingSeeds : reportingSeeds.slice(0, 1);
  return find({
    directions,
    layers: loaded.shape.layers,
    budget: sought.budget,
    choosing: { prompts: asked(chatting ? choosingQuestions : choosingPrompts, chatting), seeds: choosingSeeds },
    reporting: { prompts: asked(chatting ? reportingQuestions : reportingPrompts, chatting), seeds },
    reading,
    instruction,
    examples,
    write: (cells) => writeTexts(task, cells, wish),
    onProgress(progress) {
      useFind.setState(({ running }) => (running?.task === task ? { running: { task, progress } } : {}));
      reportProgress(task, { label: progress.label, done: progress.done, total: progress.of });
    },
  });
}

function asked(texts: readonly string[], chatting: boolean): readonly Prompt[] {
  return chatting ? texts.map((content) => ({ messages: [{ role: 'user', content }] })) : texts;
}

/** @throws SteerboardError the first failure, when no text could be written */
async function writeTexts(
  task: string,
  cells: readonly SettingCell[],
  { probes, targets }: Pick<Wish, 'probes' | 'targets'>,
): Promise<readonly CellResult[]> {
  const { seed: _, ...sampling } = { ...usePrompt.getState().sampling, maxNewTokens: triedTokens };
  const texts: CellResult[] = [];
  let failure: SteerboardError | null = null;
  // Events come by a port of their own, so the last of them may arrive after the call's answer.
  const { promise: ended, resolve: allEnded } = Promise.withResolvers<undefined>();
  let left = cells.length;
  const onEvent = (events: readonly SweepEvent[]): void => {
    for (const event of events) {
      if (event.type === 'cells') texts.push(...event.cells);
      if (event.type === 'failed') failure ??= failureOf(event);
      if (event.type !== 'progress') left -= event.cells.length;
    }
    if (left <= 0) allEnded(undefined);
  };
  const sent = cells.map(({ setting: _setting, on: _on, ...cell }) => cell);
  await call((api) => api.sweep({ task, cells: sent, sampling, probes, targets }, onEvent));
  await ended;
  if (texts.length === 0 && failure !== null) throw failure as SteerboardError;
  return texts;
}

function failureOf({ cells }: Extract<SweepEvent, { type: 'failed' }>): SteerboardError | null {
  const first = cells[0]?.error;
  return first ? new SteerboardError(first.code, first.message, first.fields) : null;
}

function foundOf({ search, report }: Finding, { sought, directions }: Wish, seconds: number): Found {
  const { best, ...counts } = search;
  const direction = best ? directions.get(best.arm.method) : null;
  return {
    ...counts,
    sought,
    report,
    seconds,
    usedId: null,
    best:
      best && direction
        ? {
            arm: best.arm,
            strength: best.strength,
            effect: best.outcome.effect,
            cost: best.outcome.cost,
            direction,
          }
        : null,
  };
}

/**
 * Sets the page to what was found, as one step. A direction that was found anew is added, and the one that it was found from
 * is switched off, so that not both act; one that was taken as it is gets its layers and strength.
 *
 * @returns its id; null when nothing was found
 */
export function takeFound(): string | null {
  const { found } = useFind.getState();
  if (!found?.best) return null;
  const { sought, best } = found;
  const { entries } = useDirections.getState();
  const used = entries.find(({ id }) => id === found.usedId);
  const of = entries.find(({ id }) => id === sought.directionId);
  const place = { ...applied, layers: best.arm.layers, strength: best.strength };
  if (used || (sought.fixed && of)) {
    const { id } = used ?? of!;
    useDirections.setState({
      entries: entries.map((entry) => (entry.id === id ? { ...entry, ...place } : entry)),
      selectedId: id,
    });
    useFind.setState({ found: { ...found, usedId: id } });
    return id;
  }
  const { source, hook } = best.direction;
  const entry: DirectionEntry = {
    ...freeEntry({
      name: sought.name,
      opposite: sought.opposite,
      texts: sought.finding,
      method: source.method,
      methodOptions: source.options,
      hook,
    }),
    ...place,
    fits: [{ version: crypto.randomUUID(), direction: best.direction }],
  };
  const others = entries.map((other) => (other.id === of?.id && other.enabled ? { ...other, enabled: false } : other));
  useDirections.setState({ entries: [...others, entry], selectedId: entry.id });
  useFind.setState({ found: { ...found, usedId: entry.id } });
  return entry.id;
}

/** How directions are applied while they are tried. */
const applied = {
  enabled: true,
  operator: 'add',
  operatorOptions: {},
  secondId: null,
  scope: { prompt: true, generated: true },
  condition: null,
  layerFactors: null,
} as const satisfies Partial<DirectionEntry>;
