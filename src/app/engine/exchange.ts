/** Export and import of directions as Steerboard JSON. An import adds to what is there and never takes anything away. */
import { SteerboardError, toErrorData } from '../../core/errors.js';
import {
  checkFits,
  createDocument,
  directionOf,
  largestDocument,
  readDocument,
  writeDocument,
  type SteerboardDocument,
} from '../../core/formats/index.js';
import type { LoadedModel } from '../../protocol/api.js';
import { addDirection, fitFor, useDirections, type DirectionEntry } from '../stores/directions.js';
import { askedPrompt, setSampling, takeConversation, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import { freeEntry } from './entries.js';
import { spanOn } from './plan.js';

/** What an import did, for people. */
export interface Imported {
  readonly names: readonly string[];
  readonly warning: string | null;
  /** Whether prompt and sampling came along. */
  readonly text: boolean;
}

/** The whole board, or one direction of it, as a file. @throws SteerboardError `input-empty` when nothing has a fit. */
export function exportBoard(only?: DirectionEntry): { readonly fileName: string; readonly text: string } {
  const { loaded } = useSession.getState();
  const { entries, steerSpecialTokens } = useDirections.getState();
  const asked = usePrompt.getState();
  const prompt = askedPrompt(asked, loaded?.chat ?? false) ?? asked.prompt;
  const { sampling } = asked;
  const chosen = only ? [only] : entries;
  const fitted = chosen.filter((entry) => fitFor(entry, loaded?.stamp));
  const directions = fitted.flatMap((entry) => {
    const direction = fitFor(entry, loaded?.stamp);
    if (!direction || !loaded) return [];
    const [from, to] = spanOn(entry, loaded.shape.layers);
    const { enabled, operator, strength, scope } = entry;
    return [
      { name: entry.name || 'unnamed', direction, plan: { enabled, operator, strength, layers: { from, to }, scope } },
    ];
  });
  const document = createDocument({ directions, steerSpecialTokens, ...(only ? {} : { prompt, sampling }) });
  document.directions.forEach((direction, index) => {
    const opposite = fitted[index]?.opposite;
    if (opposite) direction['opposite'] = opposite;
  });
  const name = only ? only.name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60) || 'direction' : 'steerboard';
  return { fileName: `${name}.json`, text: writeDocument(document) };
}

export function downloadBoard(only?: DirectionEntry): void {
  try {
    const { fileName, text } = exportBoard(only);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    clearProblem('file');
  } catch (error) {
    reportProblem({ about: 'file', error: toErrorData(error) });
  }
}

/** Reads a file and takes in what it holds; null, with the reason reported, when it cannot be. */
export async function importFile(file: File): Promise<Imported | null> {
  try {
    const { loaded } = useSession.getState();
    if (!loaded) throw new SteerboardError('worker-died', 'No model is loaded yet. Import again when it is.');
    if (file.size > largestDocument) {
      const message = `${file.name} is ${Math.round(file.size / 1e6)} MB; a file of directions has at most ${Math.round(largestDocument / 1e6)}. Choose another file.`;
      throw new SteerboardError('document-invalid', message, { bytes: file.size });
    }
    const document = readDocument(await file.text());
    const warnings = [checkFits(document, loaded.stamp), conversationWarning(document, loaded)];
    const warning = warnings.filter((it) => it !== null).join(' ') || null;
    takeIn(document);
    clearProblem('file');
    return {
      names: document.directions.map(({ name }) => name),
      warning,
      text: document.prompt !== undefined || document.sampling !== undefined,
    };
  } catch (error) {
    reportProblem({ about: 'file', error: toErrorData(error) });
    return null;
  }
}

function conversationWarning({ prompt }: SteerboardDocument, { chat, stamp }: LoadedModel): string | null {
  if (chat || prompt === undefined || typeof prompt === 'string') return null;
  return `Its prompt is a conversation, and ${stamp.id} is no chat model: the conversation is kept for one.`;
}

/**
 * A document of the whole board says what text it wrote, so the directions that were on before are switched off: what is
 * written next is then the document's text.
 */
function takeIn(document: SteerboardDocument): void {
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
  document.directions.forEach((from, index) => {
    const direction = directionOf(document, index);
    const { enabled, operator, strength, layers, scope } = from.plan;
    const opposite = typeof from['opposite'] === 'string' ? from['opposite'].slice(0, 200) : '';
    addDirection({
      ...freeEntry({
        name: from.name,
        opposite,
        texts: from.source.texts,
        method: from.source.method,
        hook: direction.hook,
      }),
      // A file of the same shape under another id was let in with a warning: it is applied to the model that is here.
      fits: [{ version: crypto.randomUUID(), direction: stamp ? { ...direction, model: stamp } : direction }],
      enabled,
      operator,
      strength,
      scope: { prompt: scope.prompt, generated: scope.generated },
      layers: [layers.from, layers.to],
    });
  });
}
