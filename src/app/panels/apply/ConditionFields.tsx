import { NativeSelect, NumberInput, Switch } from '@mantine/core';
import type { FittedDirection } from '../../../core/directions/direction.js';
import { Choice } from '../../controls/Choice.js';
import { spanOn } from '../../engine/plan.js';
import { signedNumber } from '../../look/numbers.js';
import {
  changeDirection,
  fitFor,
  useDirections,
  type DirectionEntry,
  type EntryCondition,
} from '../../stores/directions.js';
import { useTexts } from '../../stores/texts.js';

const figures = [
  { value: 'alignment', label: 'Alignment' },
  { value: 'projection', label: 'Projection' },
] as const;
const figureHints = {
  alignment: 'Cosine of the prompt’s mean residual with the direction, with its sign.',
  projection: 'Cosine with its projection on the direction: the same without its sign, as CAST measures it.',
} as const;
const sides = [
  { value: 'above', label: 'At least' },
  { value: 'below', label: 'Below' },
] as const;

/** Whether a direction is applied only to prompts of a kind. */
export function ConditionFields(props: { readonly entry: DirectionEntry; readonly direction: FittedDirection }) {
  const { entry, direction } = props;
  const { condition } = entry;
  const name = entry.name || 'unnamed';
  const fresh = (): EntryCondition => {
    const [layer] = spanOn(entry, direction.model.layers);
    return { directionId: entry.id, layer, figure: 'alignment', side: 'above', threshold: 0 };
  };
  return (
    <div className="stack" style={{ gap: 6 }}>
      <Switch
        size="xs"
        color="var(--colour)"
        label="Only for some prompts"
        aria-label={`Apply ${name} only for some prompts`}
        checked={condition !== null}
        onChange={(event) => changeDirection(entry.id, { condition: event.currentTarget.checked ? fresh() : null })}
      />
      {condition && (
        <Fields entry={entry} condition={condition} layers={direction.model.layers} direction={direction} />
      )}
    </div>
  );
}

function Fields(props: {
  readonly entry: DirectionEntry;
  readonly condition: EntryCondition;
  readonly layers: number;
  readonly direction: FittedDirection;
}) {
  const { entry, condition, layers, direction } = props;
  const entries = useDirections((state) => state.entries);
  const name = entry.name || 'unnamed';
  const change = (next: Partial<EntryCondition>): void =>
    changeDirection(entry.id, { condition: { ...condition, ...next } });
  const fitted = entries.filter((other) => fitFor(other, direction.model));
  const read = fitted.find(({ id }) => id === condition.directionId);
  const hasVector = read && fitFor(read, direction.model)?.layers.some(({ layer }) => layer === condition.layer);
  return (
    <>
      <div className="row">
        <NativeSelect
          size="xs"
          style={{ flex: 1, minWidth: 0 }}
          aria-label={`Direction that the condition of ${name} reads along`}
          value={read ? read.id : ''}
          data={[
            ...(read ? [] : [{ value: '', label: 'choose a direction' }]),
            ...fitted.map((other) => ({ value: other.id, label: `along ${other.name || 'unnamed'}` })),
          ]}
          onChange={(event) => change({ directionId: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          aria-label={`Layer that the condition of ${name} reads`}
          value={String(condition.layer)}
          data={Array.from({ length: Math.max(layers, condition.layer + 1) }, (_, layer) => ({
            value: String(layer),
            label: `layer ${layer}`,
          }))}
          onChange={(event) => change({ layer: Number(event.currentTarget.value) })}
        />
      </div>
      <Choice
        label={`Figure of the condition of ${name}`}
        value={condition.figure}
        options={figures}
        onChange={(figure) => change({ figure })}
      />
      <p className="quiet plain">{figureHints[condition.figure]}</p>
      <div className="row">
        <div style={{ flex: 1 }}>
          <Choice
            label={`Side of the threshold of ${name}`}
            value={condition.side}
            options={sides}
            onChange={(side) => change({ side })}
          />
        </div>
        <NumberInput
          size="xs"
          w={84}
          aria-label={`Threshold of ${name}`}
          min={-1}
          max={1}
          step={0.01}
          decimalScale={3}
          clampBehavior="blur"
          value={condition.threshold}
          onChange={(threshold) => {
            if (typeof threshold === 'number' && Math.abs(threshold) <= 1) change({ threshold });
          }}
        />
      </div>
      <p className="quiet plain" role="status">
        {hasVector ? (
          <Measured entry={entry} condition={condition} />
        ) : (
          'There is no vector to read along at this layer, so nothing is applied. Choose another direction or layer.'
        )}
      </p>
    </>
  );
}

/** What the condition found on this prompt, beside its threshold. */
function Measured({ entry, condition }: { readonly entry: DirectionEntry; readonly condition: EntryCondition }) {
  const found = useTexts((state) => state.steered.conditions[entry.id]);
  if (!entry.enabled) return <>Switch the direction on to measure this prompt.</>;
  if (!found) return <>Not measured on this prompt yet.</>;
  return (
    <>
      This prompt: <b>{signedNumber(found.figure, 3)}</b>, threshold {signedNumber(condition.threshold, 3)}:{' '}
      <b className={found.holds ? 'holds' : 'fails'}>{found.holds ? 'holds' : 'does not hold'}</b>
    </>
  );
}
