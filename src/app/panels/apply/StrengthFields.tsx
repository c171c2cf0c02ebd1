import type { SafeRange } from '../../../core/calibration/index.js';
import type { FittedDirection } from '../../../core/directions/direction.js';
import { operatorNamed, type StrengthScale, type StrengthUnit } from '../../../core/steering/index.js';
import { StrengthSlider } from '../../controls/StrengthSlider.js';
import { TypedNumber } from '../../controls/TypedNumber.js';
import { spanOn } from '../../engine/plan.js';
import { plainNumber } from '../../look/numbers.js';
import { changeDirection, type DirectionEntry } from '../../stores/directions.js';
import { appliedAlone, shownStrength } from './strength.js';
import { SafeRangeNote } from './SafeRangeNote.js';
import { useSafeRange } from './useSafeRange.js';

/** Beyond the slider, in mean residual norms. */
const mostTyped = 10;

/** How the number is typed: a share in percent, an angle with its sign. */
const inUnits: Readonly<Record<StrengthUnit, { readonly times?: number; readonly suffix?: string }>> = {
  norms: {},
  factor: {},
  degrees: { suffix: '°' },
  share: { times: 100, suffix: ' %' },
};

/** How strongly a direction is applied, in its operator's unit, with the raw number where that is another one. */
export function StrengthFields({
  entry,
  direction,
  selected,
}: {
  readonly entry: DirectionEntry;
  readonly direction: FittedDirection;
  readonly selected: boolean;
}) {
  const operator = operatorNamed(entry.operator);
  const { strength } = operator;
  const safe = useSafeRange(entry);
  if (strength === null) {
    return (
      <p className="quiet" style={{ margin: '8px 0 0', textAlign: 'center' }} title={operator.description}>
        {appliedAlone(entry)}, no strength
      </p>
    );
  }
  const ofSides = strength.unit === 'norms';
  const shown = (value: number) => shownStrength(operator, value);
  const [least, most] = [shown(strength.min).replace(/\.0+$/, ''), shown(strength.max).replace(/\.0+$/, '')];
  return (
    <div style={{ marginTop: 8 }}>
      <StrengthSlider
        label={`Strength of ${entry.name || 'unnamed'}`}
        value={entry.strength}
        min={strength.min}
        max={strength.max}
        step={strength.step}
        origin={strength.origin}
        text={(value) => `${shown(value)}${ofSides ? ' times the residual norm' : ''}${placeIn(safe?.range, value)}`}
        colour="var(--colour)"
        band={safe?.range ?? null}
        {...(safe && { title: safe.words })}
        onChange={(value) => changeDirection(entry.id, { strength: value })}
      />
      <div className="sides">
        <span title={ofSides ? entry.opposite : ''}>{(ofSides && entry.opposite) || least}</span>
        <span title={strength.raw?.title ?? operator.description}>
          <TypedNumber
            label={`strength of ${entry.name || 'unnamed'}`}
            value={entry.strength}
            shown={shown(entry.strength)}
            min={ofSides ? -mostTyped : strength.min}
            max={ofSides ? mostTyped : strength.max}
            step={strength.step}
            {...inUnits[strength.unit]}
            onChange={(value) => changeDirection(entry.id, { strength: value })}
          />{' '}
          {strength.raw && <Raw entry={entry} direction={direction} raw={strength.raw} />}
        </span>
        <span title={ofSides ? entry.name : ''}>{ofSides && entry.opposite ? entry.name : most}</span>
      </div>
      {selected && safe && <SafeRangeNote name={entry.name || 'unnamed'} safe={safe} />}
    </div>
  );
}

/** For who does not see the band. */
function placeIn(range: SafeRange | null | undefined, value: number): string {
  if (!range) return '';
  const beyond = (range.ends.from && value < range.from) || (range.ends.to && value > range.to);
  return beyond ? ', beyond the safe range' : ', in the safe range';
}

/** Strength times the residual norms of the layers that are steered. */
function Raw(props: {
  readonly entry: DirectionEntry;
  readonly direction: FittedDirection;
  readonly raw: NonNullable<StrengthScale['raw']>;
}) {
  const { entry, direction, raw } = props;
  const [from, to] = spanOn(entry, direction.model.layers);
  const norms = direction.layers.filter(({ layer }) => layer >= from && layer <= to).map((layer) => layer.residualNorm);
  const values = norms.map((norm) => plainNumber(Math.abs(entry.strength) * norm, 1));
  if (values.length === 0) return <>× norm (no vector there)</>;
  const sign = entry.strength < 0 ? '−' : '';
  const range = values.length > 1 && values[0] !== values.at(-1) ? `${values[0]}…${values.at(-1)}` : values[0];
  return (
    <>
      × norm ({raw.symbol}
      {values.length > 1 ? ' ' : ' = '}
      {sign}
      {range})
    </>
  );
}
