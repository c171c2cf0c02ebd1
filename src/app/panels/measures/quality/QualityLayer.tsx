import { NativeSelect } from '@mantine/core';
import { useQuality } from '../../../stores/quality.js';
import type { Selected } from '../../selected.js';
import { useQualityLayer } from './useQualityLayer.js';

/** Which layer is said in words; by itself the one that the direction is applied at. */
export function QualityLayer({ selected }: { readonly selected: Selected }) {
  const chosen = useQuality((state) => state.layer);
  const layer = useQualityLayer(selected);
  return (
    <span className="row quiet">
      layer
      <NativeSelect
        size="xs"
        aria-label="Layer of the quality"
        value={chosen === null ? '' : String(layer)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          useQuality.setState({ layer: value === '' ? null : Number(value) });
        }}
        data={[
          { value: '', label: chosen === null ? `applied (${layer})` : 'applied' },
          ...selected.direction.layers.map((it) => ({ value: String(it.layer), label: String(it.layer) })),
        ]}
      />
    </span>
  );
}
