import { memo } from 'react';
import { EffectCost } from './EffectCost.js';
import { LayersByStrengths } from './LayersByStrengths.js';
import type { ShownRows } from './sweepRows.js';

/** Effect against cost, one curve a layer; and layer × strength. */
export const SweepPictures = memo(function SweepPictures(props: ShownRows) {
  return (
    <div className="sweep-pictures">
      <EffectCost {...props} />
      <LayersByStrengths {...props} />
    </div>
  );
});
