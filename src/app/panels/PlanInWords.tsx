import { Popover } from '@mantine/core';
import { useMemo } from 'react';
import { describePlan } from '../../core/steering/describe.js';
import { stagesOf } from '../../core/steering/stages.js';
import type { ModelStamp } from '../../core/model.js';
import { planOf } from '../engine/plan.js';
import { useDirections } from '../stores/directions.js';

/** The plan in a sentence and, where several directions meet at one layer, the order in which they act. */
export function PlanInWords({ stamp }: { readonly stamp: ModelStamp }) {
  const directions = useDirections();
  const plan = useMemo(() => planOf(directions, stamp), [directions, stamp]);
  const acting = plan.terms.filter(({ sites }) => sites.length > 0);
  const stages = stagesOf(acting.map(({ operator }) => operator));
  if (acting.length === 0) return null;
  return (
    <Popover position="bottom-end" width={330} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="chip" aria-label="The plan in words" title="The plan in words">
          ?
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack plan-words" tabIndex={-1} data-autofocus>
          <p>{describePlan(plan)}</p>
          {acting.length > 1 && (
            <div>
              <p className="quiet">
                Where several act at one layer, they do so in this order, whatever the order of the cards:
              </p>
              <ol>
                {stages.map(({ labels, does }) => (
                  <li key={labels + does}>
                    <b>{labels}</b> {does}
                  </li>
                ))}
              </ol>
            </div>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
