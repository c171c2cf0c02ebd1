/** Takes in what a file holds. It adds to what is there and never takes anything away. */
import { isCancelled, SteerboardError, toErrorData, type ErrorData } from '../../core/errors.js';
import {
  applicationOf,
  checkFits,
  checkForeign,
  directionOf,
  fitForeign,
  largestDocument,
  readFile,
  type Application,
  type Content,
  type ForeignDirection,
  type SteerboardDocument,
} from '../../core/formats/index.js';
import type { ModelStamp } from '../../core/model.js';
import type { HookName } from '../../core/onnx/hooks.js';
import type { LoadedModel } from '../../protocol/api.js';
import { addDirection, addDirections, useDirections, type DirectionEntry } from '../stores/directions.js';
import { setSampling, takeConversation, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { clearProblem, endTask, reportProblem, reportProgress, startTask } from '../stores/status.js';
import { isOfPartsHere } from './combining.js';
import { call } from './connection.js';
import { freeEntry } from './entries.js';
import { freeNames, withFreeNames } from './names.js';

/** What an import did, for people. */
export interface Imported {
  readonly names: readonly string[];
  /** What to know about it, a sentence each. */
  readonly warnings: readonly string[];
  /** Whether prompt and sampling came along. */
  readonly text: boolean;
}

/** Reads a file of any format and takes in what it holds; null, with the reason reported, when it cannot be. */
export async function importFile(file: File): Promise<Imported | null> {
  try {
    const { loaded } = useSession.getState();
    if (!loaded) throw new SteerboardError('worker-died', 'No model is loaded yet. Import again when it is.');
    if (file.size > largestDocument) {
      const message = `${file.name} is ${Math.round(file.size / 1e6)} MB; a file of directions has at most ${Math.round(largestDocument / 1e6)}. Choose another file.`;
      throw new SteerboardError('document-invalid', message, { bytes: file.size });
    }
    const content = readFile(new Uint8Array(await bytesOf(file)), file.name);
    const imported = await takeContent(content, loaded, file.name.replace(/\.[a-z]+$/i, ''));
    clearProblem('file');
    return imported;
  } catch (error) {
    if (!isCancelled(error)) reportProblem({ about: 'file', error: about(file, toErrorData(error)) });
    return null;
  }
}

/** Several files may come at once, so what is wrong is said with the file's name. */
function about({ name }: File, error: ErrorData): ErrorData {
  return error.message.includes(name) ? error : { ...error, message: `${name}: ${error.message}` };
}

async function bytesOf(file: File): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch {
    const message = `${file.name} could not be read. It may have been moved or changed; choose it again.`;
    throw new SteerboardError('file-unreadable', message);
  }
}

async function takeContent(content: Content, loaded: LoadedModel, fileName: string): Promise<Imported> {
  if (content.kind === 'document') {
    const document = withFreeNames(content.document, namesHere());
    const warnings = [checkFits(document, loaded.stamp), conversationWarning(document, loaded)];
    const { names, warnings: ofDirections } = takeDocument(document, loaded.stamp);
    return {
      names,
      warnings: [...warnings.filter((it) => it !== null), ...ofDirections],
      text: document.prompt !== undefined || document.sampling !== undefined,
    };
  }
  return takeForeign(content.directions, content.notes, loaded, fileName || 'imported');
}

function namesHere(): readonly string[] {
  return useDirections.getState().entries.map(({ name }) => name);
}

function conversationWarning({ prompt }: SteerboardDocument, { chat, stamp }: LoadedModel): string | null {
  if (chat || prompt === undefined || typeof prompt === 'string') return null;
  return `Its prompt is a conversation, and ${stamp.id} is no chat model: the conversation is kept for one.`;
}

/**
 * A document of the whole board says what text it wrote, so the directions that were on before are switched off: what is
 * written next is then the document's text.
 */
function takeDocument(document: SteerboardDocument, stamp: ModelStamp): Omit<Imported, 'text'> {
  const whole = document.prompt !== undefined || document.sampling !== undefined;
  if (whole) {
    useDirections.setState((state) => ({
      steerSpecialTokens: document.steerSpecialTokens,
      entries: state.entries.map((entry) => ({ ...entry, enabled: false })),
    }));
    const { prompt, sampling } = document;
    if (typeof prompt === 'string') usePrompt.setState({ prompt, view: 'text' });
    else if (prompt) takeConversation(prompt);
    if (sampling) setSampling(sampling);
  }
  const { entries } = useDirections.getState();
  const made = entriesOf(document, entries, stamp);
  const others = new Set(made.filter((entry) => !isOfPartsHere(entry, [...entries, ...made], stamp)));
  // It would become what its formula gives of the directions here, which is not what the file has.
  addDirections(made.map((entry) => (others.has(entry) ? { ...entry, method: 'imported', expression: null } : entry)));
  return {
    names: made.map(({ name }) => name),
    warnings: [...others].map(
      ({ name, expression }) =>
        `“${name}” was ${expression} of other directions than those that are called so here. It is as in the file and follows none of them.`,
    ),
  };
}

/** @param present on the board, whose colours are taken */
function entriesOf(
  document: SteerboardDocument,
  present: readonly DirectionEntry[],
  stamp: ModelStamp,
): readonly DirectionEntry[] {
  const ids = document.directions.map(() => crypto.randomUUID() as string);
  return document.directions.reduce<readonly DirectionEntry[]>((made, from, index) => {
    const direction = directionOf(document, index);
    const opposite = typeof from['opposite'] === 'string' ? from['opposite'].slice(0, 200) : '';
    const { texts, method, options: methodOptions } = from.source;
    const { name, expression = null } = from;
    const about = { name, opposite, texts, method, methodOptions, expression, hook: direction.hook };
    return [
      ...made,
      {
        ...freeEntry(about, [...present, ...made]),
        id: ids[index]!,
        // A file of the same shape under another id was let in with a warning: it is applied to the model that is here.
        fits: [{ version: crypto.randomUUID(), direction: { ...direction, model: stamp } }],
        ...applied(applicationOf(from.plan), ids),
      },
    ];
  }, []);
}

/** @param ids of the document's directions, in their order */
function applied(plan: Application, ids: readonly string[]): Partial<DirectionEntry> {
  const { enabled, operator, strength, layers, layerFactors, scope, options, second, condition } = plan;
  const { direction: read, ...figures } = condition ?? { direction: -1 };
  return {
    enabled,
    operator,
    strength,
    layers: [layers.from, layers.to],
    layerFactors: layerFactors ?? null,
    scope,
    operatorOptions: options ?? {},
    secondId: second === undefined ? null : (ids[second] ?? null),
    condition: condition ? { ...(figures as Omit<typeof condition, 'direction'>), directionId: ids[read] ?? '' } : null,
  };
}

async function takeForeign(
  directions: readonly ForeignDirection[],
  notes: readonly string[],
  loaded: LoadedModel,
  fileName: string,
): Promise<Imported> {
  const { stamp } = loaded;
  // All are checked before anything is measured, and fitted before the first is taken in.
  const warnings = directions.map((direction) => checkForeign(direction, stamp)).filter((it) => it !== null);
  const norms = new Map<HookName, readonly number[]>();
  for (const { hook } of directions) if (!norms.has(hook)) norms.set(hook, await measureNorms(hook, stamp));
  const called = directions.map(({ name }, index) => name || (index === 0 ? fileName : `${fileName} ${index + 1}`));
  const names = freeNames(called.map((name) => name.slice(0, 80)), namesHere()); // prettier-ignore
  const fitted = directions.map((foreign) => fitForeign(foreign, stamp, norms.get(foreign.hook)!));
  fitted.forEach(({ direction, plan }, index) => {
    addDirection({
      ...freeEntry({
        name: names[index]!,
        texts: null,
        method: direction.source.method,
        hook: direction.hook,
      }),
      fits: [{ version: crypto.randomUUID(), direction }],
      ...applied(plan, []),
    });
  });
  return { names, warnings: [...new Set([...warnings, ...notes])], text: false };
}

/**
 * Mean ‖h‖ of every layer at a hook [L] over plain sentences, special tokens left out: files of other tools do not say it.
 * A random direction is at every layer, and comes with them.
 */
async function measureNorms(hook: HookName, { layers: count }: ModelStamp): Promise<readonly number[]> {
  const task = crypto.randomUUID();
  startTask({ id: task, label: 'Measuring the residual norms', progress: null, cancellable: true });
  try {
    const request = { task, texts: null, method: 'random', hook };
    const { layers } = await call((api) => api.fitDirection(request, (progress) => reportProgress(task, progress)));
    const normOf = new Map(layers.map(({ layer, residualNorm }) => [layer, residualNorm]));
    return Array.from({ length: count }, (_, layer) => normOf.get(layer) ?? NaN);
  } finally {
    endTask(task);
  }
}
