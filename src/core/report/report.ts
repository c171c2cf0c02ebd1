/** What a report says of an experiment: plain data, from which the pages of `core/report` are written. */

/** Columns of numbers or words; a row has one value a column, null where there is none. */
export interface Table {
  readonly columns: readonly { readonly name: string; /** Empty where there is none. */ readonly unit: string }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A figure as a picture, with the numbers it was drawn from. */
export interface Picture {
  /** Unique in a report; its files are named after it. */
  readonly title: string;
  /** What is shown, in which units and of what. */
  readonly caption: string;
  /** A whole SVG document. */
  readonly svg: string;
  readonly table: Table | null;
}

export interface ReportedText {
  /** Such as “Steered”. */
  readonly label: string;
  readonly prompt: string;
  /** What was written, without special tokens. */
  readonly text: string;
}

export interface ReportedDirection {
  readonly name: string;
  /** How it was found, and how it is applied, a sentence each. */
  readonly sentences: readonly string[];
  readonly sides: readonly { readonly label: string; readonly texts: readonly string[] }[];
}

/** What was measured comes to. */
export interface ReportedConclusion {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly table: Table | null;
}

export interface Report {
  readonly title: string;
  /** When it was made, for people. */
  readonly made: string;
  /** Model, revision, dtype, device, sampling and all else that makes the texts the same again. */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  /** What the plan does, in words. */
  readonly plan: string;
  /** What a search or a sweep came to; it stands before all else. */
  readonly conclusions: readonly ReportedConclusion[];
  readonly directions: readonly ReportedDirection[];
  readonly texts: readonly ReportedText[];
  /** One row a figure, with its unit and what it means. */
  readonly figures: Table;
  readonly pictures: readonly Picture[];
  /** The experiment's own file, so that it can be opened again; null when there is none. */
  readonly file: { readonly name: string; readonly content: string } | null;
}
