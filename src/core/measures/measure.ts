/** How a measure is shown: the index of `core/measures` lists one for each file. */
export interface Measure {
  /** The file's name, in kebab case. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly unit: string;
  /** One or two sentences: what it says, its formula, its range. */
  readonly description: string;
}
