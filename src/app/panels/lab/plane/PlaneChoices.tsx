import { NativeSelect } from '@mantine/core';
import type { AxesKind } from '../../../../core/planes/axes.js';
import { Choice } from '../../../controls/Choice.js';
import { subjectOf, type NoPlane, type WantedPlane } from '../../../engine/planes.js';
import { useDirections } from '../../../stores/directions.js';
import { useSession } from '../../../stores/session.js';
import { useView, type PlaneChoice } from '../../../stores/view.js';

const kinds: readonly { readonly value: AxesKind; readonly label: string }[] = [
  { value: 'components', label: 'Components' },
  { value: 'rest', label: 'Direction and rest' },
  { value: 'directions', label: 'Two directions' },
];

const hints: Readonly<Record<AxesKind, string>> = {
  components: 'Axes: the first two principal components of the texts’ residuals.',
  rest: 'Axes: the direction, and the strongest component of the residuals that it leaves.',
  directions: 'Axes: the direction, and what is left of the other without its part along the first (Gram–Schmidt).',
};

function choose(change: Partial<PlaneChoice>): void {
  useView.setState(({ plane }) => ({ plane: { ...plane, ...change } }));
}

/** Of which layer and between which axes the plane is. */
export function PlaneChoices({ wanted }: { readonly wanted: WantedPlane | NoPlane | null }) {
  const choice = useView((state) => state.plane);
  const directions = useDirections();
  const layers = useSession((state) => state.loaded?.shape.layers ?? 0);
  const subject = subjectOf(directions);
  const others = directions.entries.filter(({ id }) => id !== subject?.id);
  const layer = wanted?.layer ?? null;
  return (
    <>
      <div className="row wrap">
        <div style={{ flex: '1 1 260px' }}>
          <Choice label="Axes of the plane" value={choice.axes} options={kinds} onChange={(axes) => choose({ axes })} />
        </div>
        {choice.axes === 'directions' && (
          <NativeSelect
            size="xs"
            aria-label="Direction of the second axis"
            value={others.some(({ id }) => id === choice.otherId) ? (choice.otherId ?? '') : ''}
            onChange={(event) => choose({ otherId: event.currentTarget.value || null })}
            data={[
              { value: '', label: 'second direction…' },
              ...others.map(({ id, name }) => ({ value: id, label: name || 'unnamed' })),
            ]}
          />
        )}
        <span className="row quiet">
          layer
          <NativeSelect
            size="xs"
            aria-label="Layer of the plane"
            value={choice.layer === null ? '' : String(choice.layer)}
            onChange={(event) => {
              const { value } = event.currentTarget;
              choose({ layer: value === '' ? null : Number(value) });
            }}
            data={[
              { value: '', label: choice.layer === null && layer !== null ? `auto (${layer})` : 'auto' },
              ...Array.from({ length: layers }, (_, index) => ({ value: String(index), label: String(index) })),
            ]}
          />
        </span>
      </div>
      <p className="quiet" style={{ margin: '6px 0' }}>
        {hints[choice.axes]}
      </p>
    </>
  );
}
