import { Button } from '@mantine/core';
import { cancelTask } from '../../engine/connection.js';
import { switchTo } from '../../engine/experiments/switching.js';
import type { Elsewhere } from '../../engine/experiments/measured.js';
import { useExperiments } from '../../stores/experiments.js';
import { useStatus } from '../../stores/status.js';

/** Stands where something would be started, while the same runs for another experiment: whose it is, and the ways out. */
export function RunsElsewhere({ what, elsewhere }: { readonly what: string; readonly elsewhere: Elsewhere }) {
  const { experimentId, task } = elsewhere;
  const name = useExperiments(({ list }) => list.find(({ id }) => id === experimentId)?.name ?? 'another experiment');
  const cancelling = useStatus(({ tasks }) => tasks.some(({ id, cancelled }) => id === task && cancelled));
  return (
    <div className="row wrap" role="status">
      <span className="quiet" style={{ flex: '1 1 200px' }}>
        {what} of “{name}” is still running; its results will be there. Only one runs at a time.
      </span>
      <Button size="compact-sm" variant="default" onClick={() => void switchTo(experimentId)}>
        Go to “{name}”
      </Button>
      <Button size="compact-sm" variant="default" disabled={cancelling} onClick={() => cancelTask(task)}>
        {cancelling ? 'Cancelling…' : 'Cancel it'}
      </Button>
    </div>
  );
}
