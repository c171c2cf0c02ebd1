/** Asks the worker how what is steered grows along texts, and keeps what it says. */
import type { CompoundingRun } from '../../core/compounding/run.js';
import type { Prompt } from '../../core/chat/prompt.js';
import type { LayerDirection } from '../../core/directions/direction.js';
import { SteerboardError, toErrorData } from '../../core/errors.js';
import type { CompoundingEvent, CompoundingRequest, LoadedModel } from '../../protocol/api.js';
import { fitFor, selectedEntry, useDirections } from '../stores/directions.js';
import { changeReading, useCompounding, type CompoundingSubject } from '../stores/compounding.js';
import { useExperiments } from '../stores/experiments.js';
import { askedPrompt, isChatting, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { endTask, reportProgress, startTask } from '../stores/status.js';
import { useView } from '../stores/view.js';
import { collectEvents } from './collectEvents.js';
import { call, cancelTask } from './connection.js';
import { compoundedElsewhere } from './experiments/measured.js';
import { whyInterrupted } from './interrupted.js';
import { planKey, planOf } from './plan.js';
import { promptsFrom } from './sweepChoices.js';

/** Lengths of context that are tried, in tokens: those that the texts have. */
const lengths = [4, 8, 16, 32, 64, 128];
/** Of this many tokens at a text's end the KL is read after each. */
const readTokens = 16;

/** What is set now as a key; null where there is nothing to ask. */
export function compoundingKey(): string | null {
  const { loaded } = useSession.getState();
  const state = usePrompt.getState();
  const prompt = loaded && askedPrompt(state, loaded.chat);
  if (!loaded || prompt === null) return null;
  const { seed, temperature, topK, topP, repetitionPenalty } = state.sampling;
  const { settings } = useCompounding.getState();
  const sampling = [seed, temperature, topK, topP, repetitionPenalty];
  const directions = useDirections.getState();
  const read = [selectedEntry(directions)?.id, readAlong(loaded)?.layer];
  return JSON.stringify([loaded.stamp, prompt, sampling, settings, read, planKey(directions, loaded.stamp)]);
}

/** Runs until all texts are read or it is stopped; runs show as they come. */
export async function runCompounding(): Promise<void> {
  if (compoundedElsewhere(useCompounding.getState()) !== null) return;
  stopCompounding();
  const task = crypto.randomUUID();
  const asked = askOrSay(task);
  if (!asked) return;
  const { request, subject } = asked;
  const { epoch } = useSession.getState();
  useCompounding.setState({ subject, runs: [], task, progress: 0, error: null });
  const experimentId = useExperiments.getState().current?.id;
  startTask({ id: task, label: 'Compounding', progress: null, cancellable: true, experimentId });
  try {
    let runs: readonly CompoundingRun[] = [];
    const take = (events: readonly CompoundingEvent[]): number => {
      const before = runs;
      for (const event of events) {
        if (event.type === 'run') runs = [...runs, event.run];
        else {
          changeReading(task, { progress: event.done / event.of });
          reportProgress(task, { label: 'writing and reading texts', done: event.done, total: event.of });
        }
      }
      if (runs !== before) changeReading(task, { runs });
      return runs.length - before.length;
    };
    await collectEvents<CompoundingEvent, unknown>(
      (onEvents) => call((api) => api.measureCompounding(request, onEvents)),
      take,
      subject.of,
    );
    changeReading(task, { task: null });
  } catch (error) {
    changeReading(task, { task: null, error: whyInterrupted(error, epoch) });
  } finally {
    endTask(task);
  }
}

/** What is to be asked now; null when it cannot be, which is in the store. */
function askOrSay(task: string): ReturnType<typeof requestNow> | null {
  try {
    const { loaded } = useSession.getState();
    if (!loaded) throw new SteerboardError('input-empty', 'No model is open. Open one under Models.');
    return requestNow(loaded, task);
  } catch (error) {
    useCompounding.setState({ error: toErrorData(error) });
    return null;
  }
}

/** What is done stays. */
export function stopCompounding(): void {
  const { task } = useCompounding.getState();
  if (task === null) return;
  useCompounding.setState({ task: null });
  cancelTask(task);
}

function requestNow(
  loaded: LoadedModel,
  task: string,
): { readonly request: CompoundingRequest; readonly subject: CompoundingSubject } {
  const { settings } = useCompounding.getState();
  const directions = useDirections.getState();
  const plan = planOf(directions, loaded.stamp);
  if (plan.terms.every(({ sites }) => sites.length === 0)) {
    throw new SteerboardError('input-empty', 'Nothing is steered. Turn a direction on, then run this again.');
  }
  const state = usePrompt.getState();
  const prompt = askedPrompt(state, loaded.chat);
  if (prompt === null) {
    const asked = isChatting(state, loaded.chat)
      ? 'Nothing was sent yet. Send a message'
      : 'The prompt is empty. Write a few words';
    throw new SteerboardError('input-empty', `${asked} first.`);
  }
  const isPlain = typeof prompt === 'string';
  const { seed, ...sampling } = state.sampling;
  const prompts: readonly Prompt[] = [prompt, ...promptsFrom(linesOf(settings.morePrompts), state, !isPlain)];
  // Without temperature a text is the same with every seed.
  const greedy = sampling.temperature === 0;
  const seeds = Array.from({ length: greedy ? 1 : settings.seeds }, (_, index) => seed + index);
  const entry = selectedEntry(directions);
  const read = readAlong(loaded);
  const steered = new Set(plan.terms.flatMap(({ sites }) => sites.map(({ layer }) => layer)));
  return {
    request: {
      ...{ task, prompts, seeds, plan, lengths, readTokens },
      sampling: { ...sampling, maxNewTokens: settings.tokens },
      impulse: settings.impulse,
      direction: read && { layer: read.layer, vector: read.vector },
    },
    subject: {
      key: compoundingKey() ?? '',
      directionName: entry?.name || 'unnamed',
      layer: read?.layer ?? null,
      layers: loaded.shape.layers,
      steeredLayers: [...steered].sort((a, b) => a - b),
      impulse: settings.impulse,
      readTokens: isPlain ? readTokens : 0,
      of: prompts.length * seeds.length,
      greedy,
    },
  };
}

/** The selected direction at the layer of the tints, by itself the last one that it has: there it has become the text's. */
function readAlong(loaded: LoadedModel): LayerDirection | null {
  const entry = selectedEntry(useDirections.getState());
  const layers = (entry && fitFor(entry, loaded.stamp)?.layers) ?? [];
  const { layer } = useView.getState();
  return layers.find((it) => it.layer === layer) ?? layers.at(-1) ?? null;
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
