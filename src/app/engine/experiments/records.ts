/**
 * Experiments in IndexedDB, each in two records that are written together: a summary for the list, and all of it. What the browser refuses to
 * save stays in memory, so that it is there as long as the page is.
 */
import { promisifyRequest } from 'idb-keyval';
import { z } from 'zod';
import type { ExperimentSummary } from '../../stores/experiments.js';
import { kept, write } from './database.js';
import { deleteMeasured } from './measuredRecords.js';

/** An experiment as it is saved; `content` is checked when it is read. */
export interface ExperimentRecord {
  readonly summary: ExperimentSummary;
  readonly content: unknown;
}

const summaryPrefix = 'summary ';
const contentPrefix = 'experiment ';
/** Where versions of this page that knew one board kept it. */
const boardKey = 'steerboard';
const damagedKey = 'steerboard-damaged';

const summarySchema = z.object({
  id: z.string(),
  name: z.string(),
  created: z.number(),
  changed: z.number(),
  model: z.string().nullable(),
  line: z.string(),
});

/** What could not be saved, by id. */
const unsaved = new Map<string, ExperimentRecord>();

/**
 * Saves an experiment. It commits at once: what a page that is being closed leaves to the automatic commit is lost with it.
 *
 * Rejects when the browser refuses; the experiment is then kept in memory.
 */
export async function putExperiment(record: ExperimentRecord): Promise<void> {
  const { id } = record.summary;
  // Until it is known to be saved.
  unsaved.set(id, record);
  await write((store) => putRecord(store, record));
  if (unsaved.get(id) === record) unsaved.delete(id);
}

function putRecord(store: IDBObjectStore, { summary, content }: ExperimentRecord): void {
  store.put(content, contentPrefix + summary.id);
  store.put(summary, summaryPrefix + summary.id);
}

/** Null when there is none. Rejects where the browser does not let the page read. */
export async function getExperiment(id: string): Promise<ExperimentRecord | null> {
  const inMemory = unsaved.get(id);
  if (inMemory) return inMemory;
  return kept('readonly', async (store) => {
    const [content, about] = await Promise.all(
      [contentPrefix, summaryPrefix].map((prefix) => promisifyRequest<unknown>(store.get(prefix + id))),
    );
    const summary = summarySchema.safeParse(about);
    return content === undefined || !summary.success ? null : { summary: summary.data, content };
  });
}

/** All, the one changed last first. */
export async function listExperiments(): Promise<readonly ExperimentSummary[]> {
  const range = IDBKeyRange.bound(summaryPrefix, `${summaryPrefix}\uffff`);
  const saved = await kept('readonly', (store) => promisifyRequest<unknown[]>(store.getAll(range))).catch(() => []);
  const summaries = new Map<string, ExperimentSummary>();
  for (const value of saved) {
    const { success, data } = summarySchema.safeParse(value);
    if (success) summaries.set(data.id, data);
  }
  for (const { summary } of unsaved.values()) summaries.set(summary.id, summary);
  return [...summaries.values()].sort((a, b) => b.changed - a.changed);
}

/** Gives an experiment that is not open another name. */
export async function renameExperiment(summary: ExperimentSummary): Promise<void> {
  const inMemory = unsaved.get(summary.id);
  if (inMemory) unsaved.set(summary.id, { ...inMemory, summary });
  else await write((store) => store.put(summary, summaryPrefix + summary.id));
}

export async function removeExperiment(id: string): Promise<void> {
  unsaved.delete(id);
  await write((store) => {
    store.delete(contentPrefix + id);
    store.delete(summaryPrefix + id);
    deleteMeasured(store, id);
  });
}

/** The one board of an earlier version of this page, as it was saved; undefined when there is none. */
export function earlierBoard(): Promise<unknown> {
  return kept('readonly', (store) => promisifyRequest<unknown>(store.get(boardKey)));
}

/** Makes an earlier version's board an experiment: all of it or nothing happens. Null: it was put aside. */
export function takeEarlierBoard(record: ExperimentRecord | null): Promise<void> {
  return write((store) => {
    if (record) putRecord(store, record);
    store.delete(boardKey);
  });
}

/** What was put aside before stays there; the first versions of this page put one snapshot aside, by itself. */
export async function putAside(damaged: unknown): Promise<void> {
  await kept('readwrite', async (store) => {
    const earlier = await promisifyRequest<unknown>(store.get(damagedKey));
    store.put([...[earlier ?? []].flat(), damaged], damagedKey);
    await promisifyRequest(store.transaction);
  });
}
