/** A report of what is on the board, for others to read. */
import { toErrorData } from '../../core/errors.js';
import { writeExperiment } from '../../core/experiments/index.js';
import { finders } from '../../core/directions/index.js';
import { fileStem } from '../../core/formats/names.js';
import {
  htmlReport,
  markdownReport,
  type Picture,
  type Report,
  type ReportedConclusion,
  type ReportedDirection,
  type ReportedText,
  type Table,
} from '../../core/report/index.js';
import type { ModelStamp } from '../../core/model.js';
import { emptyPlan, type Plan } from '../../core/steering/plan.js';
import { describePlan, doesAnything } from '../../core/steering/describe.js';
import type { LoadedModel } from '../../protocol/api.js';
import { fitFor, useDirections, type DirectionEntry } from '../stores/directions.js';
import { useLimits } from '../stores/limits.js';
import { isChatting, usePrompt } from '../stores/prompt.js';
import { useSession } from '../stores/session.js';
import { clearProblem, reportProblem } from '../stores/status.js';
import { useTexts, type TextState } from '../stores/texts.js';
import { download, type FileToSave, type SavedFile } from './download.js';
import { fileEnding, presentContent } from './experiments/giving.js';
import { documentOf } from './experiments/sharing.js';
import { spanOn, termsOf } from './plan.js';
import { judgeText, textFigures, type TextFigures } from './textFigures.js';

export type ReportFormat = 'html' | 'markdown';

/**
 * Saves a report of the board as it is now.
 *
 * @returns what was written; null when it was not, and what went wrong is reported
 */
export async function saveReport(
  title: string,
  pictures: readonly Picture[],
  conclusions: readonly ReportedConclusion[],
  format: ReportFormat,
): Promise<readonly SavedFile[] | null> {
  try {
    const { loaded } = useSession.getState();
    if (!loaded) return null;
    const report = { ...reportOf(title, pictures, loaded), conclusions };
    const saved = download([format === 'html' ? asPage(report) : await asArchive(report)]);
    clearProblem('file');
    return saved;
  } catch (error) {
    reportProblem({ about: 'file', error: toErrorData(error) });
    return null;
  }
}

function asPage(report: Report): FileToSave {
  return { fileName: `${fileStem(report.title)}.html`, mediaType: 'text/html', content: htmlReport(report) };
}

async function asArchive(report: Report): Promise<FileToSave> {
  const { BlobWriter, TextReader, ZipWriter } = await import('@zip.js/zip.js');
  const zip = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false });
  for (const { path, content } of markdownReport(report)) await zip.add(path, new TextReader(content));
  return { fileName: `${fileStem(report.title)}.zip`, mediaType: 'application/zip', content: await zip.close() };
}

function reportOf(title: string, pictures: readonly Picture[], loaded: LoadedModel): Omit<Report, 'conclusions'> {
  const directions = useDirections.getState();
  const { name, content, here } = presentContent();
  const { baseline, steered } = useTexts.getState();
  return {
    title,
    made: `Made with Steerboard on ${new Date().toLocaleDateString('en-GB', { dateStyle: 'long' })}.`,
    settings: settingsOf(loaded, directions.steerSpecialTokens),
    plan: planInWords(directions.entries, loaded.stamp),
    directions: directions.entries
      .filter((entry) => entry.enabled && fitFor(entry, loaded.stamp))
      .map((entry) => directionOf(entry, directions.entries, loaded)),
    texts: [textOf('Baseline', baseline), textOf('Steered', steered)],
    figures: figuresOf(baseline, steered, loaded),
    pictures,
    file: {
      name: `${fileStem(name || title)}${fileEnding}`,
      content: `${writeExperiment(documentOf(name || title, content, here, false))}\n`,
    },
  };
}

/** "“happy”: adds 0.5 residual norms at layer 3 of all tokens." */
export function planInWords(entries: readonly DirectionEntry[], stamp: ModelStamp): string {
  const parts = entries.flatMap((entry) => {
    const plan: Plan = { terms: termsOf(entry, entries, stamp), steerSpecialTokens: false };
    if (!doesAnything(plan)) return [];
    const words = describePlan(plan);
    return [`“${entry.name || 'unnamed'}”: ${words.charAt(0).toLowerCase()}${words.slice(1)}`];
  });
  return parts.length === 0 ? describePlan(emptyPlan) : parts.join(' ');
}

function settingsOf({ stamp, device, chat }: LoadedModel, steerSpecialTokens: boolean): Report['settings'] {
  const prompt = usePrompt.getState();
  const { temperature, topK, topP, repetitionPenalty, seed, maxNewTokens } = prompt.sampling;
  const values: Readonly<Record<string, string | number>> = {
    model: stamp.id,
    revision: stamp.revision ?? 'the page’s own',
    weights: stamp.dtype,
    device: device === 'wasm' ? 'CPU (WASM)' : 'GPU (WebGPU)',
    prompt: isChatting(prompt, chat) ? 'a conversation, by the model’s template' : 'a plain text',
    temperature,
    'top k': topK === 0 ? 'off' : topK,
    'top p': topP,
    'repetition penalty': repetitionPenalty,
    seed,
    'new tokens at most': maxNewTokens,
    'special tokens steered': steerSpecialTokens ? 'yes' : 'no',
  };
  return Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
}

function directionOf(
  entry: DirectionEntry,
  entries: readonly DirectionEntry[],
  { stamp }: LoadedModel,
): ReportedDirection {
  const { name, opposite, method, expression, texts, hook } = entry;
  const label = finders.find((finder) => finder.name === method)?.label.toLowerCase() ?? method;
  const found = expression === null ? `Found by ${label}` : `Combined: ${expression}`;
  const read = texts ? ` from ${texts.positive.length} and ${texts.negative.length} texts` : '';
  return {
    name: opposite ? `${name || 'unnamed'} (instead of ${opposite})` : name || 'unnamed',
    sentences: [
      `${found}${read}, at ${hook}.`,
      describePlan({ terms: termsOf(entry, entries, stamp), steerSpecialTokens: false }),
    ],
    sides: texts
      ? [
          { label: name || 'Positive', texts: texts.positive },
          { label: opposite || 'Negative', texts: texts.negative },
        ]
      : [],
  };
}

function textOf(label: string, { tokens, promptLength }: TextState): ReportedText {
  const words = (from: number, to?: number): string =>
    tokens
      .slice(from, to)
      .filter(({ special }) => !special)
      .map(({ piece }) => piece)
      .join('');
  return { label, prompt: words(0, promptLength), text: words(promptLength) };
}

function figuresOf(baseline: TextState, steered: TextState, { shape }: LoadedModel): Table {
  const { entries } = useDirections.getState();
  const spans = entries.filter(({ enabled }) => enabled).map((entry) => spanOn(entry, shape.layers));
  const [plain, own] = [textFigures(baseline, spans), textFigures(steered, spans)];
  const judgement = judgeText(own, plain, useLimits.getState().limits);
  const row = (name: string, figure: keyof TextFigures) => [name, rounded(plain[figure]), rounded(own[figure])];
  // On the baseline's text they would say what steering did to it if it read it, which nobody asks of a text without steering.
  const ofSteering = (name: string, figure: keyof TextFigures) => [name, null, rounded(own[figure])];
  return {
    columns: ['figure', 'baseline', 'steered'].map((name) => ({ name, unit: '' })),
    rows: [
      row('Perplexity under the unsteered model', 'perplexity'),
      row('Distinct pairs of tokens, share', 'distinct2'),
      ofSteering('Mean KL(steered ‖ unsteered) of a token, nats', 'meanKl'),
      ofSteering('Largest ratio of residual norms at the steered layers', 'normRatio'),
      ['State of the text', null, judgement?.verdict ?? null],
    ],
  };
}

/** Four digits say all that was measured. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}
