/** One line of what texts say of a direction, which follows from the figures that are shown below it. */
import type { LayerAssessment } from '../../../../core/quality/assess.js';
import { bestLayer } from '../../../../core/directions/best-layer.js';
import { fixed, reachedByChance, steady, unsteady } from './words.js';

/** AUCs from which a direction is said to read well, and fairly well; the project's own choice. */
const well = 0.9;
const fairly = 0.75;

/**
 * @param name of the direction
 * @param all of the layers that were measured, the one that is looked at among them
 */
export function qualityVerdict(at: LayerAssessment, all: readonly LayerAssessment[], name: string): string {
  const { layer, heldOut, separation, intervals } = at;
  const here = `At layer ${layer} “${name}”`;
  if (!separation || Number.isNaN(separation.auc)) return `${here} has too few texts to say how well it reads.`;
  const auc = `AUC ${fixed(separation.auc)}`;
  if (!heldOut || !intervals) {
    return `${here} was read on the texts that it was found from alone (${auc}): how well it reads others is not known.`;
  }
  const { low, high } = intervals.auc;
  const reached = reachedByChance(at);
  const figures = `(${auc} [${fixed(low)}–${fixed(high)}], chance reaches ${fixed(reached)})`;
  const stable = stabilityClause(at);
  const place = placeClause(at, all);
  if (low > reached) {
    const how =
      separation.auc >= well ? 'well' : separation.auc >= fairly ? 'fairly well' : 'weakly, but better than chance';
    return `${[`${here} reads unseen texts ${how} ${figures}`, ...stable, ...place].join('; ')}.`;
  }
  const found = separation.auc > reached;
  const said = found
    ? `${here} may read unseen texts ${figures}, but the interval reaches into chance: write more texts`
    : `${here} reads unseen texts no better than chance ${figures}`;
  return `${[said, ...stable, ...place].join('; ')}.`;
}

function stabilityClause({ stability }: LayerAssessment): readonly string[] {
  if (!stability || Number.isNaN(stability.mean)) return [];
  const cosine = `(cosine ${fixed(stability.mean)})`;
  if (stability.mean >= steady) return [`found stably ${cosine}`];
  return [`depends ${stability.mean >= unsteady ? 'somewhat' : 'much'} on which texts were taken ${cosine}`];
}

/** Which layer reads best, where that can be told from this one. */
function placeClause(at: LayerAssessment, all: readonly LayerAssessment[]): readonly string[] {
  const known = all.filter(({ heldOut, separation }) => heldOut && separation !== null);
  if (known.length < 2 || !at.separation) return [];
  const best = known.find(({ layer }) => layer === bestLayer(known));
  if (!best?.separation) return [];
  if (best.layer === at.layer) {
    const isAlone = known.every((it) => it === best || it.separation!.auc < (best.intervals?.auc.low ?? NaN));
    return [isAlone ? 'best of all layers' : 'no layer reads measurably better'];
  }
  const isAlike = at.separation.auc >= (best.intervals?.auc.low ?? Infinity);
  return [
    isAlike
      ? 'no layer reads measurably better'
      : `layer ${best.layer} reads better (AUC ${fixed(best.separation.auc)})`,
  ];
}
