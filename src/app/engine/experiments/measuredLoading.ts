/** Reads what was measured in an experiment. What is damaged of it is put aside and said; the rest is there. */
import { SteerboardError, toErrorData } from '../../../core/errors.js';
import { foundSchema, sweptRunSchema, sweptTextSchema, type SweptTextParts } from '../../../core/experiments/index.js';
import { nothingSearched, type Found, type Searched } from '../../stores/find.js';
import { nothingSwept, type Swept } from '../../stores/sweep.js';
import { reportDamaged } from '../persistence.js';
import { dropEnded, measuredInMemory, nothingMeasured, type Measured } from './measured.js';
import { runOf, withPoints } from './measuredForm.js';
import {
  changeMeasured,
  dropSweptTexts,
  getMeasuredHead,
  getSweptTexts,
  measuredVersion,
  type MeasuredHead,
} from './measuredRecords.js';
import { isAllSaved, isAsWritten, noteRead } from './measuredWritten.js';
import { whileOurs } from './ownership.js';
import { putAside } from './records.js';

/** Texts that are read at once: to check them takes a few milliseconds, and the page answers between two such turns. */
const atOnce = 100;

/** Nothing where nothing was measured, also where the browser does not let the page read. */
export async function loadMeasured(id: string): Promise<Measured> {
  try {
    const head = await getMeasuredHead(id);
    if (head === undefined) {
      noteRead(id, true);
      return nothingMeasured;
    }
    const { run, shown, found, searching, version } = fieldsOf(head);
    const swept = await sweptOf(id, version === measuredVersion ? run : undefined, shown);
    const searched = searchedOf(version === measuredVersion ? found : undefined, searching);
    const damaged = new Map([...swept.damaged, ...searched.damaged]);
    // Another tab that has it open mends it there.
    if (damaged.size > 0) await whileOurs(id, () => mend(id, head, swept, searched, damaged));
    noteRead(id, true);
    return { swept: swept.value, searched: searched.value };
  } catch {
    noteRead(id, false);
    return nothingMeasured;
  }
}

/**
 * What was measured in an experiment that is not on the board: what is in memory of it, else what is saved; of what another tab
 * saved since, only what runs here is not theirs.
 */
export async function measuredFor(
  id: string,
): Promise<{ readonly measured: Measured; readonly read: Partial<Measured> }> {
  const isOurs = await isAsWritten(id);
  // What was not saved yet is nowhere else.
  if (!isOurs && isAllSaved(id)) dropEnded(id);
  const known = measuredInMemory(id);
  if (isOurs && known.swept && known.searched)
    return { measured: { swept: known.swept, searched: known.searched }, read: {} };
  const saved = await loadMeasured(id);
  // By now something may have been put aside.
  const { swept, searched } = measuredInMemory(id);
  return {
    measured: { swept: swept ?? saved.swept, searched: searched ?? saved.searched },
    read: isOurs ? { ...(!swept && { swept: saved.swept }), ...(!searched && { searched: saved.searched }) } : saved,
  };
}

/** A part as it could be read, and by what it is called for people, what could not. */
interface Read<Part> {
  readonly value: Part;
  readonly damaged: ReadonlyMap<string, unknown>;
  /** Keys of texts that could not be read. */
  readonly keys?: readonly string[];
}

async function sweptOf(id: string, saved: unknown, shown: unknown): Promise<Read<Swept>> {
  if (saved === null) return { value: nothingSwept, damaged: new Map() };
  const parts = sweptRunSchema.safeDecode(saved as never);
  const runId = parts.success ? parts.data.id : String(fieldsOf(saved)['id']);
  const read = await textsOf(id, runId, parts.success);
  if (!parts.success) {
    const value = { run: saved, texts: [...read.damaged.values()] };
    return { value: nothingSwept, damaged: new Map([['the results of the sweep', value]]), keys: read.keys };
  }
  const { length } = read.keys;
  const words = length === 1 ? 'a text of the sweep' : `${length} texts of the sweep`;
  return {
    value: { run: await withPoints(runOf(parts.data, read.texts)), shown: typeof shown === 'string' ? shown : null },
    damaged: length === 0 ? new Map() : new Map([[words, [...read.damaged.values()]]]),
    keys: read.keys,
  };
}

/** @param isWanted whether sound ones are of use; else all count as damaged */
async function textsOf(id: string, runId: string, isWanted: boolean) {
  const texts: SweptTextParts[] = [];
  const damaged = new Map<string, unknown>();
  let after: string | null = null;
  for (;;) {
    const pairs: Awaited<ReturnType<typeof getSweptTexts>> = await getSweptTexts(id, runId, after, atOnce);
    for (const [key, saved] of pairs) {
      const text = sweptTextSchema.safeDecode(saved as never);
      if (isWanted && text.success) texts.push(text.data);
      else damaged.set(key, saved);
    }
    after = pairs.at(-1)?.[0] ?? null;
    if (pairs.length < atOnce || after === null) return { texts, damaged, keys: [...damaged.keys()] };
  }
}

function searchedOf(saved: unknown, searching: unknown): Read<Searched> {
  const wasCutOff = searching === true;
  if (saved === null)
    return { value: { ...nothingSearched, error: wasCutOff ? cutOff(false) : null }, damaged: new Map() };
  const found = foundSchema.safeDecode(saved as never);
  return found.success
    ? {
        value: { running: null, found: found.data as Found, error: wasCutOff ? cutOff(true) : null },
        damaged: new Map(),
      }
    : { value: nothingSearched, damaged: new Map([['what a search found', saved]]) };
}

/** @param hasFormer whether an earlier search had found something, which is kept */
function cutOff(hasFormer: boolean): Searched['error'] {
  const why = hasFormer
    ? 'The page was closed or reloaded while it searched again. Below is what was found before. Start again to search once more.'
    : 'The page was closed or reloaded while it searched, so nothing was found. Start it again.';
  return toErrorData(new SteerboardError('unexpected', why));
}

/** So that the same is not found damaged again. */
async function mend(
  id: string,
  saved: unknown,
  swept: Read<Swept>,
  searched: Read<Searched>,
  damaged: ReadonlyMap<string, unknown>,
): Promise<void> {
  await putAside(damaged);
  reportDamaged([...damaged.keys()].join(', '));
  if (swept.keys) await dropSweptTexts(swept.keys);
  const { run, shown, found, searching } = fieldsOf(saved);
  const head = {
    version: measuredVersion,
    run: swept.value.run ? run : null,
    shown: typeof shown === 'string' ? shown : null,
    found: searched.value.found ? found : null,
    searching: searching === true,
  } as MeasuredHead; // what was read is sound
  await changeMeasured(id, { head, anew: false, runId: null, texts: [] });
}

function fieldsOf(saved: unknown): Readonly<Record<string, unknown>> {
  return typeof saved === 'object' && saved !== null ? (saved as Readonly<Record<string, unknown>>) : {};
}
