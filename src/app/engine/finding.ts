/** “Find it for me”: chooses method, layers and strength on some prompts, and reports on others. */
import { everywhere, find, type FindInput, type Finding } from '../../core/autopilot/index.js';
import { SteerboardError, type ErrorData } from '../../core/errors.js';
import type { VerdictLimits } from '../../core/measures/index.js';
import { describePlan } from '../../core/steering/describe.js';
import type { SettingCell } from '../../core/sweeps/index.js';
import type { CellResult, LoadedModel, SweepEvent, WorkerApi } from '../../protocol/api.js';
import { choosingPrompts, choosingQuestions, reportingPrompts, reportingQuestions } from '../presets/concepts.js';
import { fitFor, fits, useDirections, type DirectionEntry } from '../stores/directions.js';
import { useExperiments } from '../stores/experiments.js';
import { changeSearch, searchOf, useFind, type Found, type Sought } from '../stores/find.js';
import { useLimits } from '../stores/limits.js';
import { askedPrompt, isChatting, usePrompt, type PromptState } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { endTask, isCalledOff, reportProgress, startTask } from '../stores/status.js';
import { engageAssistants } from './assistants.js';
import { collectEvents } from './collectEvents.js';
import { call, cancelTask } from './connection.js';
import { searchedElsewhere } from './experiments/measured.js';
import { freeEntry } from './entries.js';
import { whyInterrupted } from './interrupted.js';
import { followSearch } from './searchProgress.js';
import { sweepShared } from './sharing.js';
import { promptsFrom } from './sweepChoices.js';
import { wishOf, type Wish } from './wish.js';

/** Length of the texts that are tried, in tokens. */
export const triedTokens = 32;
/** Whole texts are as long as the page writes them, up to this many tokens. */
const longestWhole = 128;
/** Seeds of the texts that are chosen on and of those that are reported on, beside each other so that none is in both. */
const choosingSeeds = [101];
const reportingSeeds = [201, 202];

/** Looks for what is set. What fails is in the store. What was found before stays until something takes its place. */
export async function startFinding(): Promise<void> {
  const { loaded, epoch } = useSession.getState();
  const { spec, running } = useFind.getState();
  if (!loaded || running || searchedElsewhere(useFind.getState()) !== null) return;
  const task = crypto.randomUUID();
  const label = 'Find it for me';
  const progress = { label: 'Finding directions', done: 0, of: 0 };
  useFind.setState({ running: { task, progress, left: null }, error: null });
  const experimentId = useExperiments.getState().current?.id;
  startTask({ id: task, label, progress: null, cancellable: true, experimentId });
  const started = performance.now();
  // Read once: texts are compared, so all of them are written alike, whatever is changed on the page meanwhile; another
  // experiment may be on it by then.
  const prompt = usePrompt.getState();
  const { limits } = useLimits.getState();
  const { seed: _, ...sampling } = { ...prompt.sampling, maxNewTokens: triedTokens };
  const chatting = isChatting(prompt, loaded.chat);
  // Its rounds are short, and there are many: assistants are started for all of them at once.
  const letGo = engageAssistants();
  try {
    const wish = await wishOf(
      spec,
      useDirections.getState(),
      loaded,
      (method, texts) => callFor(task, (api) => api.fitDirection({ task, texts, method }, () => undefined)),
      { limits, chatting },
    );
    const finding = await findWish(wish, { task, layers: loaded.shape.layers, chatting, sampling, prompt, limits });
    const found = { ...foundOf(finding, wish, sampling, (performance.now() - started) / 1000), limits };
    // What there was when it was cut off is shown, and why it is no more.
    const why = found.ended === 'cancelled' ? whyInterrupted(cancelled(), epoch) : null;
    endSearch(task, { found, error: why });
  } catch (error) {
    changeSearch(task, { running: null, error: whyInterrupted(error, epoch) });
  } finally {
    letGo();
    endTask(task);
  }
}

/** What was cut off does not take the place of what an earlier search of the same experiment found and reported on. */
function endSearch(task: string, { found, error }: { readonly found: Found; readonly error: ErrorData | null }): void {
  const keepsFormer = found.ended === 'cancelled' && searchOf(task)?.found?.ended === 'done';
  changeSearch(task, { running: null, error, ...(!keepsFormer && { found }) });
}

/** Ends the search at its next step; what was found so far is shown, or what was found before it. */
export function cancelFinding(): void {
  const task = useFind.getState().running?.task;
  if (task) cancelTask(task);
}

/** A call of the search. Cancel may come between two of them, when the worker knows nothing of the task. */
async function callFor<Result>(task: string, use: (api: WorkerApi) => Promise<Result>): Promise<Result> {
  checkWanted(task);
  return call(use);
}

/** @throws SteerboardError `cancelled` */
function checkWanted(task: string): void {
  if (isCalledOff(task)) throw cancelled();
}

function cancelled(): SteerboardError {
  return new SteerboardError('cancelled', 'Cancelled.');
}

/** What a search is carried out with from its beginning to its end. */
interface Carried {
  readonly task: string;
  /** Of the model. */
  readonly layers: number;
  readonly chatting: boolean;
  readonly sampling: Sought['sampling'];
  /** Of the page, as they were when it began. */
  readonly prompt: PromptState;
  readonly limits: VerdictLimits;
}

function findWish(wish: Wish, carried: Carried): Promise<Finding> {
  const { task, layers, chatting, sampling, prompt, limits } = carried;
  const { directions, reading, instruction, examples, asSet, sought } = wish;
  // Without temperature a text is the same with every seed.
  const seeds = sampling.temperature > 0 ? reportingSeeds : reportingSeeds.slice(0, 1);
  const follow = followSearch(({ progress, left }) => {
    changeSearch(task, { running: { task, progress, left } });
    reportProgress(task, { label: progress.label, done: progress.done, total: progress.of });
  });
  return find({
    directions,
    layers,
    budget: sought.budget,
    choosing: {
      prompts: promptsFrom(chatting ? choosingQuestions : choosingPrompts, prompt, chatting),
      seeds: choosingSeeds,
    },
    reporting: { prompts: promptsFrom(chatting ? reportingQuestions : reportingPrompts, prompt, chatting), seeds },
    reading,
    ...(sought.scope && { scope: sought.scope }),
    instruction,
    examples,
    asSet,
    limits,
    write: (cells) => writeTexts(task, cells, wish, sampling, follow.written),
    whole: wholeTexts(wish, carried, follow.written),
    onProgress: follow.step,
  });
}

/** As the page writes them: its own prompt with its seed first, and a few others. */
function wholeTexts(
  wish: Wish,
  carried: Omit<Carried, 'layers'>,
  onWritten: (texts: number) => void,
): FindInput['whole'] {
  const { task, chatting, sampling, prompt: state, limits } = carried;
  const own = askedPrompt(state, chatting);
  const others = promptsFrom((chatting ? choosingQuestions : choosingPrompts).slice(0, 3), state, chatting);
  const maxNewTokens = Math.min(state.sampling.maxNewTokens, longestWhole);
  return {
    prompts: own === null ? others : [own, ...others],
    seeds: [state.sampling.seed],
    write: (cells) => writeTexts(task, cells, wish, { ...sampling, maxNewTokens }, onWritten),
    accepted: { worst: wish.sought.worst, limits },
  };
}

/** @throws SteerboardError the first failure, when no text could be written */
async function writeTexts(
  task: string,
  cells: readonly SettingCell[],
  { probes, targets }: Pick<Wish, 'probes' | 'targets'>,
  sampling: Sought['sampling'],
  onWritten: (texts: number) => void,
): Promise<readonly CellResult[]> {
  const texts: CellResult[] = [];
  let failure: SteerboardError | null = null;
  const take = (events: readonly SweepEvent[]): number => {
    let ended = 0;
    for (const event of events) {
      if (event.type === 'cells') texts.push(...event.cells);
      if (event.type === 'failed') failure ??= failureOf(event);
      if (event.type !== 'progress') ended += event.cells.length;
    }
    if (ended > 0) onWritten(ended);
    return ended;
  };
  const sent = cells.map(({ setting: _setting, on: _on, ...cell }) => cell);
  await collectEvents<SweepEvent, unknown>(
    async (onEvents) => {
      checkWanted(task);
      return sweepShared({ task, cells: sent, sampling, probes, targets }, onEvents);
    },
    take,
    cells.length,
  );
  if (texts.length === 0 && failure !== null) throw failure as SteerboardError;
  return texts;
}

function failureOf({ cells }: Extract<SweepEvent, { type: 'failed' }>): SteerboardError | null {
  const first = cells[0]?.error;
  return first ? new SteerboardError(first.code, first.message, first.fields) : null;
}

function foundOf(
  { search, report, loweredFrom, accepted }: Finding,
  { sought, directions, asSet }: Wish,
  sampling: Sought['sampling'],
  seconds: number,
): Omit<Found, 'limits'> {
  const { best, ...counts } = search;
  const direction = best ? directions.get(best.arm.method) : null;
  return {
    ...counts,
    sought: { ...sought, sampling },
    asSet: asSet && describePlan(asSet.plan),
    report,
    loweredFrom,
    accepted,
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
 * Sets the page to what was found, as one step. A direction that was found anew is added; one that was taken as it is gets its
 * layers and strength. All others are switched off: it was found by itself, and on top of them it would do something else.
 *
 * @returns its id; null when nothing was found, or it cannot be used here
 */
export function takeFound(): string | null {
  const { found } = useFind.getState();
  if (!found?.best || whyNotTaken(found, useDirections.getState().entries, useSession.getState().loaded)) return null;
  const { sought, best } = found;
  const { entries } = useDirections.getState();
  const used = entries.find(({ id }) => id === found.usedId);
  const of = entries.find(({ id }) => id === sought.directionId);
  const scope = sought.scope ?? everywhere;
  const place = { ...applied, scope, layers: best.arm.layers, strength: best.strength };
  if (used || (sought.fixed && of)) {
    const { id } = used ?? of!;
    useDirections.setState({
      entries: switchedOff(entries).map((entry) => (entry.id === id ? { ...entry, ...place } : entry)),
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
  useDirections.setState({ entries: [...switchedOff(entries), entry], selectedId: entry.id });
  // What is searched for stays what it was: the direction that is selected now was found from fewer texts.
  useFind.setState(({ spec }) => ({
    found: { ...found, usedId: entry.id },
    spec: { ...spec, directionId: of ? of.id : spec.directionId },
  }));
  return entry.id;
}

function switchedOff(entries: readonly DirectionEntry[]): readonly DirectionEntry[] {
  return entries.map((entry) => (entry.enabled ? { ...entry, enabled: false } : entry));
}

/** Why what was found cannot be used on the page as it is now, for people; null when it can. */
export function whyNotTaken(
  { best, sought, usedId }: Found,
  entries: readonly DirectionEntry[],
  loaded: LoadedModel | null,
): string | null {
  if (!best) return 'Nothing was found.';
  if (!loaded) return 'No model is open. Open one under Models.';
  if (!fits(loaded.stamp, best))
    return `This was found on ${sought.model}. Open that model again, or search on this one.`;
  if (entries.some(({ id }) => id === usedId) || !sought.fixed) return null;
  const of = entries.find(({ id }) => id === sought.directionId);
  if (!of) return `“${sought.name}”, whose layers and strength these are, is not among the directions any more.`;
  if (fitFor(of, loaded.stamp)) return null;
  return `“${of.name || 'unnamed'}” is not fitted on ${loaded.stamp.id}. Fit it on its card.`;
}

/** How directions are applied while they are tried, but for the tokens. */
const applied = {
  enabled: true,
  operator: 'add',
  operatorOptions: {},
  secondId: null,
  condition: null,
  layerFactors: null,
} as const satisfies Partial<DirectionEntry>;
