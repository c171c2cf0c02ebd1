import { Button, NumberInput } from '@mantine/core';
import { axesKinds } from '../../../../core/planes/axes.js';
import { arrowlessWhy, turnTo, type DrawingPlace } from '../../../engine/drawing.js';
import { plainNumber, signedNumber } from '../../../look/numbers.js';
import { colourOf } from '../../../look/palette.js';
import { selectedEntry, useDirections, type DirectionEntry } from '../../../stores/directions.js';
import { useView, type PlaneChoice } from '../../../stores/view.js';
import { Fact } from '../../Fact.js';
import { angleOf, type Arrow } from './arrows.js';

/** The plane and the selected direction's arrow in numbers; the angle can be set. */
export function ArrowFacts(props: { readonly place: DrawingPlace; readonly arrows: readonly Arrow[] }) {
  const { place, arrows } = props;
  const entry = useDirections(selectedEntry);
  const arrow = arrows.find(({ selected }) => selected);
  const { shares } = place.plane;
  return (
    <div className="plane-facts">
      <table className="facts">
        <tbody>
          {shares && <Fact name="variance that the plane shows" value={percent(shares[0] + shares[1])} />}
          {arrow && (
            <>
              <Fact name="strength" value={`${signedNumber(arrow.entry.strength)} × norm`} />
              <Fact name="length in the plane" value={plainNumber(Math.hypot(arrow.tip.x, arrow.tip.y), 1)} />
              <Fact name="share of the direction inside" value={percent(arrow.share)} />
            </>
          )}
        </tbody>
      </table>
      <div className="stack">
        {arrow && (
          <div className="row" style={{ '--colour': colourOf(arrow.entry) } as Record<string, string>}>
            <i className="swatch" />
            <b className="clip" style={{ flex: '1 1 60px' }} title={arrow.entry.name}>
              {arrow.entry.name || 'unnamed'}
            </b>
            <NumberInput
              size="xs"
              w={104}
              aria-label={`Angle of ${arrow.entry.name || 'unnamed'}`}
              suffix="°"
              min={-180}
              max={180}
              step={5}
              decimalScale={1}
              clampBehavior="strict"
              disabled={!arrow.holds || arrow.entry.strength === 0}
              value={Number(angleOf(arrow.tip).toFixed(1))}
              onChange={(value) => {
                if (typeof value !== 'number' || value === Number(angleOf(arrow.tip).toFixed(1))) return;
                turnTo(place, arrow.entry, (value * Math.PI) / 180);
              }}
            />
          </div>
        )}
        <p className="quiet" style={{ margin: 0 }}>
          {explained(place, entry, arrow)}
        </p>
        {entry?.method === 'drawn' && <OwnPlane entry={entry} />}
      </div>
    </div>
  );
}

/** What a drag does, in words. */
function explained(place: DrawingPlace, entry: DirectionEntry | null, arrow: Arrow | undefined): string {
  const drawNew = 'Draw from anywhere to make an arrow that begins at the texts’ mean: it is a direction of its own.';
  if (!entry) return drawNew;
  const name = entry.name || 'unnamed';
  if (!arrow) return `“${name}” ${arrowlessWhy(place, entry)}. ${drawNew}`;
  if (!arrow.holds) return `“${name}” stands upright on this plane, so its arrow cannot be taken. ${drawNew}`;
  if (entry.method === 'drawn') return `Take the tip to draw “${name}” again: its length is the strength. ${drawNew}`;
  return `Take the tip: along its own line the strength of “${name}” changes; turned by more than 5° it becomes a drawn direction, and “${name}” itself is switched off. ${drawNew}`;
}

/** Back to the plane in which a direction was drawn. */
function OwnPlane({ entry }: { readonly entry: DirectionEntry }) {
  const choice = useView((state) => state.plane);
  const { axes, layer, other } = entry.methodOptions;
  const kind = axesKinds.find((it) => it === axes);
  if (!kind) return null;
  const own: PlaneChoice = { axes: kind, layer: null, otherId: typeof other === 'string' ? other : choice.otherId };
  if (choice.axes === kind && (choice.layer === null || choice.layer === layer) && choice.otherId === own.otherId)
    return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      style={{ alignSelf: 'flex-start' }}
      onClick={() => useView.setState({ plane: own })}
    >
      Show the plane it was drawn in
    </Button>
  );
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${plainNumber(100 * share, share > 0.1 ? 0 : 1)} %` : '–';
}
