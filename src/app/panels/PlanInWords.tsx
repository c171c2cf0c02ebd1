import { ActionIcon, Popover } from '@mantine/core';
import { useMemo } from 'react';
import { describePlan } from '../../core/steering/describe.js';
import type { ModelStamp } from '../../core/model.js';
import { emptyPlan } from '../../core/steering/plan.js';
import { stagesOf } from '../../core/steering/stages.js';
import { notApplied } from '../engine/needs.js';
import { planOf, termsOf } from '../engine/plan.js';
import { useDirections, type DirectionEntry } from '../stores/directions.js';
import { useSession } from '../stores/session.js';

/** The plan in a sentence and, where several directions meet at one layer, the order in which they act. */
export function PlanInWords() {
  const stamp = useSession((state) => state.loaded?.stamp);
  const directions = useDirections();
  const plan = useMemo(() => (stamp ? planOf(directions, stamp) : emptyPlan), [directions, stamp]);
  const acting = plan.terms.filter(({ sites }) => sites.length > 0);
  const stages = stagesOf(acting.map(({ operator }) => operator));
  const on = stamp ? directions.entries.filter((entry) => entry.enabled) : [];
  const without = on.filter((entry) => stamp && notApplied(entry, directions.entries, stamp));
  const together = on.filter((entry) => stamp && acts(entry, directions.entries, stamp)).length;
  if (acting.length === 0 && without.length === 0) return null;
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
          {together > 1 && <p className="quiet">{actTogether(together)}.</p>}
          <p>{describePlan(plan)}</p>
          {without.map((entry) => (
            <p key={entry.id}>
              “{entry.name || 'unnamed'}” is {stamp && notApplied(entry, directions.entries, stamp)}.
            </p>
          ))}
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

export function actTogether(directions: number): string {
  return `${directions} directions act together`;
}

function acts(entry: DirectionEntry, entries: readonly DirectionEntry[], stamp: ModelStamp): boolean {
  return termsOf(entry, entries, stamp).some(({ sites }) => sites.length > 0);
}
