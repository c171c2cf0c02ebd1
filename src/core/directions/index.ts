/** The ways to find a direction. To add one: a file here that exports a `Finder`, and its lines below. */
import { SteerboardError } from '../errors.js';
import { drawn } from './drawn.js';
import type { Finder } from './finder.js';
import { activationAddition } from './activation-addition.js';
import { headIntervention } from './head-intervention.js';
import { linearTransport } from './linear-transport.js';
import { logisticProbe } from './logistic-probe.js';
import { massMean } from './mass-mean.js';
import { meanCentring } from './mean-centring.js';
import { meanDifference } from './mean-difference.js';
import { neuron } from './neuron.js';
import { pairComponentCentred } from './pair-component-centred.js';
import { pairComponent } from './pair-component.js';
import { random } from './random.js';
import { saeFeature } from './sae-feature.js';
import { tokenDifference } from './token-difference.js';
import { token } from './token.js';

export const finders: readonly Finder[] = [
  meanDifference,
  meanCentring,
  pairComponent,
  pairComponentCentred,
  massMean,
  logisticProbe,
  linearTransport,
  activationAddition,
  headIntervention,
  token,
  tokenDifference,
  neuron,
  saeFeature,
  random,
  drawn,
];

export { defaultsOf, fitsOption, optionsOf, readsTexts, takesTexts } from './finder.js';
export type {
  Finder,
  FinderInput,
  FinderNeeds,
  FinderOption,
  FinderOptions,
  HeadFinder,
  TextFinder,
} from './finder.js';

/** @throws SteerboardError `unexpected` for a name that is not in the index. */
export function finderNamed(name: string): Finder {
  const finder = finders.find((candidate) => candidate.name === name);
  if (finder !== undefined) return finder;
  const known = finders.map((candidate) => candidate.name).join(', ');
  throw new SteerboardError('unexpected', `There is no way to find a direction called "${name}". Known: ${known}.`);
}
