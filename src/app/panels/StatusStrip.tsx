import { Button, CloseButton, Progress } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { cancelTask } from '../engine/connection.js';
import { switchTo } from '../engine/experiments/switching.js';
import { cancelOpening, restart } from '../engine/model.js';
import { regenerateAll } from '../engine/regeneration.js';
import { useExperiments } from '../stores/experiments.js';
import { nameOf, openModels, useModels, type Opening } from '../stores/models.js';
import { useSession } from '../stores/session.js';
import { clearProblem, useStatus, type Problem, type RunningTask } from '../stores/status.js';
import { CheckWarning } from './models/CheckWarning.js';
import { ProblemRemedy } from './models/ProblemRemedy.js';
import { share, transferWords } from './models/transferWords.js';
import { useNow } from './models/useNow.js';
import { TourOffer } from './tour/TourOffer.js';

/** The one place for what runs long and for what went wrong. */
export function StatusStrip() {
  const { tasks, problems } = useStatus();
  const opening = useModels((state) => state.opening);
  return (
    <div className="board-status">
      <TourOffer />
      <div role="status" aria-live="polite">
        {opening && <OpeningLine key={opening.task} opening={opening} />}
        {tasks.map((task) => (
          <RunningLine key={task.id} task={task} />
        ))}
      </div>
      <div role="alert">
        <CheckWarning />
        {problems.map((problem) => (
          <ProblemLine key={problem.about} problem={problem} />
        ))}
      </div>
    </div>
  );
}

/** What runs for an experiment that is not on the board says whose it is, and leads back there. */
function RunningLine({ task }: { readonly task: RunningTask }) {
  const { id, label, progress, cancellable, cancelled, experimentId } = task;
  const other = useExperiments(({ current, list }) =>
    experimentId === undefined || experimentId === current?.id ? null : list.find((it) => it.id === experimentId),
  );
  return (
    <TaskLine
      label={other ? `${label} of “${other.name}”` : label}
      detail={cancelled ? 'cancelling…' : (progress?.label ?? null)}
      share={share(progress)}
      {...(cancellable && !cancelled && { onCancel: () => cancelTask(id) })}
    >
      {other && (
        <Button size="compact-xs" variant="default" onClick={() => void switchTo(other.id)}>
          Go back to it
        </Button>
      )}
    </TaskLine>
  );
}

/** Shown only when it takes long enough to be read. */
function TaskLine(props: {
  readonly label: string;
  readonly detail: string | null;
  /** Percent; null while it is not known. */
  readonly share: number | null;
  readonly onCancel?: () => void;
  readonly children?: ReactNode;
}) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 200);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  const { label, detail, share: percent, onCancel, children } = props;
  return (
    <div className="status-strip">
      <span>
        {label}
        {detail !== null && <span className="quiet"> · {detail}</span>}
      </span>
      <Progress
        className="status-progress"
        aria-label={label}
        size="sm"
        value={percent ?? 100}
        animated={percent === null}
        striped={percent === null}
      />
      {children}
      {onCancel && (
        <Button size="compact-xs" variant="default" onClick={onCancel}>
          Cancel
        </Button>
      )}
    </div>
  );
}

/** A model that is opened beside the one that is used. */
function OpeningLine({ opening }: { readonly opening: Opening }) {
  const now = useNow(1000);
  const { progress, samples, model, cancelling } = opening;
  const name = nameOf(model);
  const words = progress?.files ? transferWords(progress, samples[''] ?? [], now) : (progress?.label ?? null);
  return (
    <TaskLine
      label={`${progress?.files ? 'Downloading' : 'Opening'} ${name}`}
      detail={cancelling ? 'cancelling…' : words}
      share={share(progress)}
      {...(!cancelling && { onCancel: cancelOpening })}
    >
      {model.kind === 'hub' && (
        <Button size="compact-xs" variant="default" onClick={() => openModels('choose')}>
          Details
        </Button>
      )}
    </TaskLine>
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
      {about === 'model' && <ProblemRemedy />}
      {about === 'generation' && phase === 'ready' && (
        <Button size="compact-xs" variant="default" onClick={regenerateAll}>
          Try again
        </Button>
      )}
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => clearProblem(about)} />
    </div>
  );
}
