/** What follows from the figures, in plain sentences. */
import type { LayerAssessment } from '../../../../core/quality/assess.js';
import type { Separation } from '../../../../core/directions/direction.js';
import { figure } from '../../../../core/figure.js';
import { fewestDirections } from '../../../../core/measures/index.js';
import { spanText } from '../../../look/numbers.js';
import type { AdditivityReport } from '../../../../protocol/api.js';
import { bestLayer } from '../../../../core/directions/best-layer.js';

/** Accuracies closer than this are not told apart. */
const sameAccuracy = 0.02;
/** Mean cosines from which a direction hardly, and up to which it much depends on which texts were taken; the project's own choice. */
export const steady = 0.9;
export const unsteady = 0.6;
/** Share of the change by which an answer may miss to be called in proportion; the project's own choice. */
const proportional = 0.25;

export const fixed = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(2).replace('-', '−') : 'unknown';
const percent = (share: number): string =>
  !Number.isFinite(share)
    ? 'unknown'
    : share > 0 && share < 0.01
      ? `${figure(100 * share, 1)} %`
      : `${Math.round(100 * share)} %`;

/**
 * What texts say of the direction at one layer.
 *
 * @param width of the residual stream, d
 * @param fitted what the fit itself held out at this layer; null when it held out nothing
 */
export function assessmentWords(
  assessment: LayerAssessment,
  width: number,
  fitted: Separation | null = null,
): readonly string[] {
  return [
    ...(assessment.heldOut ? separationWords(assessment) : ownTextsWords(assessment, fitted)),
    ...rankWords(assessment),
    ...stabilityWords(assessment),
    ...varianceWords(assessment, width),
  ];
}

function separationWords({
  layer,
  texts,
  separation,
  intervals,
  random,
  shuffled,
}: LayerAssessment): readonly string[] {
  if (!separation || !intervals) return ['Nothing could be held out, so how well it separates is not known.'];
  const { low, high } = intervals.auc;
  const controls = [
    ...(random ? [`random directions reach ${fixed(random.auc.high)}`] : []),
    ...(shuffled ? [`the method on shuffled sides reaches ${fixed(shuffled.bands.auc.high)}`] : []),
  ];
  const reached = reachedByChance({ random, shuffled });
  const measured = `Layer ${layer} separates held-out texts: AUC ${fixed(separation.auc)} [${fixed(low)}, ${fixed(high)}]`;
  const said = controls.length > 0 ? `${measured}; ${controls.join(', ')}.` : `${measured}.`;
  if (low > reached) {
    // Resamples of scores of which none is wrong are all perfect: 3/n is then the upper end for what is wrong (rule of three).
    const unseen =
      separation.accuracy === 1
        ? ` No text was on the wrong side; of others like them up to ${percent(Math.min(1, 3 / (texts[0] + texts[1])))} may be.`
        : '';
    return [said, `That is more than chance explains.${unseen}`];
  }
  if (separation.auc > reached) {
    return [said, 'That is above chance, but the interval reaches into it: more texts would tell.'];
  }
  return [said, 'That is no more than chance reaches here: choose another layer, or write texts that differ more.'];
}

/** The AUC that random directions and shuffled sides stay below 97.5 times in 100, whichever is higher. */
export function reachedByChance({ random, shuffled }: Pick<LayerAssessment, 'random' | 'shuffled'>): number {
  return Math.max(random?.auc.high ?? 0.5, shuffled?.bands.auc.high ?? 0.5);
}

/** Of a direction that is read on the texts it was found from: no chance, no intervals. */
function ownTextsWords({ layer, separation }: LayerAssessment, fitted: Separation | null): readonly string[] {
  if (!separation) return ['There are too few texts to say how well it separates.'];
  const known = fitted && Number.isFinite(fitted.auc) ? fitted : null;
  return [
    `Layer ${layer} separates the texts that it was found from: AUC ${fixed(separation.auc)}. That says nothing about other texts.`,
    ...(known
      ? [
          `When it was fitted, texts were held out at this layer: AUC ${fixed(known.auc)}, accuracy ${fixed(known.accuracy)}.`,
        ]
      : []),
  ];
}

function rankWords({ ranks }: LayerAssessment): readonly string[] {
  const [first] = ranks;
  const last = ranks.at(-1);
  const fewest = fewestDirections(ranks, sameAccuracy);
  if (!first || !last || !fewest || ranks.length < 2) return [];
  const at = ({ rank, accuracy }: typeof first): string => `${fixed(accuracy)} at rank ${rank}`;
  if (fewest.rank === 1)
    return [`One direction reads all that a linear probe finds: accuracy ${at(first)}, ${at(last)}.`];
  return [
    `One direction does not read it all: accuracy ${at(first)}, ${at(fewest)}. More than one direction tells these texts apart.`,
  ];
}

function stabilityWords({ stability }: LayerAssessment): readonly string[] {
  if (!stability || Number.isNaN(stability.mean)) return [];
  const cosine = `mean cosine ${fixed(stability.mean)} between directions from resampled texts`;
  if (stability.mean >= steady) return [`It hardly depends on which texts were taken: ${cosine}.`];
  if (stability.mean >= unsteady)
    return [`It depends somewhat on which texts were taken: ${cosine}. More texts would steady it.`];
  return [`It depends much on which texts were taken: ${cosine}. Write more texts.`];
}

function varianceWords({ explained }: LayerAssessment, width: number): readonly string[] {
  const pairs = explained.pairs === null ? '' : `, and ${percent(explained.pairs)} of what the pairs differ by`;
  if (Number.isNaN(explained.residuals)) return [];
  return [
    `It holds ${percent(explained.residuals)} of the texts’ variance${pairs}; an arbitrary direction would hold ${percent(1 / width)}.`,
  ];
}

/** Which layer separates best, and which are not told apart from it. */
export function layersWords(assessments: readonly LayerAssessment[]): string | null {
  const known = assessments.filter(({ heldOut, separation }) => heldOut && separation !== null);
  if (known.length < 2) return null;
  const at = bestLayer(known.map(({ layer, separation }) => ({ layer, separation })));
  const best = known.find(({ layer }) => layer === at);
  if (!best?.separation || !best.intervals) return null;
  const alike = known.filter(({ layer, separation }) => layer !== at && separation!.auc >= best.intervals!.auc.low);
  const also =
    alike.length > 0
      ? `; ${layersList(
          alike.map(({ layer }) => layer),
          known.length - 1,
        )} within its interval`
      : '';
  return `Layer ${at} separates best, AUC ${fixed(best.separation.auc)}${also}. What reads best need not steer best.`;
}

/** "layers 0–2 and 5 lie". @param others how many there are */
function layersList(layers: readonly number[], others: number): string {
  if (layers.length === others && others > 1) return 'all others lie';
  const runs: { from: number; to: number }[] = [];
  for (const layer of layers) {
    const run = runs.at(-1);
    if (run && layer === run.to + 1) run.to = layer;
    else runs.push({ from: layer, to: layer });
  }
  const named = runs.flatMap(({ from, to }) => (to === from + 1 ? [`${from}`, `${to}`] : [spanText([from, to])]));
  const list = named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : named.join('');
  return layers.length === 1 ? `layer ${list} lies` : `layers ${list} lie`;
}

/** How far the model answers in proportion, by the next token's logits; null where nothing was measured. */
export function doubledWords(reports: readonly AdditivityReport[]): string | null {
  return additivityWords(reports, 'twice as much does about twice as much', 'Twice as much does not do twice as much');
}

/** @param other name of the second direction */
export function summedWords(reports: readonly AdditivityReport[], other: string): string | null {
  return additivityWords(reports, `it adds up with “${other}”`, `It does not add up with “${other}”`);
}

function additivityWords(reports: readonly AdditivityReport[], holds: string, fails: string): string | null {
  const [first] = reports;
  if (!first || Number.isNaN(first.logits)) return null;
  const from = reports.findIndex(({ logits }) => !(logits <= proportional));
  const missed = ({ logits }: AdditivityReport): string =>
    `the next token’s logits miss that by ${percent(logits)} of their change`;
  if (from === 0) return `${fails}, even at strength ${figure(first.strength, 3)}: ${missed(first)}.`;
  const held = reports.at(from < 0 ? -1 : from - 1)!;
  const next = reports[from];
  const beyond = next ? `; at ${figure(next.strength, 3)}, by ${percent(next.logits)}` : '';
  return `Up to strength ${figure(held.strength, 3)}, ${holds}: ${missed(held)}${beyond}.`;
}
