import { NativeSelect } from '@mantine/core';
import { useLab } from '../../stores/lab.js';
import { useSession } from '../../stores/session.js';
import { useLabLayer } from './useLabLayer.js';

/** Which layer the lab looks at; by itself it follows the selected direction. */
export function LayerSelect() {
  const layers = useSession((state) => state.loaded?.shape.layers ?? 0);
  const chosen = useLab((state) => state.layer);
  const layer = useLabLayer();
  return (
    <span className="row quiet">
      layer
      <NativeSelect
        size="xs"
        aria-label="Layer of the lab"
        value={chosen === null ? '' : String(layer)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          useLab.setState({ layer: value === '' ? null : Number(value) });
        }}
        data={[
          { value: '', label: chosen === null ? `auto (${layer})` : 'auto' },
          ...Array.from({ length: layers }, (_, at) => ({ value: String(at), label: String(at) })),
        ]}
      />
    </span>
  );
}
