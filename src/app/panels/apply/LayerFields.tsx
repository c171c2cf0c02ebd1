import type { FittedDirection } from '../../../core/directions/direction.js';
import { LayerRange } from '../../controls/LayerRange.js';
import { spanOn } from '../../engine/plan.js';
import { changeDirection, type DirectionEntry } from '../../stores/directions.js';

/** The layers a direction is applied at. */
export function LayerFields({
  entry,
  direction,
}: {
  readonly entry: DirectionEntry;
  readonly direction: FittedDirection;
}) {
  const { layers } = direction.model;
  const effects = effectHeights(direction);
  const known = effects.some((height) => height > 0);
  const withVector = new Set(direction.layers.map(({ layer }) => layer));
  return (
    <div>
      <div className="caption" style={{ marginBottom: 4 }}>
        <span>layers, drag over the bars</span>
        {known ? (
          <span title="Effect size (Cohen’s d) of each layer over the largest">bars: effect size</span>
        ) : (
          withVector.size < layers && <span>bars: has a vector</span>
        )}
      </div>
      <LayerRange
        label={entry.name || 'unnamed'}
        layers={layers}
        value={spanOn(entry, layers)}
        heights={known ? effects : Array.from({ length: layers }, (_, layer) => (withVector.has(layer) ? 0.5 : 0))}
        empty={(layer) => !withVector.has(layer)}
        onChange={(span) => changeDirection(entry.id, { layers: span })}
      />
    </div>
  );
}

/** Effect sizes over the largest one: they still differ where every AUC is 1. */
export function effectHeights(direction: FittedDirection): readonly number[] {
  const heights = new Array<number>(direction.model.layers).fill(0);
  for (const { layer, separation } of direction.layers) {
    const effect = separation?.effectSize ?? 0;
    heights[layer] = Number.isFinite(effect) ? Math.max(0, effect) : 0;
  }
  const most = Math.max(...heights);
  return most > 0 ? heights.map((height) => height / most) : heights;
}
