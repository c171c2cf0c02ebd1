/** Which experiment a tab begins with. */
import { useExperiments, type ExperimentSummary } from '../../stores/experiments.js';
import { reportBlocked, reportDamaged, reportUnreadable } from '../persistence.js';
import { readContent, type Content } from './content.js';
import { own, ownedBefore } from './ownership.js';
import { beginPresent } from './present.js';
import { earlierBoard, getExperiment, listExperiments, putAside, putExperiment, takeEarlierBoard } from './records.js';

/**
 * The board of an earlier version of this page, else what this tab had, else what was changed last. Null on a first visit, or where
 * it cannot be read; an experiment has begun in any case.
 */
export async function beginExperiment(): Promise<Content | null> {
  const earlier = await takeEarlier();
  if (earlier) return begin(earlier.summary, earlier.content);
  const list = await listExperiments();
  const before = list.find(({ id }) => id === ownedBefore()) ?? list[0];
  const content = before ? await loadContent(before.id) : null;
  if (before && content) return begin(before, content);
  await begin(freshSummary(list), null);
  return null;
}

async function begin(summary: ExperimentSummary, content: Content | null): Promise<Content | null> {
  if (await own(summary.id)) {
    beginPresent(summary, content?.outcome ?? null);
  } else {
    const copy = copyOf(summary, await listExperiments());
    await own(copy.id);
    beginPresent(copy, content?.outcome ?? null, { isCopy: true });
    useExperiments.setState({ notes: [openElsewhere(summary.name, copy.name)] });
  }
  return content;
}

/** @param session of an experiment whose model is not opened with it */
export function openElsewhere(name: string, copy: string): string {
  return `“${name}” is open in another tab, so this tab goes on with a copy of it, “${copy}”, which is kept from its first change on. Neither tab overwrites the other.`;
}

/** One that nothing is known of yet. */
export function freshSummary(list: readonly ExperimentSummary[], name = 'Experiment 1'): ExperimentSummary {
  const now = Date.now();
  return { id: crypto.randomUUID(), name: nameBeside(name, list), created: now, changed: now, model: null, line: '' };
}

export function copyOf(summary: ExperimentSummary, list: readonly ExperimentSummary[]): ExperimentSummary {
  return { ...freshSummary(list, summary.name), model: summary.model, line: summary.line };
}

/** A name that no other has: the number at its end goes on, “Experiment 3” after “Experiment 2”. */
function nameBeside(name: string, list: readonly ExperimentSummary[]): string {
  const taken = new Set(list.map((other) => other.name));
  if (!taken.has(name)) return name;
  const stem = name.replace(/ \d{1,6}$/, '').slice(0, 70);
  for (let number = 2; ; number++) if (!taken.has(`${stem} ${number}`)) return `${stem} ${number}`;
}

/**
 * What is saved of an experiment. What cannot be read of it is put aside, never thrown away, and the rest is there.
 *
 * @returns null when nothing of it can be read, and what is wrong is reported
 */
export async function loadContent(id: string): Promise<Content | null> {
  try {
    const record = await getExperiment(id);
    if (!record) return null;
    const content = await soundContent(record.content);
    // At once, so that the same is not found damaged again.
    if (content?.mended) await putExperiment({ summary: record.summary, content: content.content });
    return content?.content ?? null;
  } catch {
    reportBlocked();
    return null;
  }
}

async function soundContent(saved: unknown): Promise<{ readonly content: Content; readonly mended: boolean } | null> {
  const read = readContent(saved);
  if (!read) {
    await putAside(saved);
    reportUnreadable();
    return null;
  }
  if (read.damaged) {
    await putAside(read.damaged.values);
    reportDamaged(read.damaged.words);
  }
  return { content: read.content, mended: read.damaged !== null };
}

/** The one board that earlier versions knew becomes an experiment. */
async function takeEarlier(): Promise<{ readonly summary: ExperimentSummary; readonly content: Content } | null> {
  try {
    const snapshot = await earlierBoard();
    if (snapshot === undefined) return null;
    const sound = await soundContent({ snapshot });
    const summary = freshSummary(await listExperiments());
    await takeEarlierBoard(sound && { summary, content: sound.content });
    return sound && { summary, content: sound.content };
  } catch {
    reportBlocked();
    return null;
  }
}
