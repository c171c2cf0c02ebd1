/** Looks for the way, the layers and the strength that do most at a cost, and reports on prompts that were not used for it. */
export { addedAt, everywhere } from './application.js';
export { choose } from './choose.js';
export { find, type Asked, type FindInput, type Finding } from './find.js';
export { Measurer, type MeasuredOn } from './measurer.js';
export { gainOverRandom, type Gain } from './over-random.js';
export { firstPlaces } from './places.js';
export { randomDirections, report, type AsSet, type Report, type ReportLine } from './report.js';
export type { SearchProgress, SearchResult } from './search.js';
export { countOf, splitTexts, type SplitTexts } from './split.js';
export { settle, type Accepted, type Settled } from './settle.js';
export type { Arm, Place } from './trial.js';
export { waysFor } from './ways.js';
export { textsOfWords } from './words.js';
