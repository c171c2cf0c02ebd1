/** Takes in what a file holds. It adds to what is there and never takes anything away. */
import { isCancelled, SteerboardError, toErrorData } from '../../core/errors.js';
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
import type { HookName } from '../../core/onnx/hooks.js';
import type { LoadedModel } from '../../protocol/api.js';
import { addDirection, useDirections, type DirectionEntry } from '../stores/directions.js';
import { setSampling, takeConversation, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { clearProblem, endTask, reportProblem, reportProgress, startTask } from '../stores/status.js';
import { call } from './connection.js';
import { freeEntry } from './entries.js';

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
    const content = readFile(new Uint8Array(await bytesOf(file)));
    const imported = await takeContent(content, loaded, file.name.replace(/\.[a-z]+$/i, ''));
    clearProblem('file');
    return imported;
  } catch (error) {
    if (!isCancelled(error)) reportProblem({ about: 'file', error: toErrorData(error) });
    return null;
  }
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
    const { document } = content;
    const warnings = [checkFits(document, loaded.stamp), conversationWarning(document, loaded)];
    takeDocument(document);
    return {
      names: document.directions.map(({ name }) => name),
      warnings: warnings.filter((it) => it !== null),
      text: document.prompt !== undefined || document.sampling !== undefined,
    };
  }
  return takeForeign(content.directions, content.notes, loaded, fileName || 'imported');
}

function conversationWarning({ prompt }: SteerboardDocument, { chat, stamp }: LoadedModel): string | null {
  if (chat || prompt === undefined || typeof prompt === 'string') return null;
  return `Its prompt is a conversation, and ${stamp.id} is no chat model: the conversation is kept for one.`;
}

/**
 * A document of the whole board says what text it wrote, so the directions that were on before are switched off: what is
 * written next is then the document's text.
 */
function takeDocument(document: SteerboardDocument): void {
  const stamp = useSession.getState().loaded?.stamp;
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
  const ids = document.directions.map(() => crypto.randomUUID() as string);
  document.directions.forEach((from, index) => {
    const direction = directionOf(document, index);
    const opposite = typeof from['opposite'] === 'string' ? from['opposite'].slice(0, 200) : '';
    addDirection({
      ...freeEntry({
        name: from.name,
        opposite,
        texts: from.source.texts,
        method: from.source.method,
        methodOptions: from.source.options,
        expression: from.expression ?? null,
        hook: direction.hook,
      }),
      id: ids[index]!,
      // A file of the same shape under another id was let in with a warning: it is applied to the model that is here.
      fits: [{ version: crypto.randomUUID(), direction: stamp ? { ...direction, model: stamp } : direction }],
      ...applied(applicationOf(from.plan), ids),
    });
  });
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
  for (const { hook } of directions) if (!norms.has(hook)) norms.set(hook, await measureNorms(hook));
  const names = directions.map(({ name }, index) => name || (index === 0 ? fileName : `${fileName} ${index + 1}`));
  const fitted = directions.map((foreign) => fitForeign(foreign, stamp, norms.get(foreign.hook)!));
  fitted.forEach(({ direction, plan }, index) => {
    addDirection({
      ...freeEntry({
        name: names[index]!.slice(0, 80),
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

/** Plain sentences about nothing in particular, to measure how large residuals are. */
const neutralTexts = {
  kind: 'lists',
  positive: ['The house stands at the end of the road.', 'There was a table with two chairs in the room.'],
  negative: ['It was the third day of the week.', 'They went to the shop and then came back.'],
} as const;

/** Mean ‖h‖ of every layer at a hook over plain sentences, special tokens left out: files of other tools do not say it. */
async function measureNorms(hook: HookName): Promise<readonly number[]> {
  const task = crypto.randomUUID();
  startTask({ id: task, label: 'Measuring the residual norms', progress: null, cancellable: true });
  try {
    const request = { task, texts: neutralTexts, method: 'mean-difference', hook };
    const { layers } = await call((api) => api.fitDirection(request, (progress) => reportProgress(task, progress)));
    return layers.map(({ residualNorm }) => residualNorm);
  } finally {
    endTask(task);
  }
}
