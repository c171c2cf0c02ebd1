import type { FittedDirection } from '../../../core/directions/direction.js';
import type { DirectionEntry } from '../../stores/directions.js';
import { LayerFields } from './LayerFields.js';
import { MoreFields } from './MoreFields.js';
import { OperatorFields } from './OperatorFields.js';
import { ScopeFields } from './ScopeFields.js';

/** How the selected direction is applied: where in the model, what is done, to which tokens. */
export function Application(props: { readonly entry: DirectionEntry; readonly direction: FittedDirection }) {
  const { entry, direction } = props;
  return (
    <div className="stack" style={{ marginTop: 10 }}>
      <LayerFields entry={entry} direction={direction} />
      <OperatorFields entry={entry} />
      <ScopeFields entry={entry} direction={direction} />
      <MoreFields entry={entry} direction={direction} />
    </div>
  );
}
