import type { FittedDirection } from '../../../core/directions/direction.js';
import { LayerCurve } from '../../controls/LayerCurve.js';
import { spanOn } from '../../engine/plan.js';
import { quantityOf, quantityTitle } from './strength.js';
import { changeDirection, type DirectionEntry } from '../../stores/directions.js';

/** How strong at each of the layers that are chosen. */
export function LayerCurveFields(props: { readonly entry: DirectionEntry; readonly direction: FittedDirection }) {
  const { entry, direction } = props;
  const { layers } = direction.model;
  const used = spanOn(entry, layers);
  // Of one layer the strength itself says it.
  if (used[0] === used[1] && !entry.layerFactors) {
    return <p className="quiet plain">Choose several layers to draw the {quantityOf(entry)} over them.</p>;
  }
  const factors = Array.from({ length: layers }, (_, layer) => entry.layerFactors?.[layer] ?? 1);
  const change = (next: readonly number[] | null): void => {
    changeDirection(entry.id, { layerFactors: next?.some((factor) => factor !== 1) ? next : null });
  };
  return (
    <div>
      <div className="caption" style={{ marginBottom: 4 }}>
        <span title={quantityTitle(entry)}>{quantityOf(entry)} over layers</span>
        {entry.layerFactors ? (
          <button type="button" className="caption-button" onClick={() => change(null)}>
            reset
          </button>
        ) : (
          <span>draw on the bars</span>
        )}
      </div>
      <LayerCurve
        label={`${quantityOf(entry)} of ${entry.name || 'unnamed'} over layers`}
        factors={factors}
        used={used}
        onChange={change}
      />
    </div>
  );
}
