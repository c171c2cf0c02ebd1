/** What another tool's vectors become here, where the loaded model says what they leave out. */
import { SteerboardError } from '../errors.js';
import type { FittedDirection, LayerDirection } from '../directions/direction.js';
import type { ModelStamp } from '../model.js';
import { isAllFinite, norm } from '../tensors/vector.js';
import type { Application } from './application.js';
import { tooStrong } from './bounds.js';
import type { ForeignDirection } from './format.js';

export interface FittedForeign {
  readonly direction: FittedDirection;
  /** What the file does at its own strength: coefficient × ‖v‖ at every layer. */
  readonly plan: Application;
}

/** A norm this close to 1 is rounding: the vector is kept bit for bit. */
const roundingDrift = 1e-5;

/**
 * Checks that a foreign direction can stand in a model: its layers and its width.
 *
 * @returns null, or a warning to show when the file names another model.
 * @throws SteerboardError `document-other-model` with both numbers, `direction-degenerate` naming the layer.
 */
export function checkForeign({ layers, model }: ForeignDirection, stamp: ModelStamp): string | null {
  for (const { layer, vector } of layers) {
    if (vector.length !== stamp.width) {
      const message = `This file's vectors have ${vector.length} values; ${stamp.id} has width ${stamp.width}. Open the model that they were made for.`;
      throw new SteerboardError('document-other-model', message, { width: vector.length, expectedWidth: stamp.width });
    }
    if (layer >= stamp.layers) {
      const message = `This file has a vector for layer ${layer}; ${stamp.id} has layers 0 to ${stamp.layers - 1}. Open the model that it was made for.`;
      throw new SteerboardError('document-other-model', message, { layer, expectedLayers: stamp.layers });
    }
    if (!isAllFinite(vector)) throw degenerate(layer, 'has values that are not finite');
    if (norm(vector) === 0) throw degenerate(layer, 'is all zeros, which is no direction');
  }
  if (model === null || sameModel(model, stamp)) return null;
  return `This file names “${model.slice(0, 100)}” as its model. ${stamp.id} has the same width, but unless it is the same model the vectors mean nothing in it.`;
}

/** Both are compared so that what is not a number is refused too. */
function refuseTooStrong(layer: number, strength: number, factor: number): void {
  if (!(Math.abs(strength) < tooStrong)) {
    const message = `This file cannot be imported: at layer ${layer} it would add ${strength.toPrecision(3)} mean residual norms of this model; less than a million is taken. Export it with a smaller strength.`;
    throw new SteerboardError('direction-degenerate', message, { layer });
  }
  if (!(Math.abs(factor) < tooStrong)) {
    const message = `This file cannot be imported: at layer ${layer} it is ${factor.toPrecision(3)} times as strong as at its middle layer; less than a million is taken. Export the strong layers by themselves.`;
    throw new SteerboardError('direction-degenerate', message, { layer });
  }
}

function degenerate(layer: number, problem: string): SteerboardError {
  const message = `This file cannot be imported: its vector of layer ${layer} ${problem}. Export it again without that layer.`;
  return new SteerboardError('direction-degenerate', message, { layer });
}

/** Files name an architecture ("llama") or an id, with or without its owner. */
function sameModel(named: string, { id, family }: ModelStamp): boolean {
  const last = (name: string): string => name.split('/').at(-1)!.toLowerCase();
  return last(named) === last(id) || last(named) === family.toLowerCase();
}

/**
 * A foreign direction in the loaded model: unit vectors with their natural magnitudes, and a plan that adds coefficient × v at
 * every layer. Strength is in mean residual norms, which differ between layers, so factors over layers make up for it.
 *
 * @param residualNorms mean ‖h‖ of every layer at the direction's hook, measured in the loaded model, [L]
 * @throws SteerboardError as {@link checkForeign}; `direction-degenerate` where it is too strong for this model
 */
export function fitForeign(
  foreign: ForeignDirection,
  stamp: ModelStamp,
  residualNorms: readonly number[],
): FittedForeign {
  checkForeign(foreign, stamp);
  const layers = foreign.layers.map(({ layer, vector }): LayerDirection => {
    const scale = norm(vector);
    const unit = Math.abs(scale - 1) <= roundingDrift ? vector : vector.map((value) => value / scale);
    return { layer, vector: unit, scale, residualNorm: residualNorms[layer]!, separation: null };
  });
  const strengths = layers.map(({ scale, residualNorm }) => (foreign.coefficient * scale) / residualNorm);
  const middle = strengths[Math.floor(strengths.length / 2)]!;
  const factors = Array.from({ length: stamp.layers }, () => 1);
  layers.forEach(({ layer }, index) => (factors[layer] = middle === 0 ? 1 : strengths[index]! / middle));
  layers.forEach(({ layer }, index) => refuseTooStrong(layer, strengths[index]!, factors[layer]!));
  return {
    direction: {
      model: stamp,
      hook: foreign.hook,
      source: { method: 'imported', options: {}, texts: null },
      layers,
    },
    plan: {
      enabled: true,
      operator: 'add',
      strength: middle,
      layers: { from: layers[0]!.layer, to: layers.at(-1)!.layer },
      ...(factors.some((factor) => factor !== 1) && { layerFactors: factors }),
      scope: foreign.scope ?? { prompt: true, generated: true },
    },
  };
}
