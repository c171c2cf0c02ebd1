import type { SideName } from './problems.js';
import { columnFor, type TextRow, type TextTable } from './table.js';

/** What the columns of a table are, by their indices. */
export type TableReading =
  /** Each row is a pair. `question` stands before both, on a line of its own. */
  | { readonly kind: 'pairs'; readonly positive: number; readonly negative: number; readonly question: number | null }
  /** Each row is a text of the side that its label says; rows with other labels are left out. */
  | {
      readonly kind: 'labels';
      readonly text: number;
      readonly label: number;
      readonly positive: string;
      readonly negative: string;
    }
  /** Each row is a text of one side; the other side stays as it is. */
  | { readonly kind: 'list'; readonly text: number; readonly side: SideName };

/** Texts for the editor, with what was left out. */
export interface TextsRead {
  readonly kind: 'pairs' | 'lists';
  readonly positive: readonly string[];
  readonly negative: readonly string[];
  /** What was left out and why, and what to know, a sentence each. */
  readonly notes: readonly string[];
}

/** Most texts that a side takes. */
export const mostTexts = 2000;

/** A column with more different values holds no labels, whatever it is called. */
const mostLabels = 20;

/** Labels that commonly mean the positive side. */
const positiveLabels = ['1', 'true', 'positive', 'pos', 'yes', '1.0', 'good'];

/** The likeliest meaning: by the columns' names, else by what is in them. */
export function suggestReading(table: TextTable): TableReading {
  const { columns } = table;
  const positive = columnFor('positive', columns);
  const negative = columnFor('negative', columns);
  if (positive >= 0 && negative >= 0) {
    const question = columnFor('question', columns);
    return { kind: 'pairs', positive, negative, question: question < 0 ? null : question };
  }
  const label = columnFor('label', columns);
  const text = columnFor('text', columns);
  if (label >= 0 && columns.length > 1 && labelsOf(table, label).length <= mostLabels)
    return labelReading(table, text >= 0 ? text : label === 0 ? 1 : 0, label);
  if (columns.length === 1) return { kind: 'list', text: 0, side: 'positive' };
  if (columns.length === 2 && labelsOf(table, 1).length === 2 && table.rows.length > 3)
    return labelReading(table, 0, 1);
  return { kind: 'pairs', positive: 0, negative: 1, question: null };
}

/** Rows with labels, the commonly positive one of the two most frequent on the positive side. */
export function labelReading(table: TextTable, text: number, label: number): TableReading {
  const [first = '', second = ''] = labelsOf(table, label);
  const turned = positiveLabels.includes(second.toLowerCase()) && !positiveLabels.includes(first.toLowerCase());
  return { kind: 'labels', text, label, positive: turned ? second : first, negative: turned ? first : second };
}

/** The different values of a column, the most frequent first; equally frequent ones in the order of the table. */
export function labelsOf(table: TextTable, column: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const { cells } of table.rows) {
    const label = cells[column]!.trim();
    if (label !== '') counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([label]) => label);
}

/** The texts of a table. Nothing is left out without a note that names its line. */
export function readTexts(table: TextTable, reading: TableReading): TextsRead {
  const notes = new Notes(table);
  const read = readSides(table, reading, notes);
  const cut = { positive: read.positive.slice(0, mostTexts), negative: read.negative.slice(0, mostTexts) };
  const most = Math.max(read.positive.length, read.negative.length);
  if (most > mostTexts) {
    notes.say(`Only the first ${mostTexts} texts of a side are taken; there are ${most}.`);
  }
  return { ...read, ...cut, notes: notes.all() };
}

type Sides = Omit<TextsRead, 'notes'>;

function readSides(table: TextTable, reading: TableReading, notes: Notes): Sides {
  switch (reading.kind) {
    case 'pairs':
      return readPairs(table, reading, notes);
    case 'labels':
      return readLabels(table, reading, notes);
    case 'list':
      return readList(table, reading, notes);
  }
}

function readPairs(table: TextTable, reading: TableReading & { readonly kind: 'pairs' }, notes: Notes): Sides {
  const positive: string[] = [];
  const negative: string[] = [];
  const seen = new Map<string, TextRow>();
  for (const row of table.rows) {
    const up = ended(row.cells[reading.positive]!);
    const down = ended(row.cells[reading.negative]!);
    const question = reading.question === null ? '' : row.cells[reading.question]!.trim();
    const key = JSON.stringify([question, up, down]);
    if (up.trim() === '' || down.trim() === '') notes.leaveOut('one side is empty', row);
    else if (seen.has(key)) notes.leaveOut('it is there already', row);
    else {
      seen.set(key, row);
      if (up === down) notes.leaveOut('both sides are the same', row);
      else {
        // As the questionnaires of contrastive activation addition are asked: the answer on a line of its own.
        positive.push(question === '' ? up : `${question}\n${up.trim()}`);
        negative.push(question === '' ? down : `${question}\n${down.trim()}`);
      }
    }
  }
  const letters = [...positive, ...negative].every((text) => /\([A-Z]\)$/.test(text));
  if (positive.length > 0 && letters) {
    notes.say(
      'The texts end in an answer such as “(A)”: read token −2 to read its letter, as contrastive activation addition does.',
    );
  }
  return { kind: 'pairs', positive, negative };
}

function readLabels(table: TextTable, reading: TableReading & { readonly kind: 'labels' }, notes: Notes): Sides {
  const labelled = new Map<string, TextRow[]>();
  for (const row of table.rows) {
    const text = ended(row.cells[reading.text]!);
    const label = row.cells[reading.label]!.trim();
    if (text.trim() === '') notes.leaveOut('the text is empty', row);
    else if (label !== reading.positive && label !== reading.negative) {
      notes.leaveOut(label === '' ? 'the label is empty' : 'the label is another', row);
    } else labelled.set(text, [...(labelled.get(text) ?? []), row]);
  }
  const positive: string[] = [];
  const negative: string[] = [];
  for (const [text, rows] of labelled) {
    const labels = new Set(rows.map((row) => row.cells[reading.label]!.trim()));
    if (labels.size > 1) for (const row of rows) notes.leaveOut('the text has both labels', row);
    else {
      (labels.has(reading.positive) ? positive : negative).push(text);
      for (const row of rows.slice(1)) notes.leaveOut('it is there already', row);
    }
  }
  return { kind: 'lists', positive, negative };
}

function readList(table: TextTable, reading: TableReading & { readonly kind: 'list' }, notes: Notes): Sides {
  const texts = new Set<string>();
  for (const row of table.rows) {
    const text = ended(row.cells[reading.text]!);
    if (text.trim() === '') notes.leaveOut('the text is empty', row);
    else if (texts.has(text)) notes.leaveOut('it is there already', row);
    else texts.add(text);
  }
  const side = [...texts];
  return {
    kind: 'lists',
    positive: reading.side === 'positive' ? side : [],
    negative: reading.side === 'negative' ? side : [],
  };
}

/** Without line ends behind it: the last token is read, and it should be the text's. */
function ended(text: string): string {
  return text.replace(/[\r\n]+$/, '');
}

/** Gathers what was left out by its reason, so that a thousand repeats are one sentence. */
class Notes {
  private readonly said: string[];
  private readonly places = new Map<string, number[]>();
  constructor(private readonly table: TextTable) {
    this.said = [...table.notes];
  }

  say(note: string): void {
    this.said.push(note);
  }

  leaveOut(reason: string, row: TextRow): void {
    const places = this.places.get(reason);
    if (places) places.push(row.place);
    else this.places.set(reason, [row.place]);
  }

  all(): readonly string[] {
    const { unit } = this.table;
    const reasons = [...this.places].map(([reason, places]) => {
      const some = places
        .sort((a, b) => a - b)
        .slice(0, 5)
        .join(', ');
      const more = places.length > 5 ? ` and ${places.length - 5} more` : '';
      return `Left out, since ${reason}: ${unit}${places.length === 1 ? '' : 's'} ${some}${more}.`;
    });
    return [...reasons, ...this.said];
  }
}
