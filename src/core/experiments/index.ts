/** Experiments on their way between browsers: as a link, as a file, and whether they came out the same. */
export { readExperiment, saysExperiment, writeExperiment } from './document.js';
export {
  foundSchema,
  sweptRunSchema,
  sweptTextSchema,
  type FoundJson,
  type FoundParts,
  type SweptRunJson,
  type SweptRunParts,
  type SweptTextJson,
  type SweptTextParts,
} from './measured.js';
export { isLink, isTooLong, longestLink, readLink, writeLink } from './link.js';
export {
  generatedText,
  type Circumstances,
  type KeptFigures,
  type KeptText,
  type ModelPlace,
  type Outcome,
} from './outcome.js';
export { differencesOf, partingOf, type Parting } from './reproduction.js';
export {
  circumstancesSchema,
  experimentFormat,
  experimentJsonSchema,
  experimentVersion,
  outcomeFields,
  type ExperimentDirection,
  type ExperimentDocument,
} from './schema.js';
