/** Which experiment a tab begins with. */
import { useExperiments, type ExperimentSummary } from '../../stores/experiments.js';
import {
  reportBlocked,
  reportDamaged,
  reportDamagedElsewhere,
  reportUnreadable,
  reportUnreadableExperiment,
} from '../persistence.js';
import { readContent, type Content } from './content.js';
import { bringMeasured, copyOfMeasured } from './measured.js';
import { loadMeasured } from './measuredLoading.js';
import { markWritten } from './measuredWritten.js';
import { own, ownedBefore, whileOurs } from './ownership.js';
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
    const measured = await loadMeasured(summary.id);
    markWritten(summary.id, measured);
    beginPresent(summary, content?.outcome ?? null);
    bringMeasured(null, summary.id, measured);
  } else {
    const copy = copyOf(summary, await listExperiments());
    await own(copy.id);
    const measured = copyOfMeasured(await loadMeasured(summary.id));
    beginPresent(copy, content?.outcome ?? null, { isCopy: true });
    bringMeasured(null, copy.id, measured);
    useExperiments.setState({ notes: [openElsewhere(summary.name, copy.name)] });
  }
  return content;
}

/** What is said where a tab goes on with a copy. @param name of the one that another tab has */
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
 * What is saved of an experiment. What cannot be read of it is put aside, never thrown away, and the rest is there. One of which nothing
 * can be read stays as it is saved.
 *
 * @returns null when nothing of it can be read, and what is wrong is reported; also when there is none
 */
export async function loadContent(id: string): Promise<Content | null> {
  try {
    const record = await getExperiment(id);
    if (!record) return null;
    const { name } = record.summary;
    const read = readContent(record.content);
    if (!read) reportUnreadableExperiment(name);
    // At once, so that the same is not found damaged again.
    else if (read.damaged && !(await whileOurs(id, () => mend(id)))) reportDamagedElsewhere(name, read.damaged.words);
    return read?.content ?? null;
  } catch {
    reportBlocked();
    return null;
  }
}

/** Read anew: another tab may have written it before it let go of it. */
async function mend(id: string): Promise<void> {
  const record = await getExperiment(id);
  const read = record && readContent(record.content);
  if (!record || !read?.damaged) return;
  await putAside(read.damaged.values);
  reportDamaged(read.damaged.words);
  await putExperiment({ summary: record.summary, content: read.content });
}

/** The one board that earlier versions knew becomes an experiment. */
async function takeEarlier(): Promise<{ readonly summary: ExperimentSummary; readonly content: Content } | null> {
  try {
    const snapshot = await earlierBoard();
    if (snapshot === undefined) return null;
    const read = readContent({ snapshot });
    if (!read || read.damaged) await putAside(read?.damaged ? read.damaged.values : { snapshot });
    if (!read) reportUnreadable();
    else if (read.damaged) reportDamaged(read.damaged.words);
    const earlier = read && { summary: freshSummary(await listExperiments()), content: read.content };
    await takeEarlierBoard(earlier);
    return earlier;
  } catch {
    reportBlocked();
    return null;
  }
}
