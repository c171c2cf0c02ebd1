import { ActionIcon, Popover } from '@mantine/core';
import { useMemo } from 'react';
import { describePlan } from '../../core/steering/describe.js';
import { emptyPlan } from '../../core/steering/plan.js';
import { stagesOf } from '../../core/steering/stages.js';
import { planOf } from '../engine/plan.js';
import { useDirections } from '../stores/directions.js';
import { useSession } from '../stores/session.js';

/** The plan in a sentence and, where several directions meet at one layer, the order in which they act. */
export function PlanInWords() {
  const stamp = useSession((state) => state.loaded?.stamp);
  const directions = useDirections();
  const plan = useMemo(() => (stamp ? planOf(directions, stamp) : emptyPlan), [directions, stamp]);
  const acting = plan.terms.filter(({ sites }) => sites.length > 0);
  const stages = stagesOf(acting.map(({ operator }) => operator));
  if (acting.length === 0) return null;
  return (
    <Popover position="bottom-start" width={330} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={20}
          radius="xl"
          aria-label="The plan in words"
          title="The plan in words"
        >
          ?
        </ActionIcon>
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
