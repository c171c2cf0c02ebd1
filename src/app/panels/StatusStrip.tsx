import { Button, CloseButton, Progress } from '@mantine/core';
import { useEffect, useState } from 'react';
import { cancelTask } from '../engine/connection.js';
import { restart } from '../engine/model.js';
import { regenerateAll } from '../engine/regeneration.js';
import { useSession } from '../stores/session.js';
import { clearProblem, useStatus, type Problem, type RunningTask } from '../stores/status.js';

/** The one place for what runs long and for what went wrong. */
export function StatusStrip() {
  const { tasks, problems } = useStatus();
  return (
    <div className="board-status">
      <div role="status" aria-live="polite">
        {tasks.map((task) => (
          <TaskLine key={task.id} task={task} />
        ))}
      </div>
      <div role="alert">
        {problems.map((problem) => (
          <ProblemLine key={problem.about} problem={problem} />
        ))}
      </div>
    </div>
  );
}

/** Shown only when it takes long enough to be read. */
function TaskLine({ task }: { readonly task: RunningTask }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 200);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  const { progress } = task;
  const share = progress && progress.total > 0 ? (100 * progress.done) / progress.total : null;
  return (
    <div className="status-strip">
      <span>
        {task.label}
        {progress && <span className="quiet"> · {progress.label}</span>}
      </span>
      <Progress
        className="status-progress"
        aria-label={task.label}
        size="sm"
        value={share ?? 100}
        animated={share === null}
        striped={share === null}
      />
      {task.cancellable && (
        <Button size="compact-xs" variant="default" onClick={() => cancelTask(task.id)}>
          Cancel
        </Button>
      )}
    </div>
  );
}

function ProblemLine({ problem }: { readonly problem: Problem }) {
  const phase = useSession((state) => state.phase);
  const { about, error } = problem;
  const down = (about === 'model' || about === 'worker') && (phase === 'failed' || phase === 'died');
  return (
    <div className="status-strip problem">
      <span style={{ flex: '1 1 240px', overflowWrap: 'anywhere' }}>{error.message}</span>
      {down && (
        <Button
          size="compact-xs"
          onClick={() => {
            clearProblem(about);
            void restart();
          }}
        >
          Restart
        </Button>
      )}
      {about === 'generation' && phase === 'ready' && (
        <Button size="compact-xs" variant="default" onClick={regenerateAll}>
          Try again
        </Button>
      )}
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => clearProblem(about)} />
    </div>
  );
}
