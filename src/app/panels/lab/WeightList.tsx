import { Button } from '@mantine/core';
import { useState } from 'react';
import { takeDirection, type Taken } from '../../engine/weights.js';
import { signedNumber } from '../../look/numbers.js';

/** One weight that lies along the direction. */
export interface WeightRow {
  readonly key: string;
  readonly label: string;
  /** The same for a screen reader, and as a title. */
  readonly says: string;
  readonly value: number;
  /** What makes it a direction; null when it cannot be one. */
  readonly take: Taken | null;
}

/**
 * Weights with a bar to the right for what lies along the direction, to the left for what lies against it.
 *
 * @param reach value of a full bar
 * @param chance up to which random weights would come; what is not beyond it is faded
 */
export function WeightList(props: {
  readonly rows: readonly WeightRow[];
  readonly reach: number;
  readonly chance?: number;
}) {
  const { rows, reach, chance = 0 } = props;
  const [taking, setTaking] = useState(false);
  const take = async (taken: Taken): Promise<void> => {
    setTaking(true);
    await takeDirection(taken);
    setTaking(false);
  };
  if (rows.length === 0) return <p className="quiet">None lies along it.</p>;
  return (
    <ul className="weight-list">
      {rows.map(({ key, label, says, value, take: taken }) => {
        const share = Math.min(1, Math.abs(value) / reach);
        const isChance = Math.abs(value) <= chance;
        return (
          <li key={key} className={isChance ? 'chance' : ''}>
            <span className="weight-name" title={isChance ? `${says}: no more than chance reaches` : says}>
              {label}
            </span>
            <span className="weight-bar" aria-hidden>
              <i
                className={value < 0 ? 'against' : ''}
                style={{ width: `${50 * share}%`, left: value < 0 ? `${50 - 50 * share}%` : '50%' }}
              />
            </span>
            <span className="number">{signedNumber(value)}</span>
            <Button
              size="compact-xs"
              variant="default"
              px={6}
              disabled={taking || taken === null}
              title={taken ? 'Make it a direction' : 'No text is this token alone'}
              aria-label={`Use ${says} as direction`}
              onClick={() => taken && void take(taken)}
            >
              Use
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
